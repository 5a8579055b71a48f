"""Estimates patient movement between stations: found where they overlap, from the bodies both show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.fusion.registration import FAR_MM, MAX_SHIFT_MM
from vcfimg.imaging.fusion.station_bodies import StationBodies

GAIN: Final = 0.05
"""Share of bone on bone by which a shift must be better than none to be believed."""

ALIKE: Final = 0.02
"""Shifts that differ by less are alike, and the smallest of them is the likely one."""

ENOUGH: Final = 500
"""Points of bone in the overlap without which nothing can be said."""

EVERY: Final = 5
"""Every so many points of a body are asked."""

IN_PLANE: Final = np.array([0.0, 1.0, 1.0])
"""From left to right bodies look alike from slice to slice."""


@dataclass(frozen=True)
class StationShift:
    """How one station lies to those above it.

    Parameters
    ----------
    mm
        LPS shift that carries its points to where the others show the same.
    far
        It lies farther away than :data:`MAX_SHIFT_MM`: which vertebra is which is not known.
    """

    mm: NDArray[np.float64]
    far: bool = False


def station_shift(station: StationBodies, others: Sequence[StationBodies]) -> StationShift:
    """The shift under which most of the bone of ``station`` lies on bone of the others, where they overlap.

    Tried are the distances between the middles of their bodies. None is taken that is not clearly better than no shift,
    and none far away that is not clearly better than the best near one: by a level, bodies fit nearly as well.
    """
    own = station.points()
    middles = [p.mean(axis=0) for p in own.values()]
    asked = np.concatenate([p[::EVERY] for p in own.values()]) if own else np.zeros((0, 3))
    near, far = [(0.0, np.zeros(3))], [(0.0, np.zeros(3))]
    for other in others:
        unmoved = _share(asked, other)
        if unmoved is None:
            continue
        theirs = [p.mean(axis=0) for p in other.points().values()]
        for step in ((a - b) * IN_PLANE for a in theirs for b in middles):
            size = float(np.linalg.norm(step))
            share = _share(asked + step, other) if size <= FAR_MM else None
            if share is not None and share - unmoved > GAIN:
                (near if size <= MAX_SHIFT_MM else far).append((share - unmoved, step))
    most = max(gain for gain, _ in near)
    farther, where = max(far, key=lambda found: found[0])
    if farther > most + GAIN:
        return StationShift(where, far=True)
    alike = [step for gain, step in near if gain >= most - ALIKE]
    return StationShift(min(alike, key=lambda step: float(np.linalg.norm(step))))


def _share(points: NDArray[np.float64], other: StationBodies) -> float | None:
    """Of the points in the field of another station the share on its bodies; None where too few lie there."""
    numbers = other.numbers_at(points)
    return float((numbers > 0).mean()) if len(numbers) >= ENOUGH // EVERY else None
