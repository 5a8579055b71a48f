"""Scatter of neighbouring heights."""

import numpy as np
import pytest

from vcfimg.evaluation.rows import BodyRow
from vcfimg.evaluation.unevenness import Unevenness, unevenness
from vcfimg.imaging.raw import POSITIONS, Heights

LEVELS = ("T12", "L1", "L2", "L3", "L4", "L5")


def row(case: str, level: str | None, read: float | None, true: float | None) -> BodyRow:
    return BodyRow(case, "t2", level, True, True, height_mm=Heights(middle=read), height_true_mm=Heights(middle=true))


def test_a_body_is_held_against_the_mean_of_its_neighbours() -> None:
    heights = {"L1": 24.0, "L2": 30.0, "L3": 26.0, "L4": 27.0}
    found = unevenness([row("a", level, h, h) for level, h in heights.items()], ["middle"])
    expected = np.std([30 - 25.0, 26 - 28.5], ddof=1)
    assert found.n == 2
    assert found.read_mm == pytest.approx(expected)
    assert found.reference_mm == pytest.approx(expected)
    assert found.reference_error_mm == 0


def test_error_of_the_reference_is_found() -> None:
    rng = np.random.default_rng(0)
    rows = [
        row(f"case{i}", level, true, true + rng.normal(0, 1.2))
        for i in range(300)
        for level, true in zip(LEVELS, 26 + np.cumsum(rng.normal(0, 0.5, 6)), strict=True)
    ]
    assert unevenness(rows, POSITIONS).reference_error_mm == pytest.approx(1.2, abs=0.1)


def test_gaps_other_cases_and_unnamed_bodies_are_no_neighbours() -> None:
    rows = [row("a", "L1", 25.0, 25.0), row("b", "L2", 25.0, 25.0), row("a", "L3", 25.0, 25.0)]
    rows += [row("a", None, 25.0, 25.0), row("b", "L3", None, 25.0), row("b", "L4", 25.0, 25.0)]
    assert unevenness(rows, POSITIONS) == Unevenness(0)
