"""Reads the header of one file as far as a scan needs it, in bounded time and memory."""

import io
import os
import struct
import zlib
from typing import Any, Final

from pydicom.filereader import data_element_generator
from pydicom.tag import BaseTag

from vcfimg.loaders.headers.element_walk import PIXEL_DATA, pixels_in_order, walk_elements
from vcfimg.loaders.headers.fields import SLOT, TAGS, RawFrame, Record, integer, position, raw_header
from vcfimg.loaders.headers.refused_file import Refused, require_identifiers
from vcfimg.loaders.headers.skip_reasons import (
    DICOM_ROOT,
    DICOMDIR_CLASS,
    MULTI_FRAME,
    SkipReason,
    is_archive,
    reason_for_sop_class,
)
from vcfimg.loaders.headers.syntax import DEFLATED_LE, NATIVE, STOP_MULTI, STOP_SINGLE, Syntax

PREFIXES: Final = (16 * 1024, 1024 * 1024, 64 * 1024 * 1024)
"""How much of a file is read, step by step, until its header is whole. A header beyond the last is refused."""

_SOP_CLASS: Final = 0x00080016
_SOP_INSTANCE: Final = 0x00080018
_MODALITY: Final = 0x00080060
_CONTRAST_SEQUENCE: Final = 0x00180012
_POSITION: Final = 0x00200032
_INSTANCE_NUMBER: Final = 0x00200013
_SAMPLES, _FRAMES, _ROWS, _COLUMNS, _BITS = 0x00280002, 0x00280008, 0x00280010, 0x00280011, 0x00280100
_SHORTS: Final = frozenset({_SAMPLES, _ROWS, _COLUMNS, _BITS})
_DOUBLES: Final = frozenset({0x00189079, 0x00189087})
_ACQUISITION: Final = (0x00200012, 0x00200100, 0x00180086, 0x00181060)
"""AcquisitionNumber, TemporalPositionIdentifier, EchoNumbers, TriggerTime."""
_WANTED: Final[list[BaseTag | int]] = [
    *TAGS.values(),
    *_ACQUISITION,
    *(_SOP_CLASS, _SOP_INSTANCE, _MODALITY, _CONTRAST_SEQUENCE, _POSITION, _INSTANCE_NUMBER, _SAMPLES, _FRAMES, _BITS),
]
_WANTED_TAGS: Final = frozenset(map(int, _WANTED))
_LONGEST_LATE: Final = 4096
"""No text that is wanted is longer."""

_META_END: Final = 0x0002FFFF
_DIRECTORY: Final = b"\x04\x00"
"""Group 0004: only a DICOMDIR begins with it."""


class _NeedMore(Exception):
    """The header goes on beyond what was read so far."""


def read_record(path: str) -> Record | SkipReason:
    """The scan record of ``path``, or why the file is skipped. Never raises, whatever the file holds.

    Patient name and birth date are still in it: :mod:`vcfimg.loaders.headers.pseudonyms` is next.
    """
    try:
        return _read(path)
    except Refused as refusal:
        return refusal.reason
    except OSError:
        return SkipReason.UNREADABLE
    except Exception:  # noqa: BLE001 - hostile bytes can make the parser raise anything; the file is named and counted
        return SkipReason.CORRUPT_HEADER


def _read(path: str) -> Record:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        if size == 0:
            raise Refused(SkipReason.EMPTY_FILE)
        data = b""
        for limit in PREFIXES:
            data += _fill(file, limit - len(data))
            try:
                return _parse(data, size, descriptor)
            except Refused:
                raise
            except Exception as error:  # noqa: BLE001 - half a header can fail anywhere; more of it may not
                if len(data) >= size:
                    cut = isinstance(error, _NeedMore)
                    raise Refused(SkipReason.TRUNCATED if cut else SkipReason.CORRUPT_HEADER) from None
                if len(data) < limit:
                    raise Refused(SkipReason.UNREADABLE) from None
    raise Refused(SkipReason.CORRUPT_HEADER)


