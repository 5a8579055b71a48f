"""How uneven the heights of neighbouring bodies are, as read and in the reference.

In a healthy spine a body is about as tall as the mean of its two neighbours. What departs from that is anatomy,
fracture and error. The anatomy is the same for both, so a reference that is more uneven than the reading carries an
error of its own, and no reading can agree with it better than that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from vcfimg.evaluation.rows import BodyRow
from vcfimg.imaging.raw import Position, at
from vcfimg.level_names import STANDARD_LEVELS

NEIGHBOURS_SHARE = 1.5
"""Variance of x - (y + z) / 2 over that of x, y and z, when their errors are independent and alike."""


@dataclass(frozen=True)
class Unevenness:
    """Of ``n`` bodies between two neighbours; None of fewer than two.

    Parameters
    ----------
    read_mm, reference_mm
        Standard deviation of a height minus the mean of its neighbours' heights.
    reference_error_mm
        Standard error of one reference height that would explain why the reference is the more uneven one; 0 where it
        is not. A lower bound: an error of the reading is not taken off.
    """

    n: int
    read_mm: float | None = None
    reference_mm: float | None = None
    reference_error_mm: float | None = None


def unevenness(rows: Sequence[BodyRow], positions: Sequence[Position]) -> Unevenness:
    """Unevenness over all cases, pooled over ``positions``; only bodies whose neighbours are known as well count."""
    read: list[float] = []
    reference: list[float] = []
    for trio in _with_neighbours(rows):
        for x in positions:
            ours = _departure(*(at(r.height_mm, x) for r in trio))
            theirs = _departure(*(at(r.height_true_mm, x) for r in trio))
            if ours is not None and theirs is not None:
                read.append(ours)
                reference.append(theirs)
    if len(read) < 2:
        return Unevenness(len(read))
    a, b = float(np.std(read, ddof=1)), float(np.std(reference, ddof=1))
    return Unevenness(len(read), a, b, sqrt(max(0.0, b * b - a * a) / NEIGHBOURS_SHARE))


def _with_neighbours(rows: Sequence[BodyRow]) -> Iterator[tuple[BodyRow, BodyRow, BodyRow]]:
    """Every body with the ones above and below it in the same case."""
    by_place = {(r.case, STANDARD_LEVELS.index(r.level)): r for r in rows if r.level in STANDARD_LEVELS}
    for (case, i), row in by_place.items():
        above, below = by_place.get((case, i - 1)), by_place.get((case, i + 1))
        if above is not None and below is not None:
            yield row, above, below


def _departure(own: float | None, above: float | None, below: float | None) -> float | None:
    """The body's height minus the mean of its neighbours'."""
    return None if own is None or above is None or below is None else own - 0.5 * (above + below)
