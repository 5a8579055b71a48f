"""Maps are carried between grids: to the right place, with the shift in the right direction."""

import numpy as np
import pytest

from vcfimg.geometry import Geometry
from vcfimg.imaging.fusion.resample import carry

SHAPE = (5, 30, 24)


def grid(pixel=1.0, gap=4.0, origin=(0.0, 0.0, 0.0), shape=SHAPE):
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = (0, pixel, 0), (0, 0, -pixel), (gap, 0, 0)
    affine[:3, 3] = origin
    return Geometry(shape, affine)


def blob(at=(2, 12, 10), dtype=np.float32):
    out = np.zeros(SHAPE, dtype)
    k, r, c = at
    out[k, r - 2 : r + 3, c - 2 : c + 3] = 1
    return out


def middle(array):
    return np.argwhere(array > 0.5).mean(0)


@pytest.mark.parametrize("order", [0, 1])
def test_the_same_grid_gives_the_same_map(order):
    assert np.array_equal(carry(blob(), grid(), grid(), order=order), blob())


def test_a_shift_carries_the_target_into_the_source():
    # A target point q shows what the source holds at q + shift: the content moves against the shift.
    out = carry(blob(), grid(), grid(), shift_mm=np.array([0.0, 3.0, -4.0]))
    assert np.allclose(middle(out), [2, 8, 7])


def test_a_shift_across_slices_moves_whole_slices():
    out = carry(blob(), grid(), grid(), shift_mm=np.array([4.0, 0.0, 0.0]))
    assert np.allclose(middle(out), [1, 12, 10])


def test_a_finer_grid_shows_the_same_place():
    out = carry(blob(), grid(), grid(pixel=0.5, shape=(5, 60, 48)))
    assert np.allclose(middle(out), [2, 24, 20], atol=0.3)


def test_nearest_keeps_labels_whole_and_their_type():
    labels = blob(dtype=np.uint16) * np.uint16(7)
    out = carry(labels, grid(), grid(pixel=0.5, shape=(5, 60, 48)), order=0)
    assert out.dtype == np.uint16
    assert set(np.unique(out)) == {0, 7}


def test_linear_interpolates_between_pixels():
    ramp = np.broadcast_to(np.arange(24, dtype=np.float32), SHAPE).copy()
    out = carry(ramp, grid(), grid(), shift_mm=np.array([0.0, 0.25, 0.0]))
    assert np.allclose(out[:, 1:-1, 1:-1], ramp[:, 1:-1, 1:-1] + 0.25, atol=1e-5)


def test_slices_beyond_the_source_hold_the_outside_value():
    out = carry(blob(), grid(), grid(origin=(-8.0, 0, 0), shape=(9, 30, 24)), outside=0.25)
    assert (out[[0, 1, 7, 8]] == 0.25).all()
    assert np.allclose(middle(out), [4, 12, 10])


def test_slices_between_those_of_the_source_are_interpolated():
    out = carry(blob(), grid(), grid(gap=2.0, shape=(9, 30, 24)))
    assert out[4, 12, 10] == pytest.approx(1.0)
    assert out[3, 12, 10] == pytest.approx(0.5, abs=1e-6)
    assert out[5, 12, 10] == pytest.approx(0.5, abs=1e-6)


def test_a_turned_grid_is_sampled_where_it_lies():
    turn = np.deg2rad(8)
    affine = grid().affine.copy()
    affine[:3, 0] = (-np.sin(turn), np.cos(turn), 0)
    affine[:3, 2] = (4 * np.cos(turn), 4 * np.sin(turn), 0)
    source = np.zeros(SHAPE, np.float32)
    source[2] = 1
    out = carry(source, grid(), Geometry(SHAPE, affine))
    # The slices cross: slice 2 of the target leaves slice 2 of the source as the columns advance.
    assert out[2, 10, 0] == pytest.approx(1 - abs(8 * np.cos(turn) / 4 - 2), abs=0.05)
    assert out[2, 10, 20] < out[2, 10, 0]


def test_an_outermost_slice_has_its_share_of_the_one_beside_it():
    """A slice at 0.7 slices beyond the target's outermost one: seven tenths of it, and of the weight of its series."""
    values = np.full(SHAPE, 0.8, np.float32)
    target = grid(origin=(-0.7 * 4.0, 0.0, 0.0))
    out, weight = carry(values, grid(), target), carry(np.ones_like(values), grid(), target)
    assert weight[0] == pytest.approx(np.full(SHAPE[1:], 0.3), abs=1e-5)
    assert out[0, 5, 5] / weight[0, 5, 5] == pytest.approx(0.8)
