"""Pixel data as careless tools leave them."""

import struct
from pathlib import Path

import numpy as np
import pytest

from tests.loaders.written_stacks import series_of, write_stack
from vcfimg.errors import LoadError
from vcfimg.loaders import scan
from vcfimg.loaders.pixels.dataset import read_dataset
from vcfimg.loaders.volume_reader import read_volume
from vcfimg.phantom.dicom import Encoding
from vcfimg.policy import load_policy

DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"


def test_delimiter_of_zeros_is_mended(tmp_path: Path) -> None:
    files = write_stack(tmp_path, encoding=Encoding.RLE)
    whole = read_volume(series_of(files), policy=load_policy())
    for file in files:
        data = file.read_bytes()
        assert data.endswith(DELIMITER)
        file.write_bytes(data[:-8] + bytes(8))
    mended = read_volume(series_of(files), policy=load_policy())
    assert np.array_equal(mended.array, whole.array)


def test_items_cut_off_are_not_mended(tmp_path: Path) -> None:
    file = write_stack(tmp_path, encoding=Encoding.RLE)[0]
    file.write_bytes(file.read_bytes()[:-60])
    with pytest.raises(LoadError, match="too early"):
        read_dataset(file)


def element(group: int, number: int, vr: bytes, value: bytes) -> bytes:
    length = struct.pack("<HL", 0, len(value)) if vr in (b"OB", b"OW") else struct.pack("<H", len(value))
    return struct.pack("<HH", group, number) + vr + length + value


THUMBNAIL = (
    element(0x28, 0x10, b"US", b"\x10\0")
    + element(0x28, 0x11, b"US", b"\x10\0")
    + element(0x28, 0x100, b"US", b"\x08\0")
    + element(0x28, 0x101, b"US", b"\x08\0")
    + element(0x28, 0x102, b"US", b"\x07\0")
    + element(0x7FE0, 0x10, b"OB", bytes(256))
)


@pytest.mark.parametrize("before", [True, False])
def test_flattened_thumbnail_does_not_replace_the_image(tmp_path: Path, before: bool) -> None:
    files = write_stack(tmp_path)
    (whole,) = scan(tmp_path).studies[0].series
    expected = read_volume(whole, policy=load_policy()).array
    for file in files:
        data = file.read_bytes()
        at = data.rfind(b"\xe0\x7f\x10\x00O") if before else len(data)
        file.write_bytes(data[:at] + THUMBNAIL + data[at:])
    (series,) = scan(tmp_path).studies[0].series
    assert np.array_equal(read_volume(series, policy=load_policy()).array, expected)
