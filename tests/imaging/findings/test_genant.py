"""Genant grades at, just below and just above each limit."""

import pytest

from tests.imaging.raw_spines import NUMBERS
from vcfimg.imaging.findings.genant import genant
from vcfimg.imaging.measurement import Genant, LossPercent


@pytest.mark.parametrize(
    ("loss", "grade"), [(-3.0, 0), (19.999, 0), (20.0, 1), (24.999, 1), (25.0, 2), (40.0, 2), (40.001, 3), (95.0, 3)]
)
def test_grade_by_index_loss(loss: float, grade: int) -> None:
    found = genant(LossPercent(anterior=loss, middle=loss - 10, posterior=loss - 20, index=loss), NUMBERS)
    assert found == Genant(grade=grade, type="wedge" if grade else None)


@pytest.mark.parametrize(
    ("losses", "kind"), [((30, 20, 10), "wedge"), ((20, 30, 10), "biconcave"), ((25, 20, 30), "crush")]
)
def test_type_by_the_most_reduced_height(losses: tuple[float, float, float], kind: str) -> None:
    a, m, p = losses
    found = genant(LossPercent(anterior=a, middle=m, posterior=p, index=30), NUMBERS)
    assert found is not None
    assert found.type == kind


def test_unknown_loss_has_no_grade() -> None:
    assert genant(LossPercent(), NUMBERS) is None
