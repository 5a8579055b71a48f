"""A guess of the levels where no landmark lets them be counted: from DICOM text, shape and size, never a name.

A landmark hardly seen gives a count that is not sure: it takes part, and gives way where shape and size speak clearly.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from vcfimg.imaging.landmarks.level_fit import column_fit
from vcfimg.imaging.raw import RawVertebra, is_measured
from vcfimg.level_names import STANDARD_LEVELS
from vcfimg.policy.measurement_section import MeasurementPolicy

_MIN_BODIES: Final = 3
"""Fewer bodies than this say nothing about the level by their size."""
_SHAPE_WEIGHT: Final = 0.5
"""Squared spreads per unit of logarithm: 2 if the bodies of a column spoke independently of each other, which they do
not."""
_COUNT_COST: Final = 2.2
"""What leaving a doubtful count costs, in squared spreads."""
_CAP: Final = 4.0
"""A fractured body may cost no more than a deviation of two spreads."""

_FIRST: Final = STANDARD_LEVELS.index("C2")
"""C1 is a ring: what is found as a body is none of it."""

_DEPTH_MM: Final = {"C5": 15.2, "T7": 27.4, "T11": 31.9, "L3": 35.2}
"""Depth of the upper endplate at the levels that body-part words stand for (Panjabi 1991, 1992)."""
_OTHER_DEPTH: Final = (0.72, 1.5)
"""Median depth of the bodies over that of the level named, outside of which the words are of another region: a neck is
half as deep as the lumbar spine, and people differ by a fifth."""

_NECK_MM: Final = 20.0
"""Bodies whose median depth is below this are of the neck or next to it, where depth tells more than height."""
_NECK_DEPTH_MM: Final = {
    "C3": 15.0, "C4": 15.3, "C5": 15.2, "C6": 16.4, "C7": 18.1, "T1": 18.5, "T2": 19.6, "T3": 22.7, "T4": 23.3,
}  # fmt: skip
"""Depth of the upper endplate (Panjabi 1991)."""


def text_contradicted(vertebrae: Sequence[RawVertebra], words: Sequence[str], policy: MeasurementPolicy) -> bool:
    """Whether the bodies are far too small or too large for the region that the body-part words name."""
    center = text_center(words, policy)
    depths = [v.depth_mm for v in vertebrae if v.depth_mm]
    if center not in _DEPTH_MM or not depths:
        return False
    ratio = float(np.median(depths)) / _DEPTH_MM[center]
    return not _OTHER_DEPTH[0] <= ratio <= _OTHER_DEPTH[1]


def text_center(words: Sequence[str], policy: MeasurementPolicy) -> str | None:
    """The level usually in the middle of the field of view named by the body-part words; None when they name none."""
    tokens: set[str] = set()
    for word in words:
        parts = re.findall(r"[a-z]+", word.lower())
        # "L-SPINE" and "L SPINE" are written as often as "LSPINE".
        tokens |= {*parts, *(a + b for a, b in pairwise(parts))}
    found = {level for word, level in policy.level_guess_text.items() if word in tokens}
    return found.pop() if len(found) == 1 else None


def guess_levels(
    vertebrae: Sequence[RawVertebra],
    positions: Mapping[int, int],
    words: Sequence[str],
    policy: MeasurementPolicy,
    counted: Mapping[int, str | None] | None = None,
) -> tuple[dict[int, str], bool]:
    """Slide the bodies along the template and keep the place that fits shape, size and text best.

    Parameters
    ----------
    vertebrae
        From head to foot.
    positions
        Vertebra id → place along the spine (a gap counts the bodies that seem to be missing).
    words
        Body-part words of the DICOM headers.
    counted
        Vertebra id → level by a count that is not sure.

    Returns
    -------
    guesses : dict
        Vertebra id → level; empty when neither text nor size says anything.
    from_text : bool
        Whether DICOM text took part.
    """
    center = None if text_contradicted(vertebrae, words, policy) else text_center(words, policy)
    heights = {v.id: v.height_mm.posterior for v in vertebrae if is_measured(v) and v.height_mm.posterior}
    depths = {v.id: v.depth_mm for v in vertebrae if v.depth_mm and not v.on_border}
    shape = {v.id: v.level_log_likelihood for v in vertebrae if v.level_log_likelihood}
    if not vertebrae or (center is None and len(heights) < _MIN_BODIES):
        return {}, False
    last = max(positions.values())
    best: tuple[float, int] | None = None
    for offset in range(_FIRST, len(STANDARD_LEVELS) - last):
        names = {i: STANDARD_LEVELS[p + offset] for i, p in positions.items()}
        cost = _size_cost(heights, names, policy) - _SHAPE_WEIGHT * column_fit(shape, names)
        cost += _neck_cost(depths, names, policy)
        if counted and any(counted.get(i) != name for i, name in names.items()):
            cost += _COUNT_COST
        if center is not None:
            middle = offset + 0.5 * last
            cost += ((middle - STANDARD_LEVELS.index(center)) / policy.level_guess_text_spread_levels) ** 2
        if best is None or cost < best[0]:
            best = (cost, offset)
    if best is None:
        return {}, False
    return {i: STANDARD_LEVELS[p + best[1]] for i, p in positions.items()}, center is not None


def counter_evidence(
    vertebrae: Sequence[RawVertebra], counted: Mapping[int, str | None], policy: MeasurementPolicy
) -> tuple[int, float]:
    """How much better size and shape of the column fit another count.

    Parameters
    ----------
    counted
        Vertebra id → level by counting.

    Returns
    -------
    steps : int
        By how many levels the better count lies below (positive) or above; 0 where the count fits best.
    gain : float
        What it fits better, in squared spreads; 0 without such a count, or where nothing speaks.
    """
    heights = {v.id: v.height_mm.posterior for v in vertebrae if is_measured(v) and v.height_mm.posterior}
    shape = {v.id: v.level_log_likelihood for v in vertebrae if v.level_log_likelihood}
    at = {i: STANDARD_LEVELS.index(name) for i, name in counted.items() if name in STANDARD_LEVELS}
    heights = {i: h for i, h in heights.items() if i in at}
    shape = {i: s for i, s in shape.items() if i in at}
    if len(shape) < _MIN_BODIES or not at:
        return 0, 0.0
    costs: dict[int, float] = {}
    for steps in (-1, 0, 1):
        if min(at.values()) + steps < _FIRST or max(at.values()) + steps >= len(STANDARD_LEVELS):
            continue
        names = {i: STANDARD_LEVELS[n + steps] for i, n in at.items()}
        costs[steps] = _size_cost(heights, names, policy) - _SHAPE_WEIGHT * column_fit(shape, names)
    best = min(costs, key=lambda steps: costs[steps])
    return best, costs[0] - costs[best]


def _size_cost(heights: Mapping[int, float], names: Mapping[int, str], policy: MeasurementPolicy) -> float:
    """Squared misfit of the overall size and of each body's growth along the spine; fractures are capped."""
    logs, absent = [], 0
    for i, height in heights.items():
        template = policy.template_mm("posterior", names[i])
        if template is None:
            absent += 1
        else:
            logs.append(np.log(height / template))
    if not logs:
        return float(absent)
    size = (float(np.median(logs)) - np.log(policy.level_guess_size)) / policy.level_guess_size_spread
    growth = (np.array(logs) - np.median(logs)) / policy.level_guess_growth_spread
    return float(absent + size**2 + np.minimum(growth**2, _CAP).sum())


def _neck_cost(depths: Mapping[int, float], names: Mapping[int, str], policy: MeasurementPolicy) -> float:
    """Squared misfit of each depth, capped; none where the bodies are deeper than those of a neck, or for C2."""
    if not depths or float(np.median(list(depths.values()))) >= _NECK_MM:
        return 0.0
    total = 0.0
    for i, depth in depths.items():
        usual = _NECK_DEPTH_MM.get(names[i])
        if usual is not None:
            total += min((float(np.log(depth / usual)) / policy.level_guess_growth_spread) ** 2, _CAP)
        elif names[i] != "C2":
            total += _CAP
    return total
