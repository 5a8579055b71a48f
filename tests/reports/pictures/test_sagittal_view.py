from itertools import permutations, product

import numpy as np
import pytest

from vcfimg.geometry import Geometry
from vcfimg.reports.pictures.sagittal_view import SagittalView, SlicePath

AFFINE = np.array([[-0.07, 0, 3.98, -20], [0.6965, 0, 0.4, -50], [0, -0.7, 0, 80], [0, 0, 0, 1.0]])
"""A slightly oblique sagittal stack, stored right to left, head to foot, anterior to posterior."""


def stored(order: tuple[int, ...], flips: tuple[bool, ...]) -> tuple[np.ndarray, Geometry]:
    """The same voxels with array axes permuted and flipped, and the affine that keeps their places."""
    array = np.arange(3 * 4 * 5, dtype=np.float32).reshape(3, 4, 5)
    affine = AFFINE.copy()
    for axis, flip in enumerate(flips):
        if flip:
            array = np.flip(array, axis)
            column = 2 - axis
            affine[:3, 3] += affine[:3, column] * (array.shape[axis] - 1)
            affine[:3, column] *= -1
    turned = affine.copy()
    for new, old in enumerate(order):
        turned[:, 2 - new] = affine[:, 2 - old]
    array = np.transpose(array, order)
    return array, Geometry.of(array, turned)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("flips", list(product([False, True], repeat=3)))
def test_every_storage_order_gives_the_same_view(order: tuple[int, ...], flips: tuple[bool, ...]) -> None:
    view = SagittalView.from_array(*stored(order, flips))
    assert np.array_equal(view.array, np.arange(60, dtype=np.float32).reshape(3, 4, 5))
    assert np.allclose(view.geometry.affine, AFFINE)


def test_head_is_up_anterior_left_and_slices_run_to_the_left() -> None:
    affine = SagittalView.from_array(*stored((1, 2, 0), (True, False, True))).geometry.affine
    assert affine[1, 0] > 0
    assert affine[2, 1] < 0
    assert affine[0, 2] > 0


def straight(slices: int = 11) -> SagittalView:
    affine = np.array([[0, 0, 4.0, 0], [1.0, 0, 0, 0], [0, -1.0, 0, 0], [0, 0, 0, 1.0]])
    return SagittalView(np.zeros((slices, 100, 50), np.float32), Geometry((slices, 100, 50), affine))


def test_a_straight_spine_is_shown_on_one_native_slice() -> None:
    path = SlicePath.through(straight(), [(16.0, 20.0, -10.0), (18.0, 20.0, -50.0), (14.0, 20.0, -90.0)])
    assert path.slices == (4,)


def test_without_vertebrae_the_middle_slice_is_shown() -> None:
    assert SlicePath.through(straight(), []).slices == (5,)


def test_a_curved_spine_is_shown_on_the_nearest_slice_of_each_body() -> None:
    centers = [(8.0, 20.0, -10.0), (20.0, 20.0, -50.0), (32.0, 20.0, -90.0)]
    path = SlicePath.through(straight(), centers[::-1])
    assert [int(path.weights[:, row].argmax()) for row in (0, 10, 50, 90, 99)] == [2, 2, 5, 8, 8]
    assert np.allclose(path.weights.sum(axis=0), 1)
    assert np.allclose(path.weights[:, 30].max(), 0.5, atol=0.2)


def test_a_body_outside_the_stack_is_shown_on_its_outermost_slice() -> None:
    assert SlicePath.through(straight(), [(60.0, 20.0, -10.0)]).slices == (10,)
