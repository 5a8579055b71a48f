"""The grid of a station reaches as far as any of its series."""

import numpy as np
import pytest

from vcfimg.geometry import Geometry
from vcfimg.imaging.fusion.joint_grid import margins

# columns run posterior, rows to the feet, slices to the right
AXES = np.array([[0.0, 0, -4], [1, 0, 0], [0, -1, 0]])


def field(shape: tuple[int, int, int], y: float = 0.0, z: float = 0.0, pixel: float = 1.0) -> Geometry:
    affine = np.eye(4)
    affine[:3, :3] = AXES * [pixel, pixel, 1.0]
    affine[:3, 3] = (0.0, y, z)
    return Geometry(shape, affine)


REFERENCE = field((5, 100, 80))
STILL = np.zeros(3)


def test_equal_fields_need_no_margin() -> None:
    found = margins(REFERENCE, [(field((3, 100, 80)), STILL), (field((5, 50, 40), pixel=1.5), STILL)])
    assert (found.slices, found.rows, found.columns) == ((0, 0), (0, 0), (0, 0))
    values = np.ones(REFERENCE.shape, np.float32)
    assert np.array_equal(found.padded(values), values)
    assert found.padded(values) is not values


def test_margins_reach_to_the_farthest_series() -> None:
    found = margins(REFERENCE, [(field((5, 100, 80), z=20.0), STILL), (field((5, 130, 80), y=-7.5), STILL)])
    assert (found.rows, found.columns) == ((20, 30), (8, 0))
    around = found.around(REFERENCE)
    assert around.shape == (5, 150, 88)
    assert around.affine[:3, 3] == pytest.approx((0.0, -8.0, 20.0))
    padded = found.padded(np.ones((5, 6, 100, 80), np.float32))
    assert padded.shape == (5, 6, 150, 88)
    assert padded[:, :, 20:120, 8:].all()
    assert padded.sum() == 5 * 6 * 100 * 80


def test_movement_moves_the_field() -> None:
    found = margins(REFERENCE, [(field((5, 100, 80)), np.array([0.0, 3.0, -4.0]))])
    assert (found.rows, found.columns) == ((0, 4), (0, 3))


@pytest.mark.parametrize(
    ("shape", "mm", "expected"), [(9, 0.0, (0, 4)), (5, 8.0, (2, 0)), (5, 1.5, (0, 0)), (5, 2.5, (1, 0))]
)
def test_margins_reach_to_the_outermost_slice(shape, mm, expected) -> None:
    """Less than half a slice is none: such a slice is read with the outermost one."""
    found = margins(REFERENCE, [(field((shape, 100, 80)), np.array([mm, 0.0, 0.0]))])
    assert (found.slices, found.rows, found.columns) == (expected, (0, 0), (0, 0))
    around = found.around(REFERENCE)
    assert around.shape == (5 + sum(expected), 100, 80)
    assert around.to_lps(np.array([0, 0, expected[0]])) == pytest.approx(REFERENCE.to_lps(np.zeros(3)))
    padded = found.padded(np.ones((5, 6, 100, 80), np.float32))
    assert padded.sum(axis=(1, 2, 3)).nonzero()[0].tolist() == list(range(expected[0], expected[0] + 5))
