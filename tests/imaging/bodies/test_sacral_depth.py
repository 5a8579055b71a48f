"""What lies below a body tells whether it is L5 or S1."""

import numpy as np
import pytest

from vcfimg.imaging.bodies.sacral_depth import LIKE_L5, LIKE_S1, depth_ratio
from vcfimg.imaging.segmentation import Tissue

SLICES = np.arange(3)
TOP, HEIGHT, DISC = 20, 26, 8


def column(depths, *, rows=160, columns=90, slant=0.0):
    """Labels of segments of the given depths, head to foot, discs between; and the middles of the first two."""
    labels = np.zeros((3, rows, columns), np.uint8)
    middles = []
    for n, depth in enumerate(depths):
        top = TOP + n * (HEIGHT + DISC)
        for r in range(top, min(top + HEIGHT + DISC, rows)):
            left = round(25 + slant * (r - TOP))
            tissue = Tissue.DISC if r >= top + HEIGHT else Tissue.BODY if n < 2 else Tissue.SACRUM
            width = depths[n + 1] if tissue == Tissue.DISC and n + 1 < len(depths) else depth
            labels[:, r, left : left + width] = tissue
        middle = top + HEIGHT / 2
        middles.append(np.array([middle, 25 + slant * (middle - TOP) + depth / 2]))
    return labels, middles[1], middles[0]


@pytest.mark.parametrize("slant", [0.0, 0.35])
@pytest.mark.parametrize(
    ("depths", "like"), [((33, 33, 32, 20), "L5"), ((33, 32, 20, 16), "S1"), ((33, 30, 31, 19), "L5")]
)
def test_the_next_segment_is_as_deep_below_l5_and_shallower_below_s1(depths, like, slant):
    ratio = depth_ratio(*column(depths, slant=slant), SLICES)
    assert ratio is not None
    assert (ratio >= LIKE_L5) if like == "L5" else (ratio <= LIKE_S1)


def test_nothing_is_said_where_the_image_ends_too_early():
    labels, center, above = column((33, 33, 32, 20))
    assert depth_ratio(labels[:, : int(center[0]) + 26], center, above, SLICES) is None
    assert depth_ratio(labels[:, :, :40], center, above, SLICES) is None


def test_nothing_is_said_where_nothing_lies_below():
    assert depth_ratio(*column((33, 33)), SLICES) is None
    assert depth_ratio(*column((33, 33, 32, 20)), np.array([], int)) is None


def test_nothing_is_said_where_the_way_stays_in_the_disc():
    """A steep sacrum lies behind the way down, which then leaves the column at the front of the disc."""
    labels, center, above = column((33, 33, 24, 20))
    below = labels[:, TOP + 2 * (HEIGHT + DISC) - DISC :]
    below[below > 0] = Tissue.DISC
    assert depth_ratio(labels, center, above, SLICES) is None