def _fill(file: io.RawIOBase | io.FileIO, count: int) -> bytes:
    """Up to ``count`` more bytes (network file systems may hand them out in pieces)."""
    pieces = []
    while count > 0:
        piece = file.read(count)
        if not piece:
            break
        pieces.append(piece)
        count -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _parse(data: bytes, size: int, descriptor: int) -> Record:
    syntax = find_syntax(data)
    if syntax.uid == DEFLATED_LE and syntax.deflated:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        # A deflate bomb grows a thousandfold; no header needs more than the largest prefix.
        data = inflater.decompress(data[syntax.offset :], PREFIXES[-1])
        syntax = syntax._replace(offset=0)
    elements, end, behind = _elements(data, syntax, STOP_SINGLE)
    pixels = None if end is None else _add_late(elements, data, behind, size, syntax, descriptor)
    sop_class = plain_text(elements.get(_SOP_CLASS))
    if not sop_class:
        if syntax.uid is None and len(elements) < 3:
            raise Refused(SkipReason.NOT_DICOM)
        if end is None:
            raise _NeedMore
        raise Refused(SkipReason.MISSING_IDENTIFIERS)
    reason = reason_for_sop_class(sop_class)
    if reason is SkipReason.OTHER_MODALITY and not sop_class.startswith(DICOM_ROOT) and _is_mr_image(elements):
        raise Refused(SkipReason.PRIVATE_SOP_CLASS)
    if reason is not None:
        raise Refused(reason)
    if end is None:
        raise _NeedMore
    if sop_class in MULTI_FRAME:
        from vcfimg.loaders.headers.enhanced import read_multi_frame

        elements, end, _ = _elements(data, syntax, STOP_MULTI)
        if end is None:
            raise _NeedMore
        _check_pixels(elements, syntax, size - end, size)
        return read_multi_frame(data, syntax)
    if (integer(plain_text(elements.get(_FRAMES))) or 1) > 1:
        raise Refused(SkipReason.FRAMES_WITHOUT_GEOMETRY)
    _check_pixels(elements, syntax, size - (pixels or end), size)
    return _single(elements, syntax)


def _is_mr_image(elements: dict[int, Any]) -> bool:
    """Whether an object of unknown kind says that it is an MR image."""
    size = [integer(plain_text(elements.get(tag))) for tag in (_ROWS, _COLUMNS)]
    return plain_text(elements.get(_MODALITY)) == "MR" and all(size)


def find_syntax(data: bytes) -> Syntax:
    """Encoding by the file meta group, or by the first element when there is no preamble or no meta group."""
    offset = 132 if data[128:132] == b"DICM" else 0
    if data[:2] == _DIRECTORY and offset == 0:
        raise Refused(SkipReason.DICOMDIR)
    if offset == 0 and is_archive(data):
        raise Refused(SkipReason.ARCHIVE)
    if offset == 0 and data[:2] not in (b"\x02\x00", b"\x08\x00", b"\x00\x08"):
        raise Refused(SkipReason.NOT_DICOM)
    uid: str | None = None
    if data[offset : offset + 2] == b"\x02\x00":
        implicit = not _is_vr(data[offset + 4 : offset + 6])
        stream = io.BytesIO(data)
        stream.seek(offset)
        for element in data_element_generator(stream, implicit, True, stop_when=_outside_meta):
            if int(element.tag) == 0x00020010:
                uid = plain_text(element.value)
            elif int(element.tag) == 0x00020002 and plain_text(element.value) == DICOMDIR_CLASS:
                raise Refused(SkipReason.DICOMDIR)
        offset = stream.tell()
    start = data[offset : offset + 8]
    if len(start) < 8:
        raise Refused(SkipReason.TRUNCATED)
    if uid == DEFLATED_LE and not (start[:2] == b"\x08\x00" and _is_vr(start[4:6])):
        return Syntax(uid, False, True, offset, deflated=True)
    # The first element (group 0008) tells the truth even where the declared transfer syntax does not.
    little = start[:2] != b"\x00\x08"
    return Syntax(uid, not _is_vr(start[4:6]), little, offset)


def _is_vr(pair: bytes) -> bool:
    return len(pair) == 2 and pair.isalpha() and pair.isupper()


def _outside_meta(tag: Any, vr: str | None, length: int) -> bool:
    return int(tag) > _META_END


