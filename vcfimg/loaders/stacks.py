"""Separates the frames of one SeriesInstanceUID into stacks, each with one contrast, orientation and pass."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from vcfimg.loaders.fields import SLOT, RawFrame, RawHeader, convert, floats
from vcfimg.loaders.plane import depth, normal, plane_of, valid_orientation
from vcfimg.loaders.study import Frame, Header, Orientation, Series
from vcfimg.loaders.tolerances import SAME_POSITION_MM

ORIENTATION_TOLERANCE: Final = 1e-3
"""Direction cosines that differ by less (0.06 degrees) belong to one stack; the volume reader allows the same."""

TIME_TOLERANCE_MS: Final = 0.25
"""Echo times that differ by less are one echo; Dixon echoes at 3 T lie about 1 ms apart."""

_PLANE_NAMES: Final = {"sagittal": "sag", "coronal": "cor", "axial": "ax"}


class Loose(NamedTuple):
    """One frame of a series before it has a stack."""

    path: str
    sop_instance_uid: str
    raw: RawHeader
    frame: RawFrame


@dataclass(frozen=True, slots=True)
class _Facets:
    """What tells stacks apart, by distinct raw header."""

    header: Header
    orientation: Orientation | None
    orientation_group: int
    image_type: tuple[str, ...]
    echo_group: int
    inversion_group: int
    b_value: float | None

    @property
    def key(self) -> tuple[Hashable, ...]:
        return (self.orientation_group, self.image_type, self.echo_group, self.inversion_group, self.b_value)


def split_series(study_uid: str, series_uid: str, frames: Sequence[Loose]) -> list[Series]:
    """The stacks of one series, in an order that does not depend on file names or instance numbers."""
    facets = _facets({loose.raw for loose in frames})
    groups: dict[tuple[Hashable, ...], list[Loose]] = defaultdict(list)
    for loose in frames:
        groups[facets[loose.raw].key].append(loose)
    stacks: list[tuple[_Facets, tuple[str, ...], list[Loose]]] = []
    for group in groups.values():
        own = facets[group[0].raw]
        stacks += [(own, label, part) for label, part in _split_passes(group, own.orientation)]
    names = _names(stacks)
    series = [
        _series(study_uid, series_uid, facet, part, name) for (facet, _, part), name in zip(stacks, names, strict=True)
    ]
    return sorted(series, key=lambda stack: stack.stack or "")


def _facets(raws: Iterable[RawHeader]) -> dict[RawHeader, _Facets]:
    headers = {raw: convert(raw) for raw in raws}
    oriented = {raw: valid_orientation(floats(raw[SLOT["orientation"]])) for raw in headers}
    group_of = _cluster_orientations(sorted({found for found in oriented.values() if found is not None}))
    echoes = _cluster_times(header.echo_time for header in headers.values())
    inversions = _cluster_times(header.inversion_time for header in headers.values())
    return {
        raw: _Facets(
            header,
            oriented[raw],
            -1 if (orientation := oriented[raw]) is None else group_of[orientation],
            (*header.image_type, *filter(None, [header.complex_component])),
            echoes(header.echo_time),
            inversions(header.inversion_time),
            header.b_value,
        )
        for raw, header in headers.items()
    }


def _cluster_orientations(orientations: Sequence[Orientation]) -> dict[Orientation, int]:
    centres: list[Orientation] = []
    group: dict[Orientation, int] = {}
    for orientation in orientations:
        for index, centre in enumerate(centres):
            if all(abs(a - b) < ORIENTATION_TOLERANCE for a, b in zip(centre, orientation, strict=True)):
                group[orientation] = index
                break
        else:
            group[orientation] = len(centres)
            centres.append(orientation)
    return group


def _cluster_times(times: Iterable[float | None]) -> Callable[[float | None], int]:
    """A function from a time to the number of its cluster; -1 for None."""
    distinct = sorted({time for time in times if time is not None})
    group: dict[float, int] = {}
    for index, time in enumerate(distinct):
        near = index > 0 and time - distinct[index - 1] < TIME_TOLERANCE_MS
        group[time] = group[distinct[index - 1]] + (0 if near else 1) if index else 0
    return lambda time: -1 if time is None else group[time]


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


def _series(study_uid: str, series_uid: str, facets: _Facets, part: list[Loose], name: str | None) -> Series:
    frames = [_frame(loose) for loose in part]
    orientation = facets.orientation
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
        facets.header,
        name,
        orientation,
        plane,
        None if obliquity is None else round(obliquity, 2),
        problems=_problems(part, frames, orientation),
    )


def _problems(part: list[Loose], frames: list[Frame], orientation: Orientation | None) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    references = {loose.raw[SLOT["frame_of_reference"]] for loose in part} - {None}
    if len(references) > 1:
        text = f"Images of {len(references)} frames of reference (patient positions) are mixed in one series."
        found.append(("mixed_frame_of_reference", text))
    if orientation is None or any(frame.position is None for frame in frames):
        text = "Image position or orientation is missing or impossible, so the images cannot be placed in the patient."
        found.append(("missing_geometry", text))
    return tuple(found)


def _names(stacks: Sequence[tuple[_Facets, tuple[str, ...], list[Loose]]]) -> list[str | None]:
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


def _first_position(stack: tuple[_Facets, tuple[str, ...], list[Loose]]) -> tuple[object, ...]:
    facets, label, part = stack
    positions = sorted(loose.frame.position for loose in part if loose.frame.position is not None)
    return (facets.orientation or (), label, positions[:1])


def _plane_name(facets: _Facets) -> str:
    return "flat" if facets.orientation is None else _PLANE_NAMES[plane_of(facets.orientation)[0]]


def _type_name(facets: _Facets, stacks: Sequence[tuple[_Facets, tuple[str, ...], list[Loose]]]) -> str:
    """The image type values that not every stack has."""
    common = set.intersection(*(set(other.image_type) for other, _, _ in stacks))
    return _clean("-".join(value for value in facets.image_type if value not in common))


def _clean(text: str) -> str:
    """Lower-case letters, digits and hyphens only, at most 24: header text is hostile."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in text.lower()).strip("-")[:24]
