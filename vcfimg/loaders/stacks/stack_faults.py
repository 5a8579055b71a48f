"""Faults of a stack that the headers alone show and that forbid any use of it."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from vcfimg.base import Note
from vcfimg.loaders.damage import instance_name
from vcfimg.loaders.headers.fields import RawHeader
from vcfimg.loaders.stacks.stack_key import Facets, Loose

SPACING_TOLERANCE: Final = 1e-3
"""Pixel spacings that differ by less, as a fraction, are one; the volume reader allows the same."""


Fact = TypeVar("Fact")


def faults_of(part: Sequence[Loose], facets: Mapping[RawHeader, Facets]) -> tuple[Note, ...]:
    """Each fault; its text says how many images are affected."""
    found: list[Note] = []
    # Most frames of a stack share one header, so that headers are looked at first.
    headers = {id(loose.raw): facets[loose.raw] for loose in {id(loose.raw): loose for loose in part}.values()}

    def having(wrong: Callable[[Facets], bool]) -> list[Loose]:
        numbers = {number for number, own in headers.items() if wrong(own)}
        return [loose for loose in part if id(loose.raw) in numbers] if numbers else []

    references = {own.header.frame_of_reference_uid for own in headers.values()} - {None}
    nowhere = having(lambda own: own.header.frame_of_reference_uid is None)
    if len(references) > 1:
        text = f"Images of {len(references)} frames of reference (patient positions) are mixed in one series."
        found.append(Note(code="mixed_frame_of_reference", text=text))
    elif references and nowhere:
        found.append(Note(code="missing_geometry", text=f"The frame of reference is missing {_where(nowhere, part)}."))
    lacking = {number for number, own in headers.items() if own.orientation is None or own.header.pixel_spacing is None}
    if unplaced := [loose for loose in part if loose.frame.position is None or id(loose.raw) in lacking]:
        text = (
            f"Image position, orientation or pixel spacing is missing or impossible {_where(unplaced, part)}, so the "
            "images cannot be placed in the patient."
        )
        found.append(Note(code="missing_geometry", text=text))
    size = _usual(part, headers, lambda own: (own.header.rows, own.header.columns))
    if odd := having(lambda own: (own.header.rows, own.header.columns) != size):
        found.append(Note(code="mixed_size", text=f"The matrix size is another one {_where(odd, part)}."))
    spacing = _usual(part, headers, lambda own: own.header.pixel_spacing)
    if odd := having(lambda own: not _close(own.header.pixel_spacing, spacing)):
        found.append(Note(code="mixed_spacing", text=f"The pixel spacing is another one {_where(odd, part)}."))
    return tuple(found)


def _usual(part: Sequence[Loose], headers: Mapping[int, Facets], fact: Callable[[Facets], Fact]) -> Fact:
    """The fact that most frames share."""
    facts = {number: fact(own) for number, own in headers.items()}
    if len(set(facts.values())) == 1:
        return next(iter(facts.values()))
    return Counter(facts[id(loose.raw)] for loose in part).most_common(1)[0][0]


def _close(a: tuple[float, float] | None, b: tuple[float, float] | None) -> bool:
    if a is None or b is None:
        return True  # said to be missing already
    return all(math.isclose(one, other, rel_tol=SPACING_TOLERANCE) for one, other in zip(a, b, strict=True))


def _where(some: Sequence[Loose], part: Sequence[Loose]) -> str:
    if len(some) == len(part):
        return f"in all {len(part)} images" if len(part) > 1 else f"in {instance_name(some[0].sop_instance_uid)}"
    first = min(some, key=lambda loose: loose.sop_instance_uid)
    return f"in {len(some)} of {len(part)} images ({instance_name(first.sop_instance_uid)})"
