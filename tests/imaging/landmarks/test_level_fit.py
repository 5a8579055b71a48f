"""Names are held against what the shape of the column says of every vertebra."""

import numpy as np
import pytest

from tests.imaging.raw_spines import levels_between, spine, with_shape
from vcfimg.imaging.landmarks.level_fit import FLOOR, column_fit

COLUMN = levels_between("T10", "L5")


def fit(shown: list[str], names: list[str]) -> float:
    raw = with_shape(spine(COLUMN), shown, sure=0.7)
    said = {v.id: v.level_log_likelihood for v in raw.vertebrae}
    return column_fit(said, dict(enumerate(names, start=1)))


def test_right_names_fit_best() -> None:
    fits = {
        first: fit(COLUMN, levels_between(first, last)) for first, last in (("T9", "L4"), ("T10", "L5"), ("T11", "S1"))
    }
    assert max(fits, key=lambda first: fits[first]) == "T10"
    assert fits["T10"] == pytest.approx(len(COLUMN) * np.log(0.7))


def test_levels_above_t11_look_like_it() -> None:
    assert fit(levels_between("T4", "T11"), levels_between("T3", "T10")) == fit(COLUMN, COLUMN)


def test_s1_costs_the_most() -> None:
    assert fit(COLUMN, [*COLUMN[:-1], "S1"]) == pytest.approx((len(COLUMN) - 1) * np.log(0.7) + FLOOR)
