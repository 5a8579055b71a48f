"""Which series of a study must not be used because its anatomy contradicts its positions, or the other series."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vcfimg.base import Note
from vcfimg.imaging.mirrored import EdgeFit, edge_fit
from vcfimg.imaging.orientation import judge_orientation
from vcfimg.loaders.volume import Volume
from vcfimg.roles import reference_rank


@dataclass
class OrientationCheck:
    """What came of it.

    Parameters
    ----------
    refused
        By series key, why that series is not used: ``orientation_contradicted`` or ``mirrored``.
    notes
        ``orientation_unverified`` for each station whose images do not show which way round they lie.
    """

    refused: dict[str, Note] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def check_orientation(volumes: Sequence[Volume]) -> OrientationCheck:
    """Look at the reference series of every station, and compare the others with it.

    A series of its own axes, or one that contradicts a reference that is not sure itself, is looked at as well.
    """
    check = OrientationCheck()
    for number in sorted({volume.station for volume in volumes}):
        station = [volume for volume in volumes if volume.station == number]
        _check_station(sorted(station, key=lambda one: (reference_rank(one.role), -one.shape[0])), check)
    return check


def _check_station(station: Sequence[Volume], check: OrientationCheck) -> None:
    reference, *others = station
    verdict = judge_orientation(reference)
    fits = {other.key: edge_fit(reference, other) for other in others}
    if verdict.exchanged is not None:
        check.refused[reference.key] = _contradicted(reference, verdict.exchanged)
        for other in others:
            if (what := _also_exchanged(reference, other, fits[other.key], verdict.exchanged)) is not None:
                check.refused[other.key] = _contradicted(other, what)
        return
    turned = {other.key: fit.mirrored for other in others if (fit := fits[other.key]) is not None and fit.mirrored}
    if turned and not verdict.sure and (what := _reference_turned(others, turned)) is not None:
        check.refused[reference.key] = _mirrored(reference, what, others[0])
        return
    for other in others:
        if (what := turned.get(other.key)) is not None:
            check.refused[other.key] = _mirrored(other, what, reference)
        elif not _same_axes(reference, other) and (what := judge_orientation(other).exchanged) is not None:
            check.refused[other.key] = _contradicted(other, what)
    if not verdict.sure:
        check.notes.append(_unverified(reference))


def _also_exchanged(reference: Volume, other: Volume, fit: EdgeFit | None, what: str) -> str | None:
    """How the positions of ``other`` are exchanged too, beside a reference whose positions are."""
    if fit is not None and fit.agrees:
        return what
    if fit is not None and fit.mirrored is not None:
        return None
    own = judge_orientation(other)
    # Nothing shows how it lies: one registration holds for all series of the same axes.
    return own.exchanged if own.exchanged or own.sure else what if _same_axes(reference, other) else None


def _reference_turned(others: Sequence[Volume], turned: dict[str, str]) -> str | None:
    """How the reference is turned over, where those that contradict it have the better of it."""
    against = [other for other in others if other.key in turned]
    verdicts = [judge_orientation(other) for other in against]
    if any(verdict.exchanged for verdict in verdicts):
        return None
    outvoted = len(against) >= 2 and len(against) == len(others) and len(set(turned.values())) == 1
    return turned[against[0].key] if outvoted or any(verdict.sure for verdict in verdicts) else None


def _same_axes(a: Volume, b: Volume) -> bool:
    one, other = (np.round(volume.geometry.axes[:, :2]) > 0 for volume in (a, b))
    return bool((one == other).all())


def _contradicted(volume: Volume, what: str) -> Note:
    text = (
        f"The {volume.role.label} series shows {what} exchanged: its anatomy contradicts its patient position or image "
        "orientation. Correct these in the archive; until then it is not used."
    )
    return Note(code="orientation_contradicted", text=text)


def _mirrored(volume: Volume, what: str, other: Volume) -> Note:
    if not _same_axes(volume, other):
        return _contradicted(volume, what)
    text = (
        f"The {volume.role.label} series shows {what} exchanged against the {other.role.label} series, although their "
        "positions agree: its pixels were turned over, or its patient position or image orientation is wrong. "
        "Send the original; until then it is not used."
    )
    return Note(code="mirrored", text=text)


def _unverified(reference: Volume) -> Note:
    where = f"of station {reference.station} " if reference.station else ""
    text = (
        f"The images {where}do not show by themselves which end is the head and which side the front: patient position "
        "and image orientation are taken as they stand."
    )
    return Note(code="orientation_unverified", text=text)
