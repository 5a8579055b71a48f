"""A window holds every point of its box, and interpolation agrees with SciPy."""

import numpy as np
import pytest
from scipy.ndimage import map_coordinates, zoom

from vcfimg.phantom.interpolate import along, sample, stretch
from vcfimg.phantom.window import PointGrid


def sagittal(rows=90, columns=70, pitch=0.8, yaw=0.3):
    column, row = np.array([-np.sin(yaw), np.cos(yaw), 0.0]), np.array([0.0, 0.0, -1.0])
    return (
        np.array([3.0, -40.0, 30.0])
        + pitch * np.arange(rows)[:, None, None] * row
        + pitch * np.arange(columns)[None, :, None] * column
    )


@pytest.mark.parametrize("seed", range(20))
def test_no_point_of_the_box_is_left_out(seed):
    rng = np.random.default_rng(seed)
    points = sagittal()
    middle, half = rng.uniform([-20, -50, -50], [20, 20, 40]), rng.uniform(0.5, 20, 3)
    inside = (np.abs(points - middle) <= half).all(-1)
    window = PointGrid(points).window(middle - half, middle + half)
    covered = np.zeros(inside.shape, bool)
    if window is not None:
        covered[window] = True
    assert not (inside & ~covered).any()


def test_a_box_beside_the_slice_has_no_window():
    assert PointGrid(sagittal(yaw=0.0)).around(np.array([60.0, 0.0, 0.0]), 20.0) is None


def test_the_window_is_not_much_larger_than_the_box():
    rows, columns = PointGrid(sagittal(yaw=0.0)).around(np.array([3.0, -12.0, -5.0]), 5.0)
    assert rows.stop - rows.start < 12.5 + 6 * 4
    assert columns.stop - columns.start < 12.5 + 6 * 4


def test_stretching_agrees_with_linear_zoom():
    values = np.random.default_rng(0).normal(size=(9, 13))
    assert np.allclose(stretch(values, (31, 40)), zoom(values, (31 / 9, 40 / 13), order=1))


def test_sampling_agrees_with_map_coordinates_and_holds_the_border():
    values = np.random.default_rng(1).normal(size=(12, 10))
    rows, columns = np.linspace(-2, 13, 25), np.linspace(-1, 11, 17)
    grid = np.meshgrid(rows, columns, indexing="ij")
    assert np.allclose(sample(values, rows, columns), map_coordinates(values, grid, order=1, mode="nearest"))


def test_one_axis_may_be_moved_alone():
    values = np.arange(12.0).reshape(3, 4)
    assert np.allclose(along(values, np.arange(4) - 0.5, 1)[1], [4, 4.5, 5.5, 6.5])
