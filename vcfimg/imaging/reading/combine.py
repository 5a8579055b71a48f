"""One height per vertebra from the readings of several series."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.reading.series import SeriesReading
from vcfimg.imaging.robust import Z95

MIN_COMMON: Final = 3
"""Vertebrae that two series must share before the mean difference between them is known."""

COMMON_ERROR: Final = 0.6
"""Share of a reading's error that the other contrasts repeat: same anatomy, same slices, same partial volume."""

ALONE_MM: Final = 0.75
"""Standard error of what one series says by itself, beside what its slices and edges tell: chemical shift and the looks
of the plate on that contrast move an edge by an amount that one series does not show. From single real series against
traced bodies."""

Array = NDArray[np.float64]


def reference_series(readings: Sequence[SeriesReading]) -> str | None:
    """The series that measures best: smallest median error over its trusted bodies, most bodies on a tie."""
    scores = {}
    for reading in readings:
        trusted = [b.error for b in reading.bodies.values() if not b.heights.reasons]
        every = [b.error for b in reading.bodies.values()]
        if every:
            untrusted_share = 1 - len(trusted) / len(every)
            scores[reading.key] = float(np.median(trusted or every)) * (1 + 2 * untrusted_share)
    return min(scores, key=lambda key: scores[key]) if scores else None


def combine_heights(identity: int, readings: Sequence[SeriesReading], best: str | None) -> tuple[str, Array, Array]:
    """Series measured on, heights and 95 % half-widths of one vertebra.

    Readings of other contrasts steady the best one: their mean difference from it (edges look different on every
    contrast) is removed first, and they count by their errors.
    """
    usable = [r for r in readings if not r.bodies[identity].heights.reasons] or list(readings)
    home = next((r for r in usable if r.key == best), None)
    if home is None:
        home = min(usable, key=lambda r: float(np.median(r.bodies[identity].error)))
    own = home.bodies[identity]
    values, weights = [own.values], [1 / np.square(own.error)]
    for other in usable:
        offset = None if other is home else _offset(other, home)
        if offset is None:
            continue
        reading = other.bodies[identity]
        steadied = reading.values - offset
        gap = np.abs(steadied - own.values) / np.hypot(reading.error, own.error)
        values.append(steadied)
        weights.append(np.where(gap < 1.5, 1 / np.square(reading.error), 0.0))
    w = np.stack(weights)
    combined = (np.stack(values) * w).sum(axis=0) / w.sum(axis=0)
    independent = 1 / np.sqrt(w.sum(axis=0))
    error = np.sqrt(np.square(COMMON_ERROR * own.error) + (1 - COMMON_ERROR**2) * np.square(independent))
    return home.key, np.asarray(combined), alone(error) if len(values) == 1 else np.asarray(error)


def alone(error: Array) -> Array:
    """95 % half-width of a height that one series tells by itself, from what its own slices and edges say of it."""
    return np.asarray(np.hypot(error, Z95 * ALONE_MM))


def _offset(other: SeriesReading, home: SeriesReading) -> Array | None:
    """Median difference of the heights of two series over the vertebrae both can be trusted on."""
    common = [
        i
        for i, b in other.bodies.items()
        if i in home.bodies and not b.heights.reasons and not home.bodies[i].heights.reasons
    ]
    if len(common) < MIN_COMMON:
        return None
    return np.asarray(np.median([other.bodies[i].values - home.bodies[i].values for i in common], axis=0))
