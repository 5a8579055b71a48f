"""One number per vertebra over all stations of a spine, from head to foot."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry

SAME_PLACE: Final = 0.4
"""Share of the smaller of two outlines that lies within the other, from which they are of one vertebra."""

SAME_BODY_MM: Final = 9.0
"""Centres of one vertebra seen in two stations lie closer than this, as :data:`LPS_WEIGHT` counts."""

LPS_WEIGHT: Final = np.array([0.4, 1.0, 1.0])
"""From left to right a centre is uncertain: a scoliotic body may lie half beside the slices of one station."""

FRAGMENT: Final = 0.7
"""A body smaller than this share of the nearest one of another station is what the edge of its own shows, ..."""

FRAGMENT_MM: Final = 14.0
"""... if that one has a point this near its middle: the patient may have moved between the stations."""

Member = tuple[str, int]
"""Key of a station's reference series, and the number of a body there."""


@dataclass(frozen=True, eq=False)
class StationBodies:
    """The bodies found in one station.

    Parameters
    ----------
    key
        The station's reference series.
    geometry, instances
        The grid, and the number of the body in every voxel of it, 0 where there is none.
    """

    key: str
    geometry: Geometry
    instances: NDArray[np.integer]

    def points(self) -> dict[int, NDArray[np.float64]]:
        """Voxel centres of every body, ``(n, 3)`` LPS mm."""
        voxels = np.argwhere(self.instances > 0)
        lps = self.geometry.to_lps(voxels[:, ::-1])
        numbers = self.instances[tuple(voxels.T)]
        return {int(n): lps[numbers == n] for n in np.unique(numbers)}

    def numbers_at(self, points: NDArray[np.float64]) -> NDArray[np.integer]:
        """The number of the body, or 0, at each of those LPS points that lie within the grid."""
        voxels = np.rint(self.geometry.to_index(points)).astype(np.intp)[:, ::-1]
        inside = ((voxels >= 0) & (voxels < self.geometry.shape)).all(axis=1)
        return np.asarray(self.instances[tuple(voxels[inside].T)])

    def shifted(self, mm: NDArray[np.float64]) -> "StationBodies":
        """The station somewhere else."""
        return StationBodies(self.key, self.geometry.moved(mm), self.instances)


def number_stations(stations: Sequence[StationBodies]) -> dict[Member, int]:
    """Number the vertebrae; stations that overlap share the numbers of what both show.

    Two outlines are of one vertebra where they cover each other. Centres would not do: that of a body which the edge of
    one station cuts lies in the part it shows.
    """
    points = {(s.key, n): p for s in stations for n, p in s.points().items()}
    volume = {member: len(p) * _of(stations, member).geometry.voxel_mm3 for member, p in points.items()}
    centre = {member: p.mean(axis=0) for member, p in points.items()}
    groups: dict[Member, set[Member]] = {member: {member} for member in points}
    for a, b in combinations(stations, 2):
        for one, other in _pairs(a, b, points, centre):
            joined = groups[one] | groups[other]
            if len({key for key, _ in joined}) == len(joined):  # a station shows a vertebra once
                groups |= dict.fromkeys(joined, joined)
    for member in points:
        whole = _nearest(member, points) if len(groups[member]) == 1 else None
        if whole is not None and volume[member] < FRAGMENT * volume[whole]:
            groups[member] = groups[whole]
    best = {member: max(group, key=volume.__getitem__) for member, group in groups.items()}
    order = sorted(set(best.values()), key=lambda member: -float(centre[member][2]))
    return {member: order.index(lead) + 1 for member, lead in best.items()}


def _pairs(
    a: StationBodies,
    b: StationBodies,
    points: dict[Member, NDArray[np.float64]],
    centre: dict[Member, NDArray[np.float64]],
) -> list[tuple[Member, Member]]:
    """Members of both stations that are of one vertebra, the surest first."""
    likeness: dict[tuple[Member, Member], float] = {}
    for seen, shown in ((a, b), (b, a)):
        for member in (m for m in points if m[0] == seen.key):
            numbers, counts = np.unique(shown.numbers_at(points[member]), return_counts=True)
            for n, count in zip(numbers.tolist(), counts.tolist(), strict=True):
                if n:
                    other = (shown.key, n)
                    pair = (member, other) if seen is a else (other, member)
                    likeness[pair] = max(likeness.get(pair, 0.0), count / len(points[member]))
    sure = sorted((pair for pair, share in likeness.items() if share >= SAME_PLACE), key=lambda p: -likeness[p])
    for one in (m for m in points if m[0] == a.key):
        for other in (m for m in points if m[0] == b.key):
            if np.linalg.norm(LPS_WEIGHT * (centre[one] - centre[other])) < SAME_BODY_MM:
                sure.append((one, other))
    return sure


def _nearest(member: Member, points: dict[Member, NDArray[np.float64]]) -> Member | None:
    """The body of another station that reaches nearest to the middle of this one; None where none does."""
    middle = points[member].mean(axis=0)
    apart = {
        m: float(np.linalg.norm(LPS_WEIGHT * (p - middle), axis=1).min())
        for m, p in points.items()
        if m[0] != member[0]
    }
    nearest = min(apart, key=apart.__getitem__, default=None)
    return nearest if nearest is not None and apart[nearest] < FRAGMENT_MM else None


def _of(stations: Sequence[StationBodies], member: Member) -> StationBodies:
    return next(s for s in stations if s.key == member[0])
