"""What a compressed frame says about itself, read before any decoder sees it.

Compiled decoders trust the structure of their input more than is good for a process that must outlive a damaged file,
so frames whose structure is not sound are refused here. Damage within the coded samples cannot be seen from outside.
"""

import struct
from dataclasses import dataclass
from typing import Final

from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.huffman import check_huffman_tables

END_OF_IMAGE: Final = b"\xff\xd9"
"""EOI of the JPEG family, EOC of JPEG 2000."""
BASELINE, EXTENDED, LOSSLESS, JPEG_LS = 0xC0, 0xC1, 0xC3, 0xF7
"""JPEG frame headers SOF0, SOF1, SOF3 and SOF55, one for each process that DICOM uses."""
PROCESSES: Final = frozenset({BASELINE, EXTENDED, LOSSLESS, JPEG_LS})
HUFFMAN_TABLES, SCAN, QUANTISATION, RESTART_INTERVAL, LS_PARAMETERS, COMMENT = 0xC4, 0xDA, 0xDB, 0xDD, 0xF8, 0xFE
"""JPEG markers DHT, SOS, DQT, DRI, LSE and COM."""
BEFORE_SCAN: Final = frozenset({*range(0xE0, 0xF0), HUFFMAN_TABLES, QUANTISATION, RESTART_INTERVAL, COMMENT})
"""Segments that may stand before the scan of a DICOM frame, beside the frame header."""
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
    """Read and check the segments of a JPEG, lossless JPEG or JPEG-LS frame.

    Raises
    ------
    LoadError
        ``damaged_pixel_data``, or ``truncated_pixel_data`` when the end marker is missing.
    """
    if frame[:2] != b"\xff\xd8":
        raise LoadError("damaged_pixel_data", "a compressed frame does not start as JPEG")
    _check_end(frame)
    found: Codestream | None = None
    tables: frozenset[int] = frozenset()
    place = 2
    while place + 4 <= len(frame):
        if frame[place] != 0xFF:
            break
        if frame[place + 1] == 0xFF:  # a fill byte
            place += 1
            continue
        marker, length = struct.unpack_from(">xBH", frame, place)
        body = frame[place + 4 : place + 2 + length]
        if length < 2 or len(body) != length - 2:
            break
        place += 2 + length
        if marker in PROCESSES and found is None:
            found = _frame_header(marker, body)
        elif marker == HUFFMAN_TABLES:
            tables |= check_huffman_tables(body)
        elif marker == SCAN and found is not None:
            _check_scan(found, body, tables)
            _check_samples(frame[place:], found)
            return found
        elif marker not in BEFORE_SCAN and not (marker == LS_PARAMETERS and found and found.process == JPEG_LS):
            break
    raise LoadError("damaged_pixel_data", "the segments of a compressed JPEG frame are damaged")


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


def _frame_header(marker: int, body: bytes) -> Codestream:
    if len(body) >= 6:
        bits, rows, columns, samples = struct.unpack_from(">BHHB", body)
        sampling = body[7::3]
        sound = all(1 <= factor >> 4 <= 4 and 1 <= factor & 15 <= 4 for factor in sampling)
        if len(body) == 6 + 3 * samples and 2 <= bits <= 16 and rows and columns and sound:
            return Codestream(rows, columns, samples, bits, marker)
    raise LoadError("damaged_pixel_data", "the frame header of a compressed frame is damaged")


def _check_scan(found: Codestream, body: bytes, tables: frozenset[int]) -> None:
    """One component, decoded with tables that are there, by a predictor that exists."""
    if len(body) == 6 and body[0] == found.samples == 1:
        table, first, last, approximation = body[2:6]
        if found.process == JPEG_LS:
            sound = table == 0 and last == 0
        elif found.process == LOSSLESS:
            sound = table >> 4 in tables and 1 <= first <= 7 and approximation < found.bits
        else:
            sound = table >> 4 in tables and (table & 15) + 16 in tables and (first, last, approximation) == (0, 63, 0)
        if sound:
            return
    raise LoadError("damaged_pixel_data", "the scan header of a compressed frame is damaged")


def _check_samples(data: bytes, found: Codestream) -> None:
    """Between scan header and end marker there may be coded samples and restart markers only."""
    data = data.rstrip(b"\0")[:-2]
    place = data.find(b"\xff")
    while place >= 0:
        follower = data[place + 1] if place + 1 < len(data) else 0xFF
        restart = 0xD0 <= follower <= 0xD7
        if not restart and (follower >= 0x80 if found.process == JPEG_LS else follower != 0):
            raise LoadError("damaged_pixel_data", "a marker stands within the coded samples of a compressed frame")
        place = data.find(b"\xff", place + 1)
