"""A loss is a fracture beyond the normal shape of its level, or with a second sign."""

import pytest

from tests.imaging.raw_spines import NUMBERS
from vcfimg.imaging.findings.fracture import is_fractured
from vcfimg.imaging.measurement import LossPercent
from vcfimg.imaging.raw import Heights

NARROW = Heights(anterior=8.0, middle=8.0, posterior=8.0)
"""Healthy bodies read from 0 to within 8 points: three standard deviations lie far below Genant's limit."""
WIDE = Heights(anterior=14.5, middle=14.5, posterior=14.5)
"""As in the neck: three standard deviations are 22 points."""


def loss(anterior: float, middle: float, posterior: float) -> LossPercent:
    return LossPercent(anterior=anterior, middle=middle, posterior=posterior, index=max(anterior, middle, posterior))


@pytest.mark.parametrize(
    ("read", "width", "edema", "expected"),
    [
        (loss(19.9, 10, 0), NARROW, True, False),
        (loss(20.0, 0, 0), NARROW, False, True),
        (loss(0, 20.0, 0), NARROW, None, True),
        (loss(21, 3, 0), WIDE, False, None),
        (loss(21, 3, 0), WIDE, True, True),
        (loss(23, 3, 0), WIDE, None, True),
        (loss(21, 14, 2), WIDE, None, True),
        (loss(21, 20, 19), WIDE, None, None),
        (loss(3, 21, 2), WIDE, None, True),
        (loss(18, 21, 14), WIDE, None, None),
        (loss(2, 8, 27), NARROW, False, None),
        (loss(2, 8, 27), NARROW, True, True),
        (loss(26, 28, 27), NARROW, False, True),
        (loss(0, 8, 41), WIDE, False, True),
    ],
    ids=[
        "below Genant's limit, whatever the edema",
        "where shapes vary little Genant's limit holds",
        "the middle alone",
        "a low front of the neck alone may be shape",
        "with edema it is a fracture",
        "beyond three standard deviations it is one",
        "a wedge takes the middle along and spares the back",
        "a small body is low everywhere",
        "the middle sinks between its corners",
        "the middle of a body that is low everywhere",
        "the lordotic wedge of L5: the back is low alone",
        "unless it is edematous",
        "a crush takes the front along",
        "nobody is born with half a height",
    ],
)
def test_verdict(read: LossPercent, width: Heights, edema: bool | None, expected: bool | None) -> None:
    assert is_fractured(read, width, NUMBERS, edema=edema) is expected


def test_without_a_loss_nothing_is_known() -> None:
    assert is_fractured(LossPercent(), Heights(), NUMBERS, edema=True) is None
