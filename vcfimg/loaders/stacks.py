"""Separates the frames of one SeriesInstanceUID into stacks, each with one contrast, orientation and pass."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final

from vcfimg.loaders.facets import Facets, Loose, facets_of
from vcfimg.loaders.faults import faults_of
from vcfimg.loaders.fields import RawHeader
from vcfimg.loaders.plane import depth, normal, plane_of
from vcfimg.loaders.study import Frame, Orientation, Series
from vcfimg.loaders.tolerances import SAME_POSITION_MM

_PLANE_NAMES: Final = {"sagittal": "sag", "coronal": "cor", "axial": "ax"}


def split_series(study_uid: str, series_uid: str, frames: Sequence[Loose]) -> list[Series]:
    """The stacks of one series, in an order that does not depend on file names or instance numbers."""
    facets = facets_of({loose.raw for loose in frames})
    groups: dict[tuple[Hashable, ...], list[Loose]] = defaultdict(list)
    for loose in frames:
        groups[facets[loose.raw].key].append(loose)
    stacks: list[tuple[Facets, tuple[str, ...], list[Loose]]] = []
    for group in groups.values():
        own = facets[group[0].raw]
        stacks += [(own, label, part) for label, part in _split_passes(group, own.orientation)]
    names = _names(stacks)
    series = [
        _series(study_uid, series_uid, facets, own, part, name)
        for (own, _, part), name in zip(stacks, names, strict=True)
    ]
    return sorted(series, key=lambda stack: stack.stack or "")


def _split_passes(group: list[Loose], orientation: Orientation | None) -> list[tuple[tuple[str, ...], list[Loose]]]:
    """Separate repeated passes over the same positions by what tells them apart; unsplit when nothing does.

    An acquisition number that differs while no position repeats does not split: interleaved acquisitions number
    their packages so.
    """
    if orientation is None or not _repeats(group, orientation):
        return [((), group)]
    width = max(len(loose.frame.acquisition) for loose in group)
    choices: list[Callable[[Loose], tuple[str, ...]]] = [
        (lambda loose, index=index: (*loose.frame.acquisition[index : index + 1],))  # type: ignore[misc]
        for index in range(width)
    ]
    choices.append(lambda loose: loose.frame.acquisition)
    for label in choices:
        parts: dict[tuple[str, ...], list[Loose]] = defaultdict(list)
        for loose in group:
            parts[label(loose)].append(loose)
        if 1 < len(parts) <= len(group) // 2 and not any(_repeats(part, orientation) for part in parts.values()):
            return sorted(parts.items())
    return [((), group)]


def _repeats(group: Sequence[Loose], orientation: Orientation) -> bool:
    """Whether two frames lie at one position."""
    direction = normal(orientation)
    depths = sorted(depth(loose.frame.position, direction) for loose in group if loose.frame.position is not None)
    return any(b - a < SAME_POSITION_MM for a, b in itertools.pairwise(depths))


def _frame(loose: Loose) -> Frame:
    raw = loose.frame
    return Frame(loose.path, loose.sop_instance_uid, raw.position, raw.frame, raw.instance_number, raw.acquisition)


def _series(
    study_uid: str,
    series_uid: str,
    facets: Mapping[RawHeader, Facets],
    own: Facets,
    part: list[Loose],
    name: str | None,
) -> Series:
    frames = [_frame(loose) for loose in part]
    orientation = own.orientation
    plane = obliquity = None
    if orientation is not None:
        direction = normal(orientation)
        plane, obliquity = plane_of(orientation)
        frames.sort(key=lambda frame: (depth(frame.position, direction), frame.path, frame.frame or 0))
    else:
        frames.sort(key=lambda frame: (frame.path, frame.frame or 0))
    return Series(
        study_uid,
        series_uid,
        tuple(frames),
        own.header,
        name,
        orientation,
        plane,
        None if obliquity is None else round(obliquity, 2),
        problems=faults_of(part, facets),
    )


def _names(stacks: Sequence[tuple[Facets, tuple[str, ...], list[Loose]]]) -> list[str | None]:
    """A short name per stack built from what differs between them; None when there is only one."""
    if len(stacks) == 1:
        return [None]
    columns = [
        [_plane_name(facets) for facets, _, _ in stacks],
        [_type_name(facets, stacks) for facets, _, _ in stacks],
        [f"te{facets.header.echo_time:g}" if facets.header.echo_time else "te" for facets, _, _ in stacks],
        [f"ti{facets.header.inversion_time:g}" if facets.header.inversion_time else "ti" for facets, _, _ in stacks],
        [f"b{facets.b_value:g}" if facets.b_value is not None else "b" for facets, _, _ in stacks],
        [_clean("-".join(filter(None, label))) and "pass" + _clean("-".join(label)) for _, label, _ in stacks],
    ]
    varying = [column for column in columns if len(set(column)) > 1]
    parts = zip(*varying, strict=True) if varying else ((),) * len(stacks)
    names = ["-".join(filter(None, part)) or columns[0][index] for index, part in enumerate(parts)]
    order = sorted(range(len(stacks)), key=lambda index: (names[index], _first_position(stacks[index])))
    used: dict[str, int] = defaultdict(int)
    unique: list[str | None] = [None] * len(stacks)
    for index in order:
        name = names[index]
        used[name] += 1
        unique[index] = f"{name}-{used[name]}" if names.count(name) > 1 else name
    return unique


def _first_position(stack: tuple[Facets, tuple[str, ...], list[Loose]]) -> tuple[object, ...]:
    facets, label, part = stack
    positions = sorted(loose.frame.position for loose in part if loose.frame.position is not None)
    return (facets.orientation or (), label, positions[:1])


def _plane_name(facets: Facets) -> str:
    return "flat" if facets.orientation is None else _PLANE_NAMES[plane_of(facets.orientation)[0]]


def _type_name(facets: Facets, stacks: Sequence[tuple[Facets, tuple[str, ...], list[Loose]]]) -> str:
    """The image type values that not every stack has."""
    common = set.intersection(*(set(other.image_type) for other, _, _ in stacks))
    return _clean("-".join(value for value in facets.image_type if value not in common))


def _clean(text: str) -> str:
    """Lower-case letters, digits and hyphens only, at most 24: header text is hostile."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in text.lower()).strip("-")[:24]
