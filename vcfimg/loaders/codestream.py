"""What a compressed frame says about itself, read before any decoder sees it."""

import struct
from dataclasses import dataclass
from typing import Final

from vcfimg.errors import LoadError

END_OF_IMAGE: Final = b"\xff\xd9"
"""EOI of the JPEG family, EOC of JPEG 2000."""
BASELINE, EXTENDED, LOSSLESS, JPEG_LS = 0xC0, 0xC1, 0xC3, 0xF7
"""JPEG frame headers SOF0, SOF1, SOF3 and SOF55, one for each process that DICOM uses."""
FRAME_HEADERS: Final = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), 0xF7})
"""All frame headers: SOF0 to SOF15 without DHT, JPG and DAC, and SOF55."""
WITHOUT_LENGTH: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG markers that stand alone."""
SIZ: Final = b"\xff\x4f\xff\x51"
"""Start of a JPEG 2000 codestream: SOC, then the SIZ marker."""
SIZ_FIELDS: Final = struct.Struct(">HHIIIIIIIIHB")
JP2_SEARCH_BYTES: Final = 4096
"""Some writers wrap the codestream in JP2 boxes; it must start within this many bytes."""


@dataclass(frozen=True)
class Codestream:
    """Size of the image in a compressed frame; `bits` is the sample precision, `process` the JPEG frame marker."""

    rows: int
    columns: int
    samples: int
    bits: int
    process: int | None = None


def read_jpeg(frame: bytes) -> Codestream:
    """Read the frame header of a JPEG, lossless JPEG or JPEG-LS frame.

    Raises
    ------
    LoadError
        ``damaged_pixel_data``, or ``truncated_pixel_data`` when the end marker is missing.
    """
    if frame[:2] != b"\xff\xd8":
        raise LoadError("damaged_pixel_data", "a compressed frame does not start as JPEG")
    _check_end(frame)
    place = 2
    while place + 10 <= len(frame):
        if frame[place] != 0xFF:
            break
        marker = frame[place + 1]
        if marker == 0xFF or marker in WITHOUT_LENGTH:
            place += 1 if marker == 0xFF else 2
            continue
        length, bits, rows, columns, samples = struct.unpack_from(">HBHHB", frame, place + 2)
        if marker in FRAME_HEADERS:
            return Codestream(rows, columns, samples, bits, marker)
        place += 2 + length
    raise LoadError("damaged_pixel_data", "a compressed JPEG frame has no readable frame header")


def read_jpeg2000(frame: bytes) -> Codestream:
    """Read the SIZ marker of a JPEG 2000 or High-Throughput JPEG 2000 frame.

    Raises
    ------
    LoadError
        ``damaged_pixel_data``, or ``truncated_pixel_data`` when the end marker is missing.
    """
    place = frame[:JP2_SEARCH_BYTES].find(SIZ)
    if place < 0 or len(frame) < place + len(SIZ) + SIZ_FIELDS.size:
        raise LoadError("damaged_pixel_data", "a compressed frame does not start as JPEG 2000")
    _check_end(frame)
    fields = SIZ_FIELDS.unpack_from(frame, place + len(SIZ))
    width, height, left, top, tile_width, tile_height, _, _, samples, depth = fields[2:]
    if not (width > left and height > top and tile_width and tile_height):
        raise LoadError("damaged_pixel_data", "a JPEG 2000 frame has an impossible size")
    return Codestream(height - top, width - left, samples, (depth & 0x7F) + 1)


def _check_end(frame: bytes) -> None:
    if not frame.rstrip(b"\0").endswith(END_OF_IMAGE):
        raise LoadError("truncated_pixel_data", "a compressed frame ends without its end marker")
