"""Findings at the posterior wall and the canal: they can only raise concern, never clear it (clinical.md section 5)."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.measurement import Canal, WallFinding
from vcfimg.imaging.raw import RawVertebra
from vcfimg.policy.measurement_section import MeasurementPolicy


def wall_finding(
    vertebra: RawVertebra,
    above: RawVertebra | None,
    below: RawVertebra | None,
    fractured: frozenset[int],
    policy: MeasurementPolicy,
) -> WallFinding:
    """Retropulsion, convexity and canal narrowing of one vertebra against its direct neighbours.

    Parameters
    ----------
    above, below
        The measured direct neighbours; None at the end of the field of view or beside a gap.
    fractured
        Ids of fractured vertebrae; a fractured neighbour may hide retropulsion, which is said. So is the straight wall
        of an unfractured body far behind its neighbours: one of them may have slipped forward.
    """
    reasons = []
    if vertebra.wall is None:
        reasons.append("wall_not_seen")
    if above is None or below is None:
        reasons.append("no_neighbour")
    if any(k is not None and k.id in fractured for k in (above, below)):
        reasons.append("neighbour_fractured")
    bulge = None if vertebra.wall is None else vertebra.wall.bulge_mm
    convex = None if bulge is None else bulge >= policy.wall_convex_mm
    behind = retropulsion_mm(vertebra, above, below)
    if behind is not None and behind >= policy.wall_slip_mm and not convex and vertebra.id not in fractured:
        reasons.append("wall_straight")
    return WallFinding(
        retropulsion_mm=behind,
        convex=convex,
        bulge_mm=bulge,
        canal_narrowing_percent=canal_narrowing(vertebra, above, below),
        reasons=tuple(reasons),
    )


def retropulsion_mm(vertebra: RawVertebra, above: RawVertebra | None, below: RawVertebra | None) -> float | None:
    """Largest distance in mm of the posterior wall behind the line joining the neighbours' posterior corners.

    The line runs from the lower end of the wall above to the upper end of the wall below. A wall in front of the line
    has 0. None when one of the three walls was not read: the corners of the endplates lie a little inside the walls, so
    mixing the two would feign retropulsion.
    """
    wall = _wall(vertebra)
    upper, lower = _wall(above), _wall(below)
    if wall is None or upper is None or lower is None:
        return None
    top, bottom = upper[-1], lower[0]
    along = bottom - top
    length = float(np.linalg.norm(along))
    if length == 0.0:
        return None
    along = along / length
    back = -np.array(vertebra.axis_anterior)
    back = back - (back @ along) * along
    norm = float(np.linalg.norm(back))
    if norm == 0.0:
        return None
    return max(0.0, float(np.max((wall - top) @ (back / norm))))


def canal_narrowing(vertebra: RawVertebra, above: RawVertebra | None, below: RawVertebra | None) -> float | None:
    """Percent by which the sagittal canal diameter is below the mean of the neighbours'; 0 when it is not below."""
    if vertebra.canal_ap_mm is None or above is None or below is None or not above.canal_ap_mm or not below.canal_ap_mm:
        return None
    usual = 0.5 * (above.canal_ap_mm + below.canal_ap_mm)
    return max(0.0, 100.0 * (1.0 - vertebra.canal_ap_mm / usual))


def canal_report(
    vertebrae: Sequence[RawVertebra], levels: Mapping[int, str | None], narrowing: Mapping[int, float | None]
) -> tuple[Canal, ...]:
    """Canal diameters from head to foot, where the canal was seen."""
    return tuple(
        Canal(vertebra_id=v.id, level=levels[v.id], ap_mm=v.canal_ap_mm, narrowing_percent=narrowing.get(v.id))
        for v in vertebrae
        if v.canal_ap_mm is not None
    )


def _wall(vertebra: RawVertebra | None) -> NDArray[np.float64] | None:
    """(n, 3) points of the posterior wall from its upper to its lower end."""
    if vertebra is None or vertebra.wall is None or len(vertebra.wall.points_mm) < 2:
        return None
    return np.array(vertebra.wall.points_mm)
