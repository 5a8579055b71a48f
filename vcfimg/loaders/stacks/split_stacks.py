"""Separates the frames of one SeriesInstanceUID into stacks, each with one contrast, orientation and pass."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Final

from vcfimg.loaders.headers.fields import RawHeader
from vcfimg.loaders.stacks.interleave import Alike, join_interleaved
from vcfimg.loaders.stacks.plane import depth, normal, plane_of
from vcfimg.loaders.stacks.stack_faults import faults_of
from vcfimg.loaders.stacks.stack_key import Facets, Loose, Pile, facets_of
from vcfimg.loaders.study import Frame, Orientation, Series
from vcfimg.loaders.tolerances import SAME_POSITION_MM

_PLANE_NAMES: Final = {"sagittal": "sag", "coronal": "cor", "axial": "ax"}


WHOLE_PASS: Final = 0.75
"""Repeated passes are distinguished only where one covers at least this part of the positions; less is a package."""


def split_series(study_uid: str, series_uid: str, frames: Sequence[Loose], alike: Alike) -> list[Series]:
    """The stacks of one series, in an order that does not depend on file names or instance numbers."""
    if not frames:
        return []
    facets = facets_of({loose.raw for loose in frames})
    groups: dict[tuple[Hashable, ...], list[Loose]] = defaultdict(list)
    for loose in frames:
        groups[facets[loose.raw].key].append(loose)
    piles: list[Pile] = []
    for group in groups.values():
        own = facets[group[0].raw]
        piles += [Pile(own, label, part) for label, part in _split_passes(group, own.orientation)]
    piles = join_interleaved(piles, alike)
    series = [
        _series(study_uid, series_uid, facets, pile, name) for pile, name in zip(piles, _names(piles), strict=True)
    ]
    return sorted(series, key=lambda stack: stack.stack or "")


def _split_passes(group: list[Loose], orientation: Orientation | None) -> list[tuple[tuple[str, ...], list[Loose]]]:
    """Separate repeated passes over the same positions by what tells them apart; unsplit when nothing does.

    Interleaved acquisitions number their packages: an acquisition number that differs while no position repeats does
    not split, nor does it where one slice of a package was acquired again.
    """
    if orientation is None or not _repeats(group, orientation):
        return [((), group)]
    everywhere = _positions(group, orientation)
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
        repeats = any(_repeats(part, orientation) for part in parts.values())
        whole = max(_positions(part, orientation) for part in parts.values()) >= WHOLE_PASS * everywhere
        if 1 < len(parts) <= len(group) // 2 and whole and not repeats:
            return sorted(parts.items())
    return [((), group)]


def _depths(group: Sequence[Loose], orientation: Orientation) -> list[float]:
    direction = normal(orientation)
    return sorted(depth(loose.frame.position, direction) for loose in group if loose.frame.position is not None)


def _repeats(group: Sequence[Loose], orientation: Orientation) -> bool:
    """Whether two frames lie at one position."""
    return any(b - a < SAME_POSITION_MM for a, b in itertools.pairwise(_depths(group, orientation)))


def _positions(group: Sequence[Loose], orientation: Orientation) -> int:
    """How many positions there are."""
    depths = _depths(group, orientation)
    return len(depths) - sum(b - a < SAME_POSITION_MM for a, b in itertools.pairwise(depths))


def _frame(loose: Loose) -> Frame:
    raw = loose.frame
    return Frame(loose.path, loose.sop_instance_uid, raw.position, raw.frame, raw.instance_number, raw.acquisition)


def _series(
    study_uid: str,
    series_uid: str,
    facets: Mapping[RawHeader, Facets],
    pile: Pile,
    name: str | None,
) -> Series:
    frames = [_frame(loose) for loose in pile.frames]
    orientation = pile.own.orientation
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
        pile.own.header,
        name,
        orientation,
        plane,
        None if obliquity is None else round(obliquity, 2),
        problems=(*faults_of(pile.frames, facets), *pile.faults),
    )


def _names(stacks: Sequence[Pile]) -> list[str | None]:
    """A short name per stack built from what differs between them; None when there is only one."""
    if len(stacks) == 1:
        return [None]
    columns = [
        [_plane_name(facets) for facets, *_ in stacks],
        [_type_name(facets, stacks) for facets, *_ in stacks],
        [f"te{facets.header.echo_time:g}" if facets.header.echo_time else "te" for facets, *_ in stacks],
        [f"ti{facets.header.inversion_time:g}" if facets.header.inversion_time else "ti" for facets, *_ in stacks],
        [f"b{facets.b_value:g}" if facets.b_value is not None else "b" for facets, *_ in stacks],
        [_clean("-".join(filter(None, label))) and "pass" + _clean("-".join(label)) for _, label, *_ in stacks],
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


def _first_position(stack: Pile) -> tuple[object, ...]:
    positions = sorted(loose.frame.position for loose in stack.frames if loose.frame.position is not None)
    return (stack.own.orientation or (), stack.label, positions[:1])


def _plane_name(facets: Facets) -> str:
    return "flat" if facets.orientation is None else _PLANE_NAMES[plane_of(facets.orientation)[0]]


def _type_name(facets: Facets, stacks: Sequence[Pile]) -> str:
    """The image type values that not every stack has."""
    common = set.intersection(*(set(other.image_type) for other, *_ in stacks))
    return _clean("-".join(value for value in facets.image_type if value not in common))


def _clean(text: str) -> str:
    """Lower-case letters, digits and hyphens only, at most 24: header text is hostile."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in text.lower()).strip("-")[:24]
