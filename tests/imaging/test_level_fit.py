"""Names are held against what the shape of the column says of every vertebra."""

import numpy as np
import pytest

from vcfimg.imaging.level_fit import FLOOR, LEVELS, column_fit, level_at, names_support

from .raw_spines import levels_between

COLUMN = ["T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5"]


def said(levels: list[str], sure: float = 0.7) -> dict[int, tuple[float, ...]]:
    """Likelihoods that favour ``levels``; all above T11 look like it."""
    other = float(np.log((1 - sure) / (len(LEVELS) - 1)))
    return {
        i: tuple(float(np.log(sure)) if name == (level if level in LEVELS else "T11") else other for name in LEVELS)
        for i, level in enumerate(levels, start=1)
    }


def named(levels: list[str]) -> dict[int, str | None]:
    return dict(enumerate(levels, start=1))


def test_places_count_upwards_from_l5() -> None:
    assert [level_at(k) for k in (0, 1, 5)] == ["L5", "L4", "T12"]


def test_right_names_fit_best() -> None:
    fits = [column_fit(said(COLUMN), named(COLUMN), shift) for shift in (-2, -1, 0, 1, 2)]
    assert max(fits) == fits[2]
    assert fits[2] == pytest.approx(len(COLUMN) * np.log(0.7))


def test_names_a_place_off_are_not_supported() -> None:
    assert names_support(said(COLUMN), named(COLUMN)) > 5
    assert names_support(said(levels_between("T9", "L4")), named(COLUMN)) < -5


def test_a_name_that_would_fall_below_l5_costs_the_most() -> None:
    assert column_fit(said(["L5"]), {1: "L5"}, -1) == FLOOR
    assert column_fit(said(["L5"]), {1: "S1"}) == FLOOR


@pytest.mark.parametrize("name", [None, "L6", "T13"])
def test_names_that_are_not_known_take_no_part(name: str | None) -> None:
    assert column_fit(said(["L5"]), {1: name}) == 0.0
