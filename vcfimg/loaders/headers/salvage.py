"""What the header of an unusable MR image still says of the series it belongs to."""

import io
import zlib
from pathlib import Path
from typing import Any, Final

from pydicom.filereader import data_element_generator

from vcfimg.loaders.headers.fields import SLOT, SkippedImage, integer, raw_header
from vcfimg.loaders.headers.header import find_syntax, plain_text
from vcfimg.loaders.headers.skip_reasons import DICOM_ROOT, USABLE, SkipReason
from vcfimg.loaders.headers.syntax import STOP_MULTI, Syntax

OF_A_SERIES: Final = frozenset(
    {
        SkipReason.TRUNCATED,
        SkipReason.CORRUPT_HEADER,
        SkipReason.MISSING_IDENTIFIERS,
        SkipReason.NO_PIXELS,
        SkipReason.FRAMES_WITHOUT_GEOMETRY,
        SkipReason.PRIVATE_SOP_CLASS,
    }
)
"""Faults of images that a reader of the study would miss."""

_READ_BYTES: Final = 1024 * 1024
"""As much of a file as is looked at."""

_SOP_CLASS: Final = 0x00080016
_SOP_INSTANCE: Final = 0x00080018
_MODALITY: Final = 0x00080060
_LONGEST_TEXT: Final = 1024
_SHORTS: Final = (0x00280010, 0x00280011)


def salvage(path: str, reason: SkipReason) -> SkippedImage | SkipReason:
    """The image with as much of its header as can be read; ``reason`` alone where that names no series of MR images."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_READ_BYTES)
        texts = _texts(data, find_syntax(data))
    except Exception:  # noqa: BLE001 - hostile bytes can make the parser raise anything; the file is counted anyway
        return reason
    raw = raw_header(texts.get, None)
    if not raw[SLOT["study_uid"]] or not raw[SLOT["series_uid"]] or not _is_mr_image(texts):
        return reason
    return SkippedImage(reason, texts.get(_SOP_INSTANCE), raw)


def _is_mr_image(texts: dict[int, str]) -> bool:
    sop_class = texts.get(_SOP_CLASS)
    if sop_class in USABLE:
        return True
    unknown = not sop_class or not sop_class.startswith(DICOM_ROOT)
    return unknown and texts.get(_MODALITY) == "MR" and all(integer(texts.get(tag)) for tag in _SHORTS)


def _texts(data: bytes, syntax: Syntax) -> dict[int, str]:
    """Text by tag, up to the pixel data or the first fault."""
    if syntax.deflated:
        data, syntax = _inflated(data[syntax.offset :]), syntax._replace(offset=0)
    stream = io.BytesIO(data)
    stream.seek(syntax.offset)
    found: dict[int, str] = {}

    def at_pixels(tag: Any, vr: str | None, length: int) -> bool:
        return int(tag) >= STOP_MULTI

    try:
        for element in data_element_generator(stream, syntax.implicit, syntax.little, stop_when=at_pixels):
            tag, value = int(element.tag), element.value
            if not isinstance(value, bytes) or not 0 < len(value) == getattr(element, "length", 0) <= _LONGEST_TEXT:
                continue
            if tag in _SHORTS:
                found[tag] = str(int.from_bytes(value[:2], "little" if syntax.little else "big"))
            elif text := plain_text(value):
                found[tag] = text
    except Exception:  # noqa: BLE001 - what was read before the fault is all there is
        pass
    return found


def _inflated(data: bytes) -> bytes:
    """As much as can be inflated of a damaged stream, up to the bytes looked at."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    found = b""
    try:
        for start in range(0, len(data), 256):
            found += inflater.decompress(data[start : start + 256], _READ_BYTES)
            if len(found) >= _READ_BYTES:
                break
    except zlib.error:
        pass
    return found[:_READ_BYTES]
