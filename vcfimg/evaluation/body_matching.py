"""Which vertebra found is which true body, and which is false."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.imaging.raw import RawVertebra

TOLERANCE: Final = 0.5
"""A centre within this share of the usual body height of the true centre is the same body."""

_USUAL_HEIGHT_MM: Final = 22.0
_OFF_SPINE_MM: Final = 50.0
"""Farther than this from the line of the true bodies it cannot be a vertebra."""


def match(found: Sequence[RawVertebra], true: Sequence[TrueBody]) -> dict[int, int]:
    """True label index → index in ``found``, one to one, nearest first.

    Two bodies merged into one, or one body split at its middle, have their centre too far from any true one.
    """
    pairs = [
        (float(np.linalg.norm(np.subtract(f.center_mm, t.center_mm))), i, j)
        for i, t in enumerate(true)
        for j, f in enumerate(found)
    ]
    matched: dict[int, int] = {}
    for distance, i, j in sorted(pairs):
        if i not in matched and j not in matched.values() and distance <= TOLERANCE * _height(true[i]):
            matched[i] = j
    return matched


def false_bodies(
    found: Sequence[RawVertebra], matched: Mapping[int, int], case: Case, instances: Mapping[str, NDArray[np.uint16]]
) -> list[int]:
    """Ids of what was found and is not a true body.

    Where the truth is not exhaustive, a body above or below the traced range is not counted, unless it lies off the
    line of the spine. What lies mostly on one traced body that nothing else was matched to is not false either: a body
    that the field of view cuts has the middle of its visible part far from its own, which may lie outside.

    Parameters
    ----------
    instances
        Series key → ids of what was found, on the grid of the case's mask of that series.
    """
    taken = {case.bodies[i].label for i in matched}
    left = [f for j, f in enumerate(found) if j not in matched.values()]
    if not case.exhaustive:
        centers = np.array([t.center_mm for t in sorted(case.bodies, key=lambda t: -t.center_mm[2])])
        left = [f for f in left if case.bodies and not _outside_range(np.array(f.center_mm), centers)]
    return [f.id for f in left if not _shows_unmatched_body(f.id, taken, case, instances)]


def _shows_unmatched_body(
    identity: int, taken: set[int], case: Case, instances: Mapping[str, NDArray[np.uint16]]
) -> bool:
    """Whether what was found lies mostly on one traced body that nothing else was matched to."""
    for key, mask in case.masks.items():
        if key in instances:
            inside = mask[instances[key] == identity]
            counts = np.bincount(inside.astype(np.int64)) if inside.size else np.zeros(1, np.int64)
            label = int(counts.argmax())
            if label > 0 and label not in taken and counts[label] > 0.5 * inside.size:
                return True
    return False


def _height(body: TrueBody) -> float:
    return max(body.height_mm.posterior or _USUAL_HEIGHT_MM, 0.5 * _USUAL_HEIGHT_MM)


def _outside_range(point: NDArray[np.float64], centers: NDArray[np.float64]) -> bool:
    """Whether ``point`` continues the spine beyond its first or last traced body."""
    if len(centers) < 2:
        return True
    for end, inner in ((centers[0], centers[1]), (centers[-1], centers[-2])):
        step = end - inner
        length = float(np.linalg.norm(step))
        beyond = float((point - end) @ step / length)
        aside = float(np.linalg.norm(point - end - beyond * step / length))
        if beyond > 0.5 * length and aside <= max(_OFF_SPINE_MM, 0.6 * beyond):
            return True
    return False
