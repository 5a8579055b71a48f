import struct
from pathlib import Path

import pytest

from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.codestream import Codestream, read_jpeg, read_jpeg2000

HTJ2K = (Path(__file__).parent / "data" / "htj2k_64x64.j2c").read_bytes()


def segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def table(kind=0x00, counts=(1, 1, 1, 1), symbols=b"\0\1\2\3"):
    return bytes([kind, *counts]) + bytes(16 - len(counts)) + symbols


def jpeg(
    marker=0xC3, rows=48, columns=40, samples=1, bits=12, tables=None, scan=b"\1\1\0\1\0\0", data=b"\x12\xff\0\x34"
):
    """A frame whose structure is sound; the coded samples mean nothing."""
    tables = table() + table(0x10) if tables is None else tables
    if scan == b"\1\1\0\1\0\0" and marker in (0xC0, 0xC1):
        scan = b"\1\1\0\0\x3f\0"
    header = struct.pack(">BHHB", bits, rows, columns, samples) + b"\1\x11\0" * samples
    parts = segment(0xE0, b"JFIF"), segment(marker, header), segment(0xC4, tables), segment(0xDA, scan)
    return b"\xff\xd8" + b"".join(parts) + data + b"\xff\xd9"


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC3, 0xF7])
def test_jpeg_size_is_read_from_the_frame_header(marker):
    assert read_jpeg(jpeg(marker)) == Codestream(48, 40, 1, 12, marker)


@pytest.mark.parametrize(
    "frame",
    [
        jpeg(marker=0xC2),
        jpeg(rows=0),
        jpeg(bits=17),
        jpeg(tables=table()[:-1]),
        jpeg(tables=table(counts=(3,), symbols=b"\0\1\2")),
        jpeg(tables=table(symbols=b"\0\1\2\x40")),
        jpeg(tables=table(kind=0x04)),
        jpeg(tables=table(kind=0x01)),
        jpeg(scan=b"\1\1\0\0\0\0"),
        jpeg(scan=b"\1\1\0\x08\0\0"),
        jpeg(scan=b"\1\1\0\1\0\x0c"),
        jpeg(scan=b"\2\1\0\1\0\0"),
        jpeg(data=b"\x12\xff\xda\x34"),
        jpeg(data=b"\x12\xff\xff"),
        jpeg().replace(b"\xff\xc4", b"\xff\x01"),
    ],
)
def test_unsound_structure_is_refused(frame):
    with pytest.raises(LoadError) as caught:
        read_jpeg(frame)
    assert caught.value.code == "damaged_pixel_data"


def test_application_segments_are_skipped_whatever_they_hold():
    assert read_jpeg(jpeg().replace(b"JFIF", b"\xff\xc3\0\1")).rows == 48


def test_restart_markers_are_part_of_the_samples():
    assert read_jpeg(jpeg(data=b"\x12\xff\xd0\x34\xff\xd1\x56")).rows == 48


def test_jpeg2000_size_is_read_from_siz():
    assert read_jpeg2000(HTJ2K) == Codestream(64, 64, 1, 16)


def test_codestream_inside_jp2_boxes_is_found():
    assert read_jpeg2000(b"\0\0\0\x0cjP  \r\n\x87\n" + HTJ2K).rows == 64


def test_padding_after_the_end_marker_is_allowed():
    assert read_jpeg(jpeg() + b"\0").rows == 48


@pytest.mark.parametrize("read", [read_jpeg, read_jpeg2000])
@pytest.mark.parametrize("frame", [b"", b"\xff", b"not an image", b"\xff\xd8\xff\xd9", b"\xff\xd8\x00\x00\xff\xd9"])
def test_nonsense_is_refused(read, frame):
    with pytest.raises(LoadError) as caught:
        read(frame)
    assert caught.value.code in ("damaged_pixel_data", "truncated_pixel_data")


@pytest.mark.parametrize(("read", "frame"), [(read_jpeg, jpeg()), (read_jpeg2000, HTJ2K)])
def test_missing_end_marker_is_a_truncation(read, frame):
    with pytest.raises(LoadError) as caught:
        read(frame[:-2])
    assert caught.value.code == "truncated_pixel_data"
