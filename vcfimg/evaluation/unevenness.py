"""How uneven the heights of neighbouring bodies are, as read and in the reference.

In a healthy spine a body is about as tall as the mean of its two neighbours. What departs from that is anatomy,
fracture and error. The anatomy is the same for both, so a reference that is more uneven than the reading carries an
error of its own, and no reading can agree with it better than that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

import numpy as np

from vcfimg.evaluation.rows import BodyRow
from vcfimg.imaging.heights import Position, at
from vcfimg.levels import STANDARD_LEVELS

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


def unevenness(rows: Sequence[BodyRow], positions: Iterable[Position]) -> Unevenness:
    """Unevenness over all cases, pooled over ``positions``; only bodies whose neighbours are known as well count."""
    read: list[float] = []
    reference: list[float] = []
    named = [r for r in rows if r.level in STANDARD_LEVELS]
    places = tuple(positions)
    for _, group in groupby(sorted(named, key=lambda r: r.case), key=lambda r: r.case):
        by_index = {STANDARD_LEVELS.index(str(r.level)): r for r in group}
        for i, row in by_index.items():
            trio = [row, by_index.get(i - 1), by_index.get(i + 1)]
            for x in places:
                heights = [(at(r.height_mm, x), at(r.height_true_mm, x)) if r else (None, None) for r in trio]
                ours, theirs = ([h[k] for h in heights] for k in (0, 1))
                own, other = _departure(ours), _departure(theirs)
                if own is not None and other is not None:
                    read.append(own)
                    reference.append(other)
    if len(read) < 2:
        return Unevenness(len(read))
    a, b = float(np.std(read, ddof=1)), float(np.std(reference, ddof=1))
    return Unevenness(len(read), a, b, sqrt(max(0.0, b * b - a * a) / NEIGHBOURS_SHARE))


def _departure(heights: Sequence[float | None]) -> float | None:
    """The first height minus the mean of the other two."""
    own, above, below = heights
    return None if own is None or above is None or below is None else own - 0.5 * (above + below)
