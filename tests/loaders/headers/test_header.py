import os
import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEGBaseline8Bit

from tests.loaders.mr_files import COLUMNS, ROWS, encode, mr, write
from vcfimg.loaders.headers.fields import SLOT, Record
from vcfimg.loaders.headers.header import read_record


def record(path: Path) -> Record:
    found = read_record(str(path))
    assert isinstance(found, Record), found
    return found


def field(path: Path, name: str) -> str | None:
    return record(path).parts[0][0][SLOT[name]]


def syntax(uid: str, **changes: Any) -> Dataset:
    dataset = mr(**changes)
    dataset.file_meta.TransferSyntaxUID = uid
    return dataset


def test_reads_position_and_timing(tmp_path: Path) -> None:
    path = write(tmp_path / "x", mr(ImagePositionPatient=[1.5, -2, 3], EchoTime=99))
    (raw, (frame,)) = record(path).parts[0]
    assert frame.position == (1.5, -2.0, 3.0)
    assert raw[SLOT["echo_time"]] == "99.0"
    assert raw[SLOT["rows"]] == str(ROWS)


def test_without_preamble(tmp_path: Path) -> None:
    plain = record(write(tmp_path / "a", mr()))
    assert record(write(tmp_path / "b", mr(), preamble=False)) == plain


def test_without_preamble_and_meta(tmp_path: Path) -> None:
    plain = record(write(tmp_path / "a", mr()))
    bare = record(write(tmp_path / "b", mr(), preamble=False, meta=False))
    assert bare.parts[0][1] == plain.parts[0][1]
    assert bare.parts[0][0][:-1] == plain.parts[0][0][:-1]


@pytest.mark.parametrize("meta", [True, False])
def test_implicit_little_endian(tmp_path: Path, meta: bool) -> None:
    path = write(tmp_path / "x", syntax(ImplicitVRLittleEndian), preamble=meta, meta=meta)
    assert field(path, "rows") == str(ROWS)
    assert field(path, "echo_time") == "100.0"


def test_big_endian(tmp_path: Path) -> None:
    path = write(tmp_path / "x", syntax(ExplicitVRBigEndian))
    assert field(path, "rows") == str(ROWS)
    assert field(path, "columns") == str(ROWS)


def test_deflated(tmp_path: Path) -> None:
    path = write(tmp_path / "x", syntax(DeflatedExplicitVRLittleEndian))
    assert field(path, "echo_time") == "100.0"


def test_deflate_bomb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    head = encode(syntax(DeflatedExplicitVRLittleEndian))
    offset = 132 + 12 + struct.unpack("<L", head[140:144])[0]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # one element of 90 MB before any UID: (0008,0001) UN with a long length
    bomb = packer.compress(struct.pack("<HH2sHL", 8, 1, b"UN", 0, 90_000_000))
    for _ in range(90):
        bomb += packer.compress(bytes(1_000_000))
    (tmp_path / "x").write_bytes(head[:offset] + bomb + packer.flush())
    assert read_record(str(tmp_path / "x")) in {"truncated", "corrupt_header"}


def test_declared_syntax_that_is_wrong_is_overruled_by_the_bytes(tmp_path: Path) -> None:
    data = bytearray(encode(syntax(ImplicitVRLittleEndian)))
    at = data.index(b"1.2.840.10008.1.2\x00")
    data[at : at + 18] = b"1.2.840.10008.1.2."  # an unknown syntax of the same length
    (tmp_path / "x").write_bytes(data)
    assert field(tmp_path / "x", "echo_time") == "100.0"


def test_compressed_pixels_are_not_measured_against_the_file_size(tmp_path: Path) -> None:
    dataset = syntax(JPEGBaseline8Bit)
    dataset.PixelData = pydicom.encaps.encapsulate([b"\xff\xd8\xff\xd9"])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    assert field(write(tmp_path / "x", dataset), "rows") == str(ROWS)


def test_header_longer_than_the_first_read(tmp_path: Path) -> None:
    dataset = mr()
    dataset.add_new(0x00091010, "OB", bytes(200_000))
    assert field(write(tmp_path / "x", dataset), "echo_time") == "100.0"


def test_undefined_length_sequence_across_the_first_read(tmp_path: Path) -> None:
    dataset = mr()
    items = []
    for number in range(400):
        item = Dataset()
        item.ReferencedSOPInstanceUID = f"1.2.{number}"
        item.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
        items.append(item)
    dataset.ReferencedImageSequence = Sequence(items)
    dataset["ReferencedImageSequence"].is_undefined_length = True
    assert field(write(tmp_path / "x", dataset), "echo_time") == "100.0"


def test_coded_contrast_agent_counts_as_agent(tmp_path: Path) -> None:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "C-B0322", "SRT", "Gadolinium"
    dataset = mr()
    dataset.ContrastBolusAgentSequence = Sequence([item])
    assert field(write(tmp_path / "x", dataset), "contrast_agent") == "coded agent"


