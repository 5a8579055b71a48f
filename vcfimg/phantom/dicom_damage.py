"""Seeded corruption of DICOM files: what disks, networks, bad software and bad intent do to them."""

import random
import struct
from collections.abc import Callable
from typing import Final, NamedTuple

PREAMBLE_BYTES: Final = 132
ITEM: Final = b"\xfe\xff\x00\xe0"
DELIMITERS: Final = (ITEM, b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0")
"""Item, item delimiter and sequence delimiter, little endian."""
VRS: Final = (
    *("AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "OB", "OD", "OF", "OW"),
    *("PN", "SH", "SL", "SQ", "SS", "ST", "TM", "UI", "UL", "UN", "US", "UT"),
)
LENGTHS: Final = (0, 1, 2, 3, 7, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
NUMBERS: Final = (0, 1, 2, 3, 7, 8, 12, 15, 16, 17, 32, 64, 255, 256, 4096, 8192, 32767, 32768, 65535)
TEXTS: Final = (
    b"",
    b"\\",
    b"nan",
    b"inf",
    b"-1e999",
    b"1e308\\1e308\\1e308",
    b"0\\0\\0\\0\\0\\0",
    b"\x00\x00\x00\x00",
    b"\x1b$B\x1b(J\xff\xfe",
    b"<script>alert(1)</script>",
    b"../../../../etc/passwd",
    b"=cmd|' /C calc'!A0",
    b"\xc3\x28\xa0\xa1" * 4,
    b"9" * 400,
    b"1.2." * 40,
)
"""Values that break readers which trust their input."""
NUMERIC_TAGS: Final = frozenset({0x00280002, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103})
"""Samples, rows, columns, bits allocated, bits stored, high bit, pixel representation."""


class Element(NamedTuple):
    """Where a top-level element lies in the file."""

    tag: int
    start: int
    value: int
    end: int


class Damaged(NamedTuple):
    """The corrupted bytes, and which kind of corruption it was."""

    data: bytes
    kind: str


def damage(data: bytes, seed: int) -> Damaged:
    """Corrupt one file.

    Parameters
    ----------
    data
        A valid Part 10 file.
    seed
        Decides kind, place and extent; the same seed does the same to the same bytes.
    """
    rng = random.Random(seed)
    kind = rng.choice(sorted(_KINDS))
    result = _KINDS[kind](bytearray(data), rng)
    if rng.random() < 0.25 and any(_is_short(each) for each in elements(bytes(result))):
        second = rng.choice(sorted(_KINDS))
        kind, result = f"{kind}+{second}", _KINDS[second](bytearray(result), rng)
    return Damaged(bytes(result), kind)


def elements(data: bytes) -> list[Element]:
    """Top-level elements of an explicit little-endian file, as far as they can be followed."""
    found: list[Element] = []
    place = PREAMBLE_BYTES
    while place + 8 <= len(data):
        group, number = struct.unpack_from("<HH", data, place)
        vr = data[place + 4 : place + 6]
        if vr in (b"OB", b"OD", b"OF", b"OW", b"SQ", b"UN", b"UT", b"UC", b"UR"):
            if place + 12 > len(data):
                break
            value, length = place + 12, int(struct.unpack_from("<I", data, place + 8)[0])
        else:
            value, length = place + 8, int(struct.unpack_from("<H", data, place + 6)[0])
        end = len(data) if length == 0xFFFFFFFF else min(len(data), value + length)
        found.append(Element(group << 16 | number, place, value, end))
        place = end
    return found


def _is_short(element: Element) -> bool:
    """Whether the length field has two bytes."""
    return element.value - element.start == 8


def _bytes(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.choice((1, 3, 10, 100))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return data


def _header_bytes(data: bytearray, rng: random.Random) -> bytearray:
    end = elements(bytes(data))[-1].value
    for _ in range(rng.choice((1, 2, 5, 20))):
        data[rng.randrange(PREAMBLE_BYTES - 4, end)] = rng.randrange(256)
    return data


def _run(data: bytearray, rng: random.Random) -> bytearray:
    start, length = rng.randrange(len(data)), rng.choice((4, 16, 128, 1024))
    fill = rng.choice((0, 255, None))
    for place in range(start, min(len(data), start + length)):
        data[place] = rng.randrange(256) if fill is None else fill
    return data


def _truncate(data: bytearray, rng: random.Random) -> bytearray:
    return data[: rng.randrange(len(data))]


def _cut_out(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.choice((1, 2, 8, 64, 512)) :]


def _insert(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    return data[:start] + rng.randbytes(rng.choice((1, 2, 8, 64, 512))) + data[start:]


def _tag(data: bytearray, rng: random.Random) -> bytearray:
    chosen = rng.choice(elements(bytes(data)))
    new = rng.choice(elements(bytes(data))).tag if rng.random() < 0.5 else rng.randrange(1 << 32)
    struct.pack_into("<HH", data, chosen.start, new >> 16, new & 0xFFFF)
    return data


def _length(data: bytearray, rng: random.Random) -> bytearray:
    chosen = rng.choice(elements(bytes(data)))
    new = rng.choice(LENGTHS)
    if chosen.value - chosen.start == 12:
        struct.pack_into("<I", data, chosen.start + 8, new)
    else:
        struct.pack_into("<H", data, chosen.start + 6, new & 0xFFFF)
    return data


def _vr(data: bytearray, rng: random.Random) -> bytearray:
    chosen = rng.choice(elements(bytes(data)))
    new = rng.choice(VRS).encode() if rng.random() < 0.8 else rng.randbytes(2)
    data[chosen.start + 4 : chosen.start + 6] = new
    return data


def _text(data: bytearray, rng: random.Random) -> bytearray:
    """Another value, with a length that fits it."""
    chosen = rng.choice([each for each in elements(bytes(data)) if _is_short(each)])
    text = rng.choice(TEXTS)
    text += b" " * (len(text) % 2)
    return data[: chosen.start + 6] + struct.pack("<H", len(text)) + text + data[chosen.end :]


def _number(data: bytearray, rng: random.Random) -> bytearray:
    """Lying sizes and bit depths."""
    for chosen in [each for each in elements(bytes(data)) if each.tag in NUMERIC_TAGS]:
        if rng.random() < 0.4 and chosen.end - chosen.value == 2:
            struct.pack_into("<H", data, chosen.value, rng.choice(NUMBERS))
    return data


def _delete(data: bytearray, rng: random.Random) -> bytearray:
    chosen = rng.choice(elements(bytes(data)))
    return data[: chosen.start] + data[chosen.end :]


def _repeat(data: bytearray, rng: random.Random) -> bytearray:
    known = elements(bytes(data))
    chosen, place = rng.choice(known), rng.choice(known).start
    return data[:place] + data[chosen.start : chosen.end] + data[place:]


def _nest(data: bytearray, rng: random.Random) -> bytearray:
    """Sequences within sequences, hundreds deep, with or without an end."""
    place = rng.choice(elements(bytes(data))).start
    depth = rng.choice((2, 30, 900, 3000))
    opening = struct.pack("<HH2sHI", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF) + ITEM + b"\xff\xff\xff\xff"
    closing = (DELIMITERS[1] + bytes(4) + DELIMITERS[2] + bytes(4)) * (depth if rng.random() < 0.5 else 0)
    return data[:place] + opening * depth + closing + data[place:]


def _delimiter(data: bytearray, rng: random.Random) -> bytearray:
    """Damage an item, a delimiter or its length; falls back to plain bytes where there is no sequence."""
    places = []
    for mark in DELIMITERS:
        place = data.find(mark)
        while place >= 0:
            places.append(place)
            place = data.find(mark, place + 1)
    if not places:
        return _bytes(data, rng)
    place = rng.choice(places)
    if rng.random() < 0.5 and place + 8 <= len(data):
        struct.pack_into("<I", data, place + 4, rng.choice(LENGTHS))
    else:
        data[place : place + 4] = rng.choice((*DELIMITERS, b"\0\0\0\0", rng.randbytes(4)))
    return data


def _syntax(data: bytearray, rng: random.Random) -> bytearray:
    """Another transfer syntax than the one the file is written in."""
    from vcfimg.phantom.dicom_encode import TRANSFER_SYNTAXES

    others = sorted({*TRANSFER_SYNTAXES.values(), "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.201", "1.2.3"})
    for chosen in elements(bytes(data)):
        if chosen.tag == 0x00020010:
            new = rng.choice(others).encode()
            new += b"\0" * (len(new) % 2)
            return data[: chosen.start + 6] + struct.pack("<H", len(new)) + new + data[chosen.end :]
    return data


def _bare(data: bytearray, rng: random.Random) -> bytearray:
    """No preamble, sometimes no file meta information either."""
    known = elements(bytes(data))
    first = next((each.start for each in known if each.tag >> 16 > 2), PREAMBLE_BYTES)
    return data[PREAMBLE_BYTES if rng.random() < 0.5 else first :]


_KINDS: Final[dict[str, Callable[[bytearray, random.Random], bytearray]]] = {
    "bare": _bare,
    "bytes": _bytes,
    "cut_out": _cut_out,
    "delete": _delete,
    "delimiter": _delimiter,
    "header_bytes": _header_bytes,
    "insert": _insert,
    "length": _length,
    "nest": _nest,
    "number": _number,
    "repeat": _repeat,
    "run": _run,
    "syntax": _syntax,
    "tag": _tag,
    "text": _text,
    "truncate": _truncate,
    "vr": _vr,
}
