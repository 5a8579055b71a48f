"""Pixel data as careless tools leave them: a delimiter of zeros, a thumbnail beside the image."""

import struct
from collections import Counter
from typing import Any, Final

from vcfimg.loaders.headers.element_walk import PIXEL_DATA, UNDEFINED, Place, walk_elements
from vcfimg.loaders.headers.header import find_syntax
from vcfimg.loaders.headers.refused_file import Refused

ITEM: Final = b"\xfe\xff\x00\xe0"
DELIMITER: Final = b"\xfe\xff\xdd\xe0\x00\x00\x00\x00"
"""What ends compressed pixel data, (FFFE,E0DD)."""

_IMAGE: Final = range(0x00280000, 0x00290000)
"""The image elements, group 0028."""


def with_delimiter(data: bytes) -> bytes | None:
    """The file with the delimiter of its compressed pixel data put in the place of the zeros that stand there.

    None where the items of the pixel data are cut off, or something else follows them.
    """
    for place in _places(data):
        if place.tag == PIXEL_DATA and place.length == UNDEFINED:
            end = _end_of_items(data, place.start)
            rest = data[end:] if end is not None else b""
            return data[:end] + DELIMITER if rest and not any(rest) else None
    return None


def _end_of_items(data: bytes, offset: int) -> int | None:
    while data[offset : offset + 4] == ITEM:
        (length,) = struct.unpack_from("<L", data.ljust(offset + 8, b"\0"), offset + 4)
        offset += 8 + length
    return offset if offset <= len(data) else None


def settle_doubles(dataset: Any, data: bytes) -> None:
    """Where a thumbnail's elements were put beside those of the image, keep those of the image.

    The longest pixel data are those of the image. Of the image elements the first or the last ones are kept, as fits
    them; pydicom keeps the last of all. Nothing is changed where no element is doubled.
    """
    places = _places(data)
    counts = Counter(place.tag for place in places)
    if counts[PIXEL_DATA] < 2 and not any(counts[tag] > 1 for tag in (0x00280010, 0x00280011)):
        return
    _, _, little = _layout(data)
    if counts[PIXEL_DATA] > 1:
        longest = max(
            (place for place in places if place.tag == PIXEL_DATA), key=lambda place: (place.length, place.start)
        )
        _replace(dataset, data, longest)
    pixels = dataset.get_item(PIXEL_DATA)
    length = len(pixels.value) if pixels is not None and pixels.value else 0
    first = {place.tag: place for place in reversed(places) if place.tag in _IMAGE}
    last = {place.tag: place for place in places if place.tag in _IMAGE}

    def misfit(chosen: dict[int, Place]) -> tuple[bool, int]:
        def number(tag: int, default: int) -> int:
            place = chosen.get(tag)
            raw = data[place.start : place.start + 2] if place else b""
            return int.from_bytes(raw, "little" if little else "big") or default

        size = number(0x00280010, 0) * number(0x00280011, 0) * number(0x00280100, 16) // 8
        return size > length or _compressed(places), abs(length - size) if not _compressed(places) else -size

    for place in min((first, last), key=misfit).values():
        if counts[place.tag] > 1:
            _replace(dataset, data, place)


def _compressed(places: list[Place]) -> bool:
    return any(place.tag == PIXEL_DATA and place.length == UNDEFINED for place in places)


def _replace(dataset: Any, data: bytes, place: Place) -> None:
    """Put the value of ``place`` into the data set, where it holds another occurrence of the same element."""
    element = dataset.get_item(place.tag)
    if element is None or place.length == UNDEFINED or not hasattr(element, "_replace"):
        return
    value = data[place.start : place.start + place.length]
    dataset[place.tag] = element._replace(value=value, length=len(value))


def _layout(data: bytes) -> tuple[int, bool, bool]:
    syntax = find_syntax(data)
    return syntax.offset, syntax.implicit, syntax.little


def _places(data: bytes) -> list[Place]:
    """The elements of the data set; none where the file is deflated or no DICOM."""
    try:
        syntax = find_syntax(data)
    except Refused:
        return []
    if syntax.deflated:
        return []
    fetch = lambda offset, count: data[offset : offset + count]  # noqa: E731
    return list(walk_elements(fetch, syntax.offset, syntax.implicit, syntax.little))
