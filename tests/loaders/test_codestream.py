import struct
from pathlib import Path

import pytest

from vcfimg.errors import LoadError
from vcfimg.loaders.codestream import Codestream, read_jpeg, read_jpeg2000

HTJ2K = (Path(__file__).parent / "data" / "htj2k_64x64.j2c").read_bytes()


def jpeg(marker=0xC3, rows=48, columns=40, samples=1, bits=12):
    application = b"\xff\xe0" + struct.pack(">H", 6) + b"JFIF"
    frame = struct.pack(">BBHBHHB", 0xFF, marker, 11, bits, rows, columns, samples) + b"\x01\x11\x00"
    return b"\xff\xd8" + application + frame + b"\xff\xd9"


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC3, 0xF7])
def test_jpeg_size_is_read_from_the_frame_header(marker):
    assert read_jpeg(jpeg(marker)) == Codestream(48, 40, 1, 12, marker)


def test_huffman_table_is_not_a_frame_header():
    with pytest.raises(LoadError, match="no readable frame header"):
        read_jpeg(jpeg(marker=0xC4))


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
