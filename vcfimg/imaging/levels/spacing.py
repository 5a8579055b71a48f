"""Distances between consecutive bodies: does one seem to be missing, or one to be counted twice?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vcfimg.imaging.raw import Anchor, RawVertebra, is_measured
from vcfimg.policy.measurement_section import MeasurementPolicy

HIDDEN_BODY_MM: Final = 3.0
"""Two bodies with one missing between them leave room for two discs and at least this much bone."""


@dataclass(frozen=True)
class Spacing:
    """What the distances along the spine say.

    Parameters
    ----------
    missing
        For each pair of consecutive bodies, how many bodies seem to be missing between them.
    crowded
        For each pair, whether they are too close to be two vertebrae.
    """

    missing: tuple[int, ...]
    crowded: tuple[bool, ...]


def body_distances(vertebrae: Sequence[RawVertebra], anchors: Sequence[Anchor]) -> list[float]:
    """Distances in mm between the centres of consecutive bodies, head to foot; C2 without its dens."""
    axis = {anchor.adjacent_id: anchor.center_mm for anchor in anchors if anchor.kind == "c2"}
    centers = np.array([axis.get(vertebra.id, vertebra.center_mm) for vertebra in vertebrae])
    return [float(d) for d in np.linalg.norm(np.diff(centers, axis=0), axis=1)] if len(vertebrae) > 1 else []


def analyse_spacing(vertebrae: Sequence[RawVertebra], anchors: Sequence[Anchor], policy: MeasurementPolicy) -> Spacing:
    """Compare each distance with the median of up to six distances around it.

    With fewer than two other distances the bodies' own posterior heights give the usual distance; when those are
    unknown too, nothing is claimed. Among collapsed bodies a usual distance looks long: nothing is missing where the
    room between two bodies of known height is that of one disc.
    """
    distances = body_distances(vertebrae, anchors)
    rooms = _rooms(vertebrae, distances)
    missing, crowded = [], []
    for i, distance in enumerate(distances):
        usual = _usual_distance(vertebrae, distances, i, policy)
        ratio = distance / usual if usual else 1.0
        far = ratio > policy.level_gap_ratio and not _one_disc(rooms, i)
        missing.append(max(1, round(ratio) - 1) if far else 0)
        # The centre of a body cut by the end of the images is that of its visible part: such a pair is naturally close.
        cut = (i == 0 and vertebrae[0].on_border) or (i == len(distances) - 1 and vertebrae[-1].on_border)
        crowded.append(ratio < policy.level_split_ratio and not cut)
    return Spacing(tuple(missing), tuple(crowded))


def _rooms(vertebrae: Sequence[RawVertebra], distances: Sequence[float]) -> list[float | None]:
    """Distance in mm between the facing endplates of each pair; None where a height is not known."""
    heights = [v.height_mm.posterior if is_measured(v) else None for v in vertebrae]
    pairs = zip(distances, heights, heights[1:], strict=False)
    return [None if a is None or b is None else distance - (a + b) / 2 for distance, a, b in pairs]


def _one_disc(rooms: Sequence[float | None], i: int) -> bool:
    """Whether the room between a pair is too small for two discs and a body."""
    room = rooms[i]
    others = [r for j, r in enumerate(rooms) if r is not None and j != i and abs(j - i) <= 3]
    return room is not None and len(others) >= 2 and room < 2 * float(np.median(others)) + HIDDEN_BODY_MM


def _usual_distance(
    vertebrae: Sequence[RawVertebra], distances: Sequence[float], i: int, policy: MeasurementPolicy
) -> float | None:
    around = [distances[j] for j in range(max(0, i - 3), min(len(distances), i + 4)) if j != i]
    if len(around) >= 2:
        return float(np.median(around))
    heights = [v.height_mm.posterior for v in vertebrae[i : i + 2] if is_measured(v) and v.height_mm.posterior]
    return policy.level_height_spacing_ratio * float(np.mean(heights)) if heights else None
