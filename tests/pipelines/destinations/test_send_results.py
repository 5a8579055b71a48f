"""Objects are sent where they are read, once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.uid import generate_uid

from pipelines.destinations.destination import Destination
from pipelines.destinations.dicomweb_destination import DicomwebDestination
from pipelines.destinations.dimse_destination import DimseDestination
from pipelines.destinations.send_results import Sent, send_results
from pipelines.destinations.sent_record import SENT, SentRecord
from pipelines.peers.dicomweb import DicomwebServer
from pipelines.peers.peer import DicomwebPeer, DimsePeer
from tests.orthanc import Orthanc, free_port, orthanc
from tests.phantom_oracle import Phantom
from tests.storage_sink import storage_sink

STUDY = "1.2.3"


@pytest.fixture(scope="module")
def server() -> Iterator[Orthanc]:
    with orthanc() as one:
        yield one


@pytest.fixture
def out(phantom: Phantom, tmp_path: Path) -> Path:
    """An output folder with two objects of a study; what they are is all the same to the sending."""
    folder = tmp_path / "studies" / STUDY
    folder.mkdir(parents=True)
    (tmp_path / ".vcfimg").mkdir()
    for name, path in zip(("sr.dcm", "seg.dcm"), sorted(phantom.folder.rglob("*.dcm")), strict=False):
        dataset = pydicom.dcmread(path)
        dataset.StudyInstanceUID = STUDY
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.save_as(folder / name)
    (folder / "broken.dcm").write_bytes(b"no object")
    return tmp_path


def dicomweb(server: Orthanc) -> Destination:
    return DicomwebDestination(DicomwebServer(DicomwebPeer("archive", server.dicomweb, timeout_s=5, attempts=1)))


def dimse(port: int, ae_title: str = "ORTHANC") -> Destination:
    return DimseDestination(DimsePeer("pacs", "127.0.0.1", port, ae_title, timeout_s=5, attempts=1))


def uids(out: Path) -> set[str]:
    return {str(pydicom.dcmread(out / "studies" / STUDY / name).SOPInstanceUID) for name in ("seg.dcm", "sr.dcm")}


def send(out: Path, *places: Destination) -> Sent:
    return send_results(out, [STUDY], places, SentRecord(out / ".vcfimg"))


@pytest.mark.parametrize("by_web", [True, False])
def test_sent_once(server: Orthanc, out: Path, by_web: bool) -> None:
    place = dicomweb(server) if by_web else dimse(server.dicom)
    assert (send(out, place).stored, send(out, place).stored) == (2, 0)
    assert uids(out) <= set(server.instances())
    (out / ".vcfimg" / SENT).unlink()
    again = send(out, place)
    assert (again.stored, again.already_there) == (0, 2)
    assert not again.problems


def test_place_that_answers_no_query_is_remembered(out: Path) -> None:
    with storage_sink() as (port, folder):
        first, second = send(out, dimse(port)), send(out, dimse(port))
        assert len(list(folder.iterdir())) == 2
    assert (first.stored, second.stored) == (2, 0)


def test_one_place_that_is_gone_does_not_stop_the_other(server: Orthanc, out: Path) -> None:
    sent = send(out, dimse(free_port()), dicomweb(server))
    assert sent.stored == 2
    assert [one.code for one in sent.problems] == ["peer_unreachable"]


def test_record_says_what_was_sent_where_without_a_name(server: Orthanc, out: Path) -> None:
    send(out, dicomweb(server))
    lines = [json.loads(line) for line in (out / ".vcfimg" / SENT).read_text().splitlines()]
    assert {line["sop_instance_uid"] for line in lines} == uids(out)
    assert {tuple(line) for line in lines} == {("study_instance_uid", "sop_instance_uid", "destination", "at")}


def test_broken_line_of_the_record_costs_no_other(server: Orthanc, out: Path) -> None:
    send(out, dicomweb(server))
    path = out / ".vcfimg" / SENT
    path.write_bytes(b"\xff{}\n[1]\n" + path.read_bytes()[:-20])
    again: Any = send(out, dicomweb(server))
    assert (again.stored, again.already_there) == (0, 1)
