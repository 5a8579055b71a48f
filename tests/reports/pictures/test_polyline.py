"""Lines with fewer corners."""

import numpy as np
from skimage.measure import approximate_polygon

from vcfimg.reports.pictures.polyline import simplified


def test_keeps_the_corners_that_scikit_image_keeps() -> None:
    angle = np.linspace(0, 2 * np.pi, 200)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        radius = 20 + rng.normal(0, 2, 3) @ np.cos(np.outer([2, 3, 5], angle)) + rng.normal(0, 0.05, angle.size)
        ring = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        ring[-1] = ring[0]
        np.testing.assert_array_equal(simplified(ring, 0.12), approximate_polygon(ring, 0.12))


def test_a_straight_line_keeps_its_ends() -> None:
    line = np.stack([np.arange(9.0), 2 * np.arange(9.0)], axis=1)
    np.testing.assert_array_equal(simplified(line, 0.1), line[[0, -1]])


def test_two_points_stay() -> None:
    line = np.array([[0.0, 0], [1, 1]])
    np.testing.assert_array_equal(simplified(line, 5), line)


def test_what_turns_back_beyond_an_end_is_kept() -> None:
    """The distance counts from the segment, not from the endless line."""
    line = np.array([[0.0, 0], [5, 0], [1, 0]])
    np.testing.assert_array_equal(simplified(line, 0.5), line)
