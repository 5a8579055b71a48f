"""Steps over the elements of a data set without reading their values: where each lies, whatever their order."""

import struct
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

Fetch = Callable[[int, int], bytes]
"""A function that gives ``count`` bytes from an offset on, fewer at the end of the file."""

UNDEFINED: Final = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_LONG: Final = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
"""Value representations whose length takes four bytes."""

PIXEL_DATA: Final = 0x7FE00010
_DEPTH: Final = 16
_LAYOUTS: Final = {little: struct.Struct(f"{'<' if little else '>'}HH2sHL") for little in (True, False)}


class Place(NamedTuple):
    """Tag of an element, where its value begins, and how long it is (:data:`UNDEFINED` when it does not say)."""

    tag: int
    start: int
    length: int


def pixels_in_order(data: bytes, offset: int, size: int, stop: int, little: bool) -> int | None:
    """Where the pixel data begin in an explicit data set of ``size`` bytes without elements before ``stop`` behind
    ``offset``.

    None where such elements follow and where only :func:`walk_elements` can tell. Most files are in order, and this
    is quick.
    """
    pixels: int | None = None
    unpack = _LAYOUTS[little].unpack_from
    group_stop, last = stop >> 16, len(data) - 12
    while offset <= last:
        group, element, vr, short, length = unpack(data, offset)
        if group <= group_stop and (group << 16 | element) < stop:
            return None
        if vr not in _LONG:
            offset += 8 + short
            continue
        if group << 16 | element == PIXEL_DATA:
            pixels = offset + 12
        if length == UNDEFINED:
            return pixels  # compressed: what follows is not looked for
        offset += 12 + length
    return pixels if offset + 12 > size else None


def walk_elements(fetch: Fetch, offset: int, implicit: bool, little: bool) -> Iterator[Place]:
    """The top-level elements from ``offset`` on; ends where the bytes end or make no sense."""
    while (place := _element(fetch, offset, implicit, little)) is not None:
        yield place
        if place.length != UNDEFINED:
            offset = place.start + place.length
            continue
        end = _skip(fetch, place.start, implicit, little, _DEPTH)
        if end is None:
            return
        offset = end


def _element(fetch: Fetch, offset: int, implicit: bool, little: bool) -> Place | None:
    head = fetch(offset, 12)
    if len(head) < 8:
        return None
    group, element, vr, short, long = _LAYOUTS[little].unpack(head if len(head) == 12 else head.ljust(12, b"\0"))
    tag = group << 16 | element
    if implicit or group == 0xFFFE:
        return Place(tag, offset + 8, int.from_bytes(head[4:8], "little" if little else "big"))
    if vr in _LONG:
        return Place(tag, offset + 12, long) if len(head) == 12 else None
    return Place(tag, offset + 8, short) if vr.isalpha() and vr.isupper() else None


def _skip(fetch: Fetch, offset: int, implicit: bool, little: bool, depth: int) -> int | None:
    """Where the items of a sequence of undefined length end; None when they do not end properly."""
    while depth and (place := _element(fetch, offset, implicit, little)) is not None:
        if place.tag == _SEQUENCE_END:
            return place.start
        if place.tag != _ITEM:
            return None
        offset = place.start + place.length
        if place.length == UNDEFINED:
            end = _skip_item(fetch, place.start, implicit, little, depth - 1)
            if end is None:
                return None
            offset = end
    return None


def _skip_item(fetch: Fetch, offset: int, implicit: bool, little: bool, depth: int) -> int | None:
    while (place := _element(fetch, offset, implicit, little)) is not None:
        if place.tag == _ITEM_END:
            return place.start
        offset = place.start + place.length
        if place.length == UNDEFINED:
            end = _skip(fetch, place.start, implicit, little, depth)
            if end is None:
                return None
            offset = end
    return None