@pytest.mark.parametrize(
    ("sop_class", "reason"),
    [
        ("1.2.840.10008.5.1.4.1.1.2", "other_modality"),
        ("1.2.840.10008.5.1.4.1.1.7", "secondary_capture"),
        ("1.2.840.10008.5.1.4.1.1.7.4", "secondary_capture"),
        ("1.2.840.10008.5.1.4.1.1.11.1", "presentation_state"),
        ("1.2.840.10008.5.1.4.1.1.66", "raw_data"),
        ("1.2.840.10008.5.1.4.1.1.66.4", "segmentation"),
        ("1.2.840.10008.5.1.4.1.1.88.33", "structured_report"),
        ("1.2.840.10008.5.1.4.1.1.104.1", "encapsulated_document"),
        ("1.2.840.10008.5.1.4.1.1.4.2", "spectroscopy"),
        ("1.2.840.10008.1.3.10", "dicomdir"),
        ("1.3.12.2.1107.5.9.1", "raw_data"),
    ],
)
def test_other_objects_are_named(tmp_path: Path, sop_class: str, reason: str) -> None:
    assert read_record(str(write(tmp_path / "x", mr(SOPClassUID=sop_class)))) == reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        (b"hello", "not_dicom"),
        (bytes(5000), "not_dicom"),
        (bytes(128) + b"DICM", "truncated"),
        (b"%PDF-1.7" + bytes(300), "not_dicom"),
        (b"\x08\x00", "truncated"),
    ],
)
def test_other_files_are_named(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "x").write_bytes(content)
    assert read_record(str(tmp_path / "x")) == reason


@pytest.mark.parametrize("name", ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"])
def test_missing_uid_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    dataset = mr(**{name: None})
    path.write_bytes(encode(dataset, preamble=False, meta=False))
    assert read_record(str(path)) == "missing_identifiers"


@pytest.mark.parametrize("name", ["Rows", "Columns"])
def test_missing_matrix_is_named(tmp_path: Path, name: str) -> None:
    assert read_record(str(write(tmp_path / "x", mr(**{name: None})))) == "no_pixels"


def test_every_cut_is_named_and_never_raises(tmp_path: Path) -> None:
    data = encode(mr())
    for length in range(0, len(data) - 2, 7):
        (tmp_path / "x").write_bytes(data[:length])
        assert not isinstance(read_record(str(tmp_path / "x")), Record), length


def test_cut_inside_the_pixels_is_truncated(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(encode(mr())[:-10])
    assert read_record(str(tmp_path / "x")) == "truncated"


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"])
def test_few_bytes_cut_off_are_not_hidden_by_elements_before_the_pixels(tmp_path: Path, syntax: str) -> None:
    dataset = mr(WindowCenter="400", WindowWidth="800", RescaleIntercept="0", RescaleSlope="1")
    dataset.file_meta.TransferSyntaxUID = syntax
    data = encode(dataset, preamble=False, meta=False)
    (tmp_path / "whole").write_bytes(data)
    (tmp_path / "cut").write_bytes(data[:-10])
    assert isinstance(read_record(str(tmp_path / "whole")), Record)
    assert read_record(str(tmp_path / "cut")) == "truncated"


def test_lying_size_is_truncated(tmp_path: Path) -> None:
    assert read_record(str(write(tmp_path / "x", mr(Rows=65535, Columns=65535)))) == "truncated"


def test_single_frame_class_with_many_frames_has_no_geometry(tmp_path: Path) -> None:
    path = write(tmp_path / "x", mr(NumberOfFrames=4, PixelData=bytes(4 * 2 * ROWS * COLUMNS)))
    assert read_record(str(path)) == "frames_without_geometry"


def test_deeply_nested_sequences_are_named(tmp_path: Path) -> None:
    data = encode(mr())
    nest = b"".join(
        struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF) + struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
        for _ in range(5000)
    )
    at = data.index(struct.pack("<HH2s", 0x0010, 0x0010, b"PN"))
    (tmp_path / "x").write_bytes(data[:at] + nest + data[at:])
    assert read_record(str(tmp_path / "x")) == "corrupt_header"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "x", mr())
    path.chmod(0)
    assert read_record(str(path)) == "unreadable"


def test_vanished_file_is_named(tmp_path: Path) -> None:
    assert read_record(str(tmp_path / "gone")) == "unreadable"


def test_dicomdir_is_named_by_its_meta_group(tmp_path: Path) -> None:
    sound = b"\0" * 128 + b"DICM" + b"\x02\x00\x02\x00UI\x14\x00" + b"1.2.840.10008.1.3.10"
    sound += b"\x02\x00\x10\x00UI\x14\x00" + b"1.2.840.10008.1.2.1\0" + b"\x04\x00\x30\x11CS\x04\x00" + b"DISC"
    (tmp_path / "DICOMDIR").write_bytes(sound)
    (tmp_path / "BARE").write_bytes(sound[-12:])
    assert read_record(str(tmp_path / "DICOMDIR")) == read_record(str(tmp_path / "BARE")) == "dicomdir"


@pytest.mark.parametrize("kind", ["zip", "gztar", "bztar", "xztar", "tar"])
def test_archives_are_named(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "in" / "x", mr())
    assert read_record(shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path / "in")) == "archive"
