"""What tells the stacks of one SeriesInstanceUID apart, by distinct raw header."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from vcfimg.base import Note
from vcfimg.loaders.headers.fields import SLOT, RawFrame, RawHeader, convert, floats
from vcfimg.loaders.stacks.plane import valid_orientation
from vcfimg.loaders.study import Header, Orientation

ORIENTATION_TOLERANCE: Final = 1e-3
"""Direction cosines that differ by less (0.06 degrees) belong to one stack; the volume reader allows the same."""

TIME_TOLERANCE_MS: Final = 0.25
"""Echo times that differ by less are one echo; Dixon echoes at 3 T lie about 1 ms apart."""


class Loose(NamedTuple):
    """One frame of a series before it has a stack."""

    path: str
    sop_instance_uid: str
    raw: RawHeader
    frame: RawFrame


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of one header."""

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


class Pile(NamedTuple):
    """The frames of one stack before it has a name."""

    own: Facets
    label: tuple[str, ...]
    """What tells a repeated pass apart; empty where there is one pass."""
    frames: list[Loose]
    faults: tuple[Note, ...] = ()


def facets_of(raws: Iterable[RawHeader]) -> dict[RawHeader, Facets]:
    headers = {raw: convert(raw) for raw in raws}
    oriented = {raw: valid_orientation(floats(raw[SLOT["orientation"]])) for raw in headers}
    group_of = _cluster_orientations(sorted({found for found in oriented.values() if found is not None}))
    echoes = _cluster_times(header.echo_time for header in headers.values())
    inversions = _cluster_times(header.inversion_time for header in headers.values())
    return {
        raw: Facets(
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
