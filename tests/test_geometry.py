"""Voxels keep their places: tables of grids and the coordinates expected of them."""

from itertools import permutations, product

import numpy as np
import pytest

from vcfimg.geometry import Geometry
from vcfimg.itk_image import from_itk, to_itk

# columns run to the back, rows to the feet, slices to the right
SAGITTAL = np.array([[0, 0, -4.4, 7], [0.7, 0, 0, -8], [0, -0.8, 0, 9], [0, 0, 0, 1.0]])
GRID = Geometry((3, 4, 5), SAGITTAL)


@pytest.mark.parametrize(
    ("index", "lps"),
    [((0, 0, 0), (7, -8, 9)), ((4, 3, 2), (-1.8, -5.2, 6.6)), ((1.5, 0.25, 1), (2.6, -6.95, 8.8))],
)
def test_index_and_lps_are_inverse(index: tuple[float, ...], lps: tuple[float, ...]) -> None:
    np.testing.assert_allclose(GRID.to_lps(np.array(index)), lps)
    np.testing.assert_allclose(GRID.to_index(np.array(lps)), index, atol=1e-12)


def test_spacing_and_voxel_volume() -> None:
    np.testing.assert_allclose(GRID.spacing, [0.7, 0.8, 4.4])
    assert GRID.voxel_mm3 == pytest.approx(0.7 * 0.8 * 4.4)


@pytest.mark.parametrize(
    ("added", "shape", "first"),
    [
        ({"rows": (2, 1)}, (3, 7, 5), (7, -8, 10.6)),
        ({"columns": (1, 0)}, (3, 4, 6), (7, -8.7, 9)),
        ({"slices": (1, 2)}, (6, 4, 5), (11.4, -8, 9)),
        ({"rows": (-1, -2), "columns": (-3, 0)}, (3, 1, 2), (7, -5.9, 8.2)),
    ],
)
def test_padding_moves_the_first_voxel(
    added: dict[str, tuple[int, int]], shape: tuple[int, int, int], first: tuple[float, ...]
) -> None:
    padded = GRID.padded(**added)
    assert padded.shape == shape
    np.testing.assert_allclose(padded.to_lps(np.zeros(3)), first)
    np.testing.assert_allclose(padded.spacing, GRID.spacing)


def test_resampled_grid_keeps_its_first_voxel_and_its_axes() -> None:
    fine = GRID.resampled((3, 10, 10), (0.35, 0.4, 4.4))
    np.testing.assert_allclose(fine.to_lps(np.array([8, 6, 2])), GRID.to_lps(np.array([4, 3, 2])))


def test_moved_grid_is_another_one() -> None:
    moved = GRID.moved(np.array([0.0, 0.0, 0.002]))
    np.testing.assert_allclose(moved.to_lps(np.zeros(3)), (7, -8, 9.002))
    assert not moved.same_grid(GRID)
    assert moved.same_grid(GRID, tolerance=0.01)
    assert not Geometry((3, 4, 6), SAGITTAL).same_grid(GRID, tolerance=0.01)
    assert Geometry((3, 4, 5), SAGITTAL.copy()).same_grid(GRID)


def test_corners_bound_every_voxel() -> None:
    every = GRID.to_lps(np.indices((5, 4, 3)).reshape(3, -1).T)
    np.testing.assert_allclose(GRID.corners().min(axis=0), every.min(axis=0))
    np.testing.assert_allclose(GRID.corners().max(axis=0), every.max(axis=0))


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("signs", list(product((1, -1), repeat=3)))
def test_orienting_keeps_every_voxel_in_its_place(order: tuple[int, ...], signs: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).random((3, 4, 5))
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, order] * np.array(signs) * np.array([0.5, 2.0, 3.0])
    affine[:3, 3] = (10, -20, 30)
    stored = Geometry.of(array, affine)
    turned, geometry = stored.oriented(array)
    index = np.indices((5, 4, 3)).reshape(3, -1).T
    column, row, k = index.T
    c, r, s = np.round(geometry.to_index(stored.to_lps(index))).astype(int).T
    np.testing.assert_array_equal(turned[s, r, c], array[k, row, column])
    assert geometry.axes[1, 0] > 0, "columns run to the back"
    assert geometry.axes[2, 1] < 0, "rows run to the feet"
    assert geometry.axes[0, 2] > 0, "slices run to the left"


@pytest.mark.parametrize(
    ("shape", "affine", "said"),
    [
        ((3, 4), np.eye(4), "shape"),
        ((3, 4, 5), np.eye(3), "4x4"),
        ((3, 4, 5), np.diag([0.7, 0.0, 4.4, 1]), "non-zero"),
        ((3, 4, 5), np.diag([0.7, np.nan, 4.4, 1]), "finite"),
        ((3, 4, 5), np.eye(4) + np.eye(4, k=1) * 0.1, "not orthogonal"),
    ],
)
def test_impossible_grid_is_refused(shape: tuple[int, int, int], affine: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Geometry(shape, affine)


def test_array_of_a_grid_has_three_axes() -> None:
    with pytest.raises(ValueError, match=r"got shape \(4, 5\)"):
        Geometry.of(np.zeros((4, 5)), np.eye(4))


def test_simpleitk_agrees_on_every_place() -> None:
    turn = np.deg2rad(12)
    affine = SAGITTAL.copy()
    affine[:3, :3] = (
        np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]]) @ affine[:3, :3]
    )
    grid = Geometry((3, 4, 5), affine)
    array = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
    image = to_itk(array, grid)
    assert image[4, 3, 2] == array[2, 3, 4]
    np.testing.assert_allclose(
        image.TransformContinuousIndexToPhysicalPoint((1.5, 2.0, 0.5)), grid.to_lps(np.array([1.5, 2.0, 0.5]))
    )
    back, geometry = from_itk(image)
    np.testing.assert_array_equal(back, array)
    assert geometry.same_grid(grid, tolerance=1e-9)


def test_simpleitk_image_needs_the_shape_of_the_grid() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 2, 2\)"):
        to_itk(np.zeros((2, 2, 2)), GRID)
