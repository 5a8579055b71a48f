"""Vertebrae that several stations show get one number."""

import numpy as np
import pytest

from tests.imaging.fusion.test_joint_grid import field
from vcfimg.imaging.fusion.station_bodies import StationBodies, number_stations

HEIGHT, STEP = 20, 28
"""Of a body, and from one to the next, mm."""


def station(key: str, top: float, rows: int, *, moved: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> StationBodies:
    """A stack of bodies, the first of them at z = 0 downwards, as seen from ``top`` over ``rows`` mm."""
    array = np.zeros((5, rows, 60), np.uint16)
    z = top - np.arange(rows)
    below = -z
    inside = (below >= 0) & (below % STEP < HEIGHT)
    for number, level in enumerate(np.unique(below[inside] // STEP), start=1):
        shown = np.flatnonzero(inside & (below // STEP == level))
        array[:, shown[0] : shown[-1] + 1, 15:45] = number
    grid = field(array.shape, y=moved[1], z=top + moved[2]).moved(np.array([moved[0], 0.0, 0.0]))
    return StationBodies(key, grid, array)


def count(*stations: StationBodies) -> int:
    return len(set(number_stations(stations).values()))


def test_one_station_is_numbered_from_the_head() -> None:
    assert number_stations([station("a", 0.0, 5 * STEP)]) == {("a", n): n for n in range(1, 6)}


def test_stations_share_what_both_show() -> None:
    numbered = number_stations([station("low", -3.0 * STEP, 4 * STEP), station("high", 0.0, 5 * STEP)])
    assert [numbered["high", n] for n in range(1, 6)] == [1, 2, 3, 4, 5]
    assert [numbered["low", n] for n in range(1, 5)] == [4, 5, 6, 7]


@pytest.mark.parametrize("rows", [*range(4 * STEP + 3, 5 * STEP, 3)])
@pytest.mark.parametrize("moved", [0.0, -5.0, 5.0])
def test_a_body_cut_by_the_edge_of_one_station_is_counted_once(rows: int, moved: float) -> None:
    low = station("low", -2.0 * STEP + 4, 6 * STEP, moved=(0.0, 0.0, moved))
    assert count(station("high", 0.0, rows), low) == 8


def test_a_leaning_body_half_beside_the_slices_is_counted_once() -> None:
    assert count(station("high", 0.0, 5 * STEP), station("low", -3.0 * STEP, 4 * STEP, moved=(12.0, 2.0, 0.0))) == 7


def test_stations_that_do_not_overlap_are_counted_on() -> None:
    assert count(station("high", 0.0, 3 * STEP), station("low", -3.0 * STEP, 3 * STEP)) == 6


def test_a_station_without_bodies_changes_nothing() -> None:
    empty = station("none", 40.0, 30)
    assert not empty.instances.any()
    assert count(station("high", 0.0, 3 * STEP), empty) == 3
