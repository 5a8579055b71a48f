"""Joins stacks of one series whose slices alternate and that differ in trifles only.

Scanners and archives write one image type value, an echo time or an inversion time differently in the packages of an
interleaved acquisition. Taken apart, each half would pass for a regular stack of twice the spacing.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from vcfimg.base import Note, Vec3
from vcfimg.loaders.stacks.plane import depth, normal
from vcfimg.loaders.stacks.stack_key import Facets, Pile
from vcfimg.loaders.study import Header, Orientation
from vcfimg.loaders.tolerances import PLACEMENT_TOLERANCE_MM, SAME_POSITION_MM

MOST_PILES: Final = 12
"""Series of more stacks (localisers, diffusion) are not looked at: every pair is compared."""

GRID_TOLERANCE: Final = 0.1
"""Largest distance of a slice from the common grid, as a fraction of its step; the volume reader is stricter."""

MOST_STEPS: Final = 4
"""A wider gap, in steps of the grid, is not a missing slice: the stacks lie apart."""

ECHO_TRIFLE_MS: Final = 1.0
INVERSION_TRIFLE_MS: Final = 10.0
TYPE_TRIFLE: Final = 2
"""Image type values that only one of two stacks has: one added, or one replaced."""

INTERLEAVED: Final = Note(
    code="interleaved_stacks",
    text="Its slices alternate with those of another stack of the series that differs in its header, so nobody can "
    "tell whether they are one image of half the slice distance.",
)

Alike = Callable[[Header, Header, Orientation], bool]
"""Whether two headers are recognised as the same kind of image."""


def join_interleaved(piles: Sequence[Pile], alike: Alike) -> list[Pile]:
    """The piles with those joined that form one stack together.

    Piles that share a position (echoes, Dixon images, repeated passes) are never joined. Where slices alternate and it
    stays doubtful whether they belong together, both piles get the fault ``interleaved_stacks``.
    """
    joined = list(piles)
    if len(joined) > MOST_PILES:
        return joined
    while pair := next((pair for pair in itertools.combinations(joined, 2) if _belong(*pair, alike)), None):
        joined = [pile for pile in joined if pile is not pair[0] and pile is not pair[1]] + [_union(*pair)]
    doubtful = [pile for pair in itertools.combinations(joined, 2) if _doubtful(*pair, alike) for pile in pair]
    return [
        pile._replace(faults=(INTERLEAVED,)) if any(pile is other for other in doubtful) else pile for pile in joined
    ]


def _belong(a: Pile, b: Pile, alike: Alike) -> bool:
    return _on_one_grid(a, b) and _trifling(a.own, b.own) and _alike(a.own, b.own, alike)


def _doubtful(a: Pile, b: Pile, alike: Alike) -> bool:
    return _on_one_grid(a, b) and _trifling(a.own, b.own) != _alike(a.own, b.own, alike)


def _on_one_grid(a: Pile, b: Pile) -> bool:
    """Whether the slices of both, none at the place of another, alternate on one grid (slices may be missing)."""
    orientation = a.own.orientation
    if orientation is None or a.own.orientation_group != b.own.orientation_group or _size(a.own) != _size(b.own):
        return False
    direction = normal(orientation)
    first, second = _places(a), _places(b)
    if first is None or second is None or _beside(first[0], second[0], direction) > PLACEMENT_TOLERANCE_MM:
        return False
    one, other = (sorted(depth(place, direction) for place in places) for places in (first, second))
    if one[-1] <= other[0] or other[-1] <= one[0]:
        return False
    heights = sorted([*one, *other])
    gaps = [high - low for low, high in itertools.pairwise(heights)]
    step = min(gaps)
    return step >= SAME_POSITION_MM and all(
        round(gap / step) <= MOST_STEPS and abs(gap - round(gap / step) * step) <= GRID_TOLERANCE * step for gap in gaps
    )


def _size(facets: Facets) -> tuple[int | None, int | None]:
    return facets.header.rows, facets.header.columns


def _places(pile: Pile) -> list[Vec3] | None:
    places = [loose.frame.position for loose in pile.frames if loose.frame.position is not None]
    return places if len(places) == len(pile.frames) else None


def _beside(a: Vec3, b: Vec3, direction: Vec3) -> float:
    """Distance of two positions as seen along the normal."""
    apart = (b[0] - a[0], b[1] - a[1], b[2] - a[2])
    along = depth(apart, direction)
    return math.dist(apart, (along * direction[0], along * direction[1], along * direction[2]))


def _trifling(a: Facets, b: Facets) -> bool:
    return (
        _near(a.header.echo_time, b.header.echo_time, ECHO_TRIFLE_MS)
        and _near(a.header.inversion_time, b.header.inversion_time, INVERSION_TRIFLE_MS)
        and (a.b_value or 0) == (b.b_value or 0)
        and len(set(a.image_type) ^ set(b.image_type)) <= TYPE_TRIFLE
    )


def _near(a: float | None, b: float | None, tolerance: float) -> bool:
    return a is None or b is None or abs(a - b) <= tolerance


def _alike(a: Facets, b: Facets, alike: Alike) -> bool:
    """What one header lacks does not contradict the other."""
    one, other = a.header, b.header
    assert a.orientation is not None
    return alike(_with_times(one, other), _with_times(other, one), a.orientation)


def _with_times(header: Header, other: Header) -> Header:
    return replace(
        header,
        echo_time=header.echo_time or other.echo_time,
        inversion_time=header.inversion_time or other.inversion_time,
    )


def _union(a: Pile, b: Pile) -> Pile:
    """Both, under the header that says more."""
    own = max((a, b), key=lambda pile: (_said(pile.own.header), len(pile.frames), pile.own.image_type)).own
    return Pile(own, a.label, [*a.frames, *b.frames])


def _said(header: Header) -> int:
    return sum(time is not None for time in (header.echo_time, header.inversion_time))
