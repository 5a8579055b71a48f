"""Elements behind their place are found, whatever stands between."""

import struct
from pathlib import Path

import pytest

from tests.loaders.mr_files import encode, mr, write_series
from tests.loaders.written_stacks import series_of, write_stack
from vcfimg.loaders import scan
from vcfimg.loaders.volume_reader import read_volume
from vcfimg.policy import load_policy

AGENT = struct.pack("<HH2sH", 0x18, 0x10, b"LO", 10) + b"GADOBUTROL"
WINDOW = struct.pack("<HH2sH", 0x28, 0x1050, b"DS", 2) + b"50"
SEQUENCE = struct.pack("<HH2sHL", 0x40, 0x275, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
    "<HHLHHLHHL", 0xFFFE, 0xE000, 0xFFFFFFFF, 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0
)
LARGE = struct.pack("<HH2sHL", 0x29, 0x1010, b"OB", 0, 40_000) + bytes(40_000)


@pytest.mark.parametrize("between", [b"", WINDOW, SEQUENCE, LARGE])
@pytest.mark.parametrize("behind_pixels", [False, True])
def test_late_contrast_agent_is_read(tmp_path: Path, between: bytes, behind_pixels: bool) -> None:
    (path, *_) = write_series(tmp_path, "t1", slices=1)
    data = path.read_bytes()
    at = data.find(b"\xe0\x7f\x10\x00O")
    late = data[:at] + between + data[at:] + AGENT if behind_pixels else data[:at] + between + AGENT + data[at:]
    path.write_bytes(late)
    (series,) = scan(tmp_path).studies[0].series
    assert series.role == "t1_post"


def test_image_element_in_front_hides_nothing(tmp_path: Path) -> None:
    data = encode(mr())
    at = data.find(b"\x08\x00\x08\x00CS")
    (tmp_path / "x").write_bytes(data[:at] + WINDOW + data[at:])
    (series,) = scan(tmp_path).studies[0].series
    assert (series.role, series.plane) == ("t2", "sagittal")


def rewritten(path: Path, tag: tuple[int, int], vr: bytes, value: bytes) -> None:
    """The DS element as another VR of short or long length, with its own text."""
    data = path.read_bytes()
    at = data.find(struct.pack("<HH", *tag) + b"DS")
    (length,) = struct.unpack("<H", data[at + 6 : at + 8])
    value = value or data[at + 8 : at + 8 + length]
    value += b" " * (len(value) % 2)
    head = struct.pack("<HL", 0, len(value)) if vr == b"UT" else struct.pack("<H", len(value))
    path.write_bytes(data[: at + 4] + vr + head + value + data[at + 8 + length :])


@pytest.mark.parametrize("vr", [b"UT", b"LT", b"ST", b"LO", b"SH"])
def test_numbers_in_text_vrs_are_read(tmp_path: Path, vr: bytes) -> None:
    files = write_stack(tmp_path)
    whole = read_volume(series_of(files), policy=load_policy())
    for file in files:
        for tag in ((0x28, 0x30), (0x20, 0x32), (0x20, 0x37)):
            rewritten(file, tag, vr, b"")
    (series,) = scan(tmp_path).studies[0].series
    assert series.header.pixel_spacing is not None
    assert (read_volume(series, policy=load_policy()).affine == whole.affine).all()


def test_decimal_commas_are_read(tmp_path: Path) -> None:
    files = write_stack(tmp_path)
    whole = read_volume(series_of(files), policy=load_policy())
    for file in files:
        data = file.read_bytes()
        for tag in ((0x28, 0x30), (0x20, 0x32), (0x18, 0x81), (0x18, 0x80)):
            at = data.find(struct.pack("<HH", *tag) + b"DS")
            (length,) = struct.unpack("<H", data[at + 6 : at + 8])
            value = data[at + 8 : at + 8 + length].replace(b".", b",")
            data = data[: at + 8] + value + data[at + 8 + length :]
        file.write_bytes(data)
    (series,) = scan(tmp_path).studies[0].series
    assert series.header.echo_time == 90
    assert (read_volume(series, policy=load_policy()).affine == whole.affine).all()
