import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests.loaders.mr_files import encode, mr
from tests.loaders.written_stacks import edit, write_stack
from vcfimg.loaders import scan
from vcfimg.loaders.headers.charset import decode_text, python_encodings
from vcfimg.phantom.dicom_vendor import STYLES, Vendor

HOSTILE = ("punycode", "idna", "hex", "base64", "zlib", "bz2", "rot13", "undefined", "unicode_escape", "utf_7", "foo")
TERMS = ("", "ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 87", "ISO 2022 IR 149", "ISO 2022 IR 58", "GB18030", *HOSTILE)


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Rücken".encode("latin-1"), "ISO_IR 100", "Rücken"),
        ("Rücken".encode("latin-1"), "iso-ir 100", "Rücken"),
        ("Rücken".encode(), "ISO_IR 192", "Rücken"),
        ("Rücken".encode(), "UTF-8", "Rücken"),
        ("脊柱".encode("gb18030"), "GB18030", "脊柱"),
        (b"\x1b$B@TCl\x1b(B", "\\ISO 2022 IR 87", "脊柱"),
        (b"\x1b$B@TCl\x1b(B", "\\rot13\\ISO 2022 IR 87", "脊柱"),
    ],
)
def test_defined_terms_are_followed(data: bytes, charset: str, text: str) -> None:
    assert decode_text(data, charset) == text


@pytest.mark.parametrize("charset", HOSTILE)
def test_other_codecs_are_not_used(charset: str) -> None:
    assert python_encodings(charset) == ["latin-1"]
    assert decode_text(b"R\xfccken", charset) == "Rücken"


@given(
    st.lists(st.sampled_from(TERMS), min_size=1, max_size=4),
    st.lists(
        st.sampled_from((b"\x1b", b"\x1b$B", b"\x1b$)C", b"\x1b(J", b"\x1b-A", b"\xe9", b"\xff", b"a", b"=", b"\x80"))
    ),
)
def test_nothing_raises(charset: list[str], pieces: list[bytes]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert isinstance(decode_text(b"".join(pieces), "\\".join(charset)), str)


@pytest.mark.parametrize("charset", HOSTILE)
def test_a_hostile_character_set_does_not_stop_the_scan(tmp_path: Path, charset: str) -> None:
    data = encode(mr(SpecificCharacterSet="ISO_IR 100", StudyDescription="LWS R\xfccken"))
    (tmp_path / "x").write_bytes(data.replace(b"\x0a\x00ISO_IR 100", b"\x0e\x00" + charset.encode().ljust(14)))
    (study,) = scan(tmp_path).studies
    assert study.study_description == "LWS Rücken"


@pytest.mark.parametrize("charset", ["hex", "ISO_IR 100\\hex"])
def test_nor_does_it_in_a_multi_frame_file(tmp_path: Path, charset: str) -> None:
    vendor = next(vendor for vendor in Vendor if STYLES[vendor].enhanced)
    (path,) = write_stack(tmp_path, vendor=vendor)

    def name(dataset: Dataset) -> None:
        dataset.SpecificCharacterSet, dataset.StudyDescription = "ISO_IR 100", "LWS R\xfccken"

    edit([path], name)
    path.write_bytes(path.read_bytes().replace(b"\x0a\x00ISO_IR 100", b"\x0e\x00" + charset.encode().ljust(14)))
    (study,) = scan(tmp_path).studies
    assert study.study_description == "LWS Rücken"
