"""Bodies read much taller than their neighbours predict: no disease adds height.

Either the outline holds more than the body, or most neighbours are collapsed and no expected height can be determined.
The body stays a reference for the others (they follow the middle of several), since it may be the only whole one.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from vcfimg.imaging.findings.expected_heights import Reference, loss_percent
from vcfimg.imaging.raw import POSITIONS, Position, RawVertebra, at, is_measured

TOO_TALL: Final = "taller_than_possible"
"""Reason code of such a vertebra."""

MOST_GAIN_PERCENT: Final = 30.0
"""A height above the expected one by more than this is no anatomy: bodies of healthy people stay within about 15 % of
what their neighbours predict (design)."""


def without_too_tall(
    vertebrae: Sequence[RawVertebra], references: Mapping[int, Mapping[Position, Reference | None]]
) -> list[RawVertebra]:
    """The same vertebrae; those too tall at any of the three positions carry the reason :data:`TOO_TALL`."""
    return [
        v.model_copy(update={"reasons": (*v.reasons, TOO_TALL)})
        if is_measured(v) and _most_gain(v, references[v.id]) > MOST_GAIN_PERCENT
        else v
        for v in vertebrae
    ]


def _most_gain(vertebra: RawVertebra, references: Mapping[Position, Reference | None]) -> float:
    """Largest height above the expected one, percent; 0 where none is known."""
    lost = (loss_percent(at(vertebra.height_mm, x), references[x]) for x in POSITIONS)
    return max((-percent for percent in lost if percent is not None), default=0.0)
