"""Distances between consecutive bodies: does one seem to be missing, or one to be counted twice?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vcfimg.imaging.measured import is_measured
from vcfimg.imaging.raw import Anchor, RawVertebra
from vcfimg.policy.measurement import MeasurementPolicy


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
    unknown too, nothing is claimed.
    """
    distances = body_distances(vertebrae, anchors)
    missing, crowded = [], []
    for i, distance in enumerate(distances):
        usual = _usual_distance(vertebrae, distances, i, policy)
        ratio = distance / usual if usual else 1.0
        missing.append(max(1, round(ratio) - 1) if ratio > policy.level_gap_ratio else 0)
        # The centre of a cut body is that of its visible part, so such a pair is naturally close.
        cut = vertebrae[i].on_border or vertebrae[i + 1].on_border
        crowded.append(ratio < policy.level_split_ratio and not cut)
    return Spacing(tuple(missing), tuple(crowded))


def _usual_distance(
    vertebrae: Sequence[RawVertebra], distances: Sequence[float], i: int, policy: MeasurementPolicy
) -> float | None:
    around = [distances[j] for j in range(max(0, i - 3), min(len(distances), i + 4)) if j != i]
    if len(around) >= 2:
        return float(np.median(around))
    heights = [v.height_mm.posterior for v in vertebrae[i : i + 2] if is_measured(v) and v.height_mm.posterior]
    return policy.level_height_spacing_ratio * float(np.mean(heights)) if heights else None
