"""Movement between stations is found where they overlap."""

import numpy as np
import pytest

from tests.imaging.fusion.test_station_bodies import STEP, station
from vcfimg.imaging.fusion.registration import MAX_SHIFT_MM
from vcfimg.imaging.fusion.station_bodies import number_stations
from vcfimg.imaging.fusion.station_shift import station_shift

HIGH = station("high", 0.0, 5 * STEP + 9)


@pytest.mark.parametrize("moved", [(0.0, 0.0), (0.0, 11.0), (0.0, -12.0), (9.0, -8.0), (-12.0, 0.0)])
def test_a_known_movement_is_recovered_and_bodies_are_counted_once(moved: tuple[float, float]) -> None:
    low = station("low", -2.0 * STEP, 6 * STEP, moved=(0.0, *moved))
    found = station_shift(low, [HIGH])
    assert not found.far
    assert found.mm == pytest.approx([0.0, -moved[0], -moved[1]], abs=1.0)
    assert len(set(number_stations([HIGH, low.shifted(found.mm)]).values())) == 8


def test_a_station_that_fits_only_far_away_is_told() -> None:
    tall = station("low", -2.0 * STEP, 6 * STEP)
    low = tall.shifted(np.array([0.0, 26.0, 0.0]))
    found = station_shift(low, [HIGH])
    assert found.far
    assert np.linalg.norm(found.mm) > MAX_SHIFT_MM


def test_without_overlap_nothing_is_said() -> None:
    low = station("low", -8.0 * STEP, 4 * STEP)
    assert not station_shift(low, [HIGH]).mm.any()
    assert not station_shift(low, []).mm.any()
    empty = station("none", 40.0, 30)
    assert not station_shift(empty, [HIGH]).mm.any()
    assert not station_shift(HIGH, [empty]).mm.any()