def _elements(data: bytes, syntax: Syntax, stop: int) -> tuple[dict[int, Any], int | None, int]:
    """Raw element values by tag before ``stop``, the offset reached (None when the data ended first), and the next
    element's own offset.
    """
    stream = io.BytesIO(data)
    stream.seek(syntax.offset)
    reached: list[int] = []

    def stop_when(tag: Any, vr: str | None, length: int) -> bool:
        if int.__lt__(tag, stop):  # BaseTag's own comparison is Python code, twenty times slower
            return False
        reached.append(stream.tell())
        return True

    found: dict[int, Any] = {}
    little = syntax.little
    wanted = _WANTED if stop == STOP_SINGLE else None
    for element in data_element_generator(stream, syntax.implicit, little, stop_when=stop_when, specific_tags=wanted):
        tag, value = int(element.tag), element.value
        if tag in _SHORTS:
            if not isinstance(value, bytes) or len(value) < 2:
                continue
            value = str(int.from_bytes(value[:2], "little" if little else "big")).encode()
        elif tag in _DOUBLES and isinstance(value, bytes) and len(value) % 8 == 0:
            count = min(len(value) // 8, 64)
            numbers = struct.unpack(f"{'<' if little else '>'}{count}d", value[: 8 * count])
            value = "\\".join(map(repr, numbers)).encode()
        elif isinstance(value, bytes) and len(value) < getattr(element, "length", 0) < 0xFFFFFFFF:
            raise _NeedMore
        found[tag] = value
    if reached:
        return found, reached[0], stream.tell()
    # A data set may simply end here (no pixel data); the caller decides what that means.
    return found, None, stream.tell()


def _add_late(
    elements: dict[int, Any], data: bytes, behind: int, size: int, syntax: Syntax, descriptor: int
) -> int | None:
    """Add wanted elements that stand behind an offset although their tags belong before it; where the pixels begin.

    A contrast agent behind the image elements makes a T1 what it is. Where the data set goes on behind the bytes read,
    its element heads are read from the file one by one, so that no pixel is read for them.
    """
    known = len(data)
    if syntax.deflated:
        size = known
    if not syntax.implicit:
        begin = pixels_in_order(data, behind, size, STOP_SINGLE, syntax.little)
        if begin is not None:
            return begin

    def fetch(offset: int, count: int) -> bytes:
        if offset + count <= known or syntax.deflated:
            return data[offset : offset + count]
        return os.pread(descriptor, count, offset) if hasattr(os, "pread") else b""

    pixels, longest = None, -1
    for tag, start, length in walk_elements(fetch, behind, syntax.implicit, syntax.little):
        if tag == PIXEL_DATA and length >= longest:  # a thumbnail's are shorter
            pixels, longest = start, length
        if tag < STOP_SINGLE and tag in _WANTED_TAGS and not elements.get(tag):
            if tag == _CONTRAST_SEQUENCE:
                elements[tag] = b"item" if length else b""
            elif length <= _LONGEST_LATE:
                value = fetch(start, length)
                if tag in _SHORTS:
                    value = str(int.from_bytes(value[:2], "little" if syntax.little else "big")).encode()
                elements[tag] = value
    return pixels


def _check_pixels(elements: dict[int, Any], syntax: Syntax, left: int, size: int) -> None:
    """Refuse files without a matrix, and uncompressed files that end before their pixels do."""
    rows, columns = integer(plain_text(elements.get(_ROWS))), integer(plain_text(elements.get(_COLUMNS)))
    if not rows or not columns:
        raise Refused(SkipReason.NO_PIXELS)
    bits = integer(plain_text(elements.get(_BITS))) or 16
    samples = integer(plain_text(elements.get(_SAMPLES))) or 1
    frames = integer(plain_text(elements.get(_FRAMES))) or 1
    native = syntax.uid in NATIVE or syntax.uid is None
    if native and left < rows * columns * samples * frames * bits // 8:
        raise Refused(SkipReason.TRUNCATED)


def plain_text(value: Any) -> str | None:
    """Latin-1 text of a raw value without padding; None when empty or not text."""
    if not isinstance(value, bytes):
        return None
    return value.decode("latin-1").strip(" \x00\r\n\t") or None


def _single(elements: dict[int, Any], syntax: Syntax) -> Record:
    raw = raw_header(lambda tag: plain_text(elements.get(tag)), syntax.uid)
    if raw[SLOT["contrast_agent"]] is None and elements.get(_CONTRAST_SEQUENCE):
        raw = (*raw[: SLOT["contrast_agent"]], "coded agent", *raw[SLOT["contrast_agent"] + 1 :])
    uid = require_identifiers(raw, plain_text(elements.get(_SOP_INSTANCE)))
    acquisition = tuple(plain_text(elements.get(tag)) or "" for tag in _ACQUISITION)
    frame = RawFrame(
        position(plain_text(elements.get(_POSITION))),
        None,
        integer(plain_text(elements.get(_INSTANCE_NUMBER))),
        acquisition if any(acquisition) else (),
    )
    return Record(uid, ((raw, (frame,)),))
