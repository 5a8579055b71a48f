"""The views of the stress test are what they are said to be."""

import numpy as np
import pytest

from pipelines.stress.partial_views import Seen, _station, cut, table
from vcfimg.phantom import SpineSpec, make_study


@pytest.fixture(scope="module")
def study():
    return make_study(SpineSpec(seed=3), roles=("t2",), slices=3, size=(120, 90), pixel_mm=2.0)


def test_a_cut_volume_keeps_its_place(study):
    whole = study.volumes["t2"]
    part = cut(whole, 40.0, 20.0)
    assert part.array.shape == (3, 90, 90)
    assert np.array_equal(part.array, whole.array[:, 20:110])
    assert part.to_lps(np.array([5.0, 0.0, 1.0])) == pytest.approx(whole.to_lps(np.array([5.0, 20.0, 1.0])))


def test_a_station_is_moved_along_the_spine(study):
    (moved,) = _station(study, 1, -4.0)
    whole = study.volumes["t2"]
    assert moved.affine[:3, 3] - whole.affine[:3, 3] == pytest.approx([0.0, 0.0, -4.0])
    assert (moved.station, moved.key) != (whole.station, whole.key)


def test_the_table_adds_up():
    one = Seen("a", 8, lost=1, twice=0, right=5, wrong=1, unnamed=1, given=6, false_fractures=1, worst=31.4)
    text = table([one, one, Seen("b", 4, 0, 0, 4, 0, 0, 4, 0, 3.2)])
    assert "| a: 2 | 16 | 2 / 0 | 10 / 2 / 2 | 12, 2 | 31 points |" in text
    assert "| b: 1 | 4 | 0 / 0 | 4 / 0 / 0 | 4, 0 | 3 points |" in text
