"""Studies of a real Orthanc, and of servers that misbehave."""

import datetime
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pydicom
import pytest
import requests
from pydicom.uid import generate_uid

from pipelines.batch.executor import InThisProcess
from pipelines.batch.job import Settings
from pipelines.batch.run_source import run_source
from pipelines.peers.dicomweb import DicomwebServer
from pipelines.peers.dimse_archive import DimseArchive
from pipelines.peers.peer import DicomwebPeer, DimsePeer
from pipelines.sources.archive_source import ArchiveSource
from pipelines.sources.spool import Spool
from pipelines.sources.study_query import StudyQuery
from tests.orthanc import Orthanc, free_port, orthanc
from tests.phantom_oracle import Phantom
from vcfimg.errors import PeerError
from vcfimg.policy import load_policy
from vcfimg.reports import iter_results


@pytest.fixture(scope="module")
def archive(phantom: Phantom) -> Iterator[Orthanc]:
    with orthanc() as server:
        server.add(phantom.folder)
        yield server


def peer(url: str, **changes: Any) -> DicomwebPeer:
    return replace(DicomwebPeer("archive", url, timeout_s=5, attempts=2), **changes)


def by_dimse(server: Orthanc, spool: Path, **changes: Any) -> ArchiveSource:
    own = replace(DimsePeer("pacs", "127.0.0.1", server.dicom, "ORTHANC", timeout_s=5, attempts=2), **changes)
    return ArchiveSource(DimseArchive(own), StudyQuery(), Spool(spool))


def by_dicomweb(server: Orthanc, spool: Path) -> ArchiveSource:
    return source(server.dicomweb, spool)


def source(url: str, spool: Path, query: StudyQuery | None = None, **changes: Any) -> ArchiveSource:
    return ArchiveSource(DicomwebServer(peer(url, **changes)), query or StudyQuery(), Spool(spool))


def copies(folder: Path, target: Path, **changes: Any) -> Path:
    """The files of a study with other values."""
    for path in folder.rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        for name, value in changes.items():
            setattr(dataset, name, value)
        made = target / path.relative_to(folder)
        made.parent.mkdir(parents=True, exist_ok=True)
        dataset.save_as(made)
    return target


@pytest.mark.parametrize("way", [by_dicomweb, by_dimse])
def test_gives_what_the_server_holds(archive: Orthanc, phantom: Phantom, tmp_path: Path, way: Any) -> None:
    own = way(archive, tmp_path / "spool")
    (study,) = own.studies()
    info = own.identifiers()[0]
    assert (info.patient_id, info.accession_number, info.study_date) == ("ID-SECRET-7", "ACC-7", "2026-01-02")
    assert {series.role for series in study.series} == {"t2", "stir"}
    sent = {path.read_bytes()[-5000:] for path in phantom.folder.rglob("*.dcm")}
    assert {path.read_bytes()[-5000:] for path in (tmp_path / "spool").rglob("*.dcm")} == sent
    assert not own.problems()
    assert not own.skipped().counts


@pytest.mark.parametrize("way", [by_dicomweb, by_dimse])
def test_what_lies_in_the_spool_is_not_fetched_again(archive: Orthanc, tmp_path: Path, way: Any) -> None:
    list(way(archive, tmp_path).studies())
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.dcm")}
    list(way(archive, tmp_path).studies())
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.dcm")} == before
    next(iter(before)).unlink()
    list(way(archive, tmp_path).studies())
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.dcm")}
    assert len(after) == len(before)
    assert sum(after[path] == before[path] for path in before) == len(before) - 1


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (StudyQuery(first=datetime.date(2026, 1, 2), last=datetime.date(2026, 1, 2)), 1),
        (StudyQuery(first=datetime.date(2026, 1, 3)), 0),
        (StudyQuery(last=datetime.date(2026, 1, 1)), 0),
        (StudyQuery(accession_numbers=("ACC-7", "ACC-8")), 1),
        (StudyQuery(studies=("1.2.3",)), 0),
        (StudyQuery(accession_numbers=("*",)), 0),
    ],
)
def test_asks_for_what_is_meant(archive: Orthanc, tmp_path: Path, query: StudyQuery, number: int) -> None:
    assert len(source(archive.dicomweb, tmp_path, query).identifiers()) == number


@pytest.mark.parametrize("way", [by_dicomweb, by_dimse])
def test_series_that_cannot_be_measured_are_left_there(phantom: Phantom, tmp_path: Path, way: Any) -> None:
    with orthanc() as server:
        server.add(phantom.folder)
        turned = generate_uid()
        for path in sorted(phantom.folder.rglob("*.dcm"))[:3]:
            dataset = pydicom.dcmread(path)
            for name, orientation, description in (
                ("coronal", [1, 0, 0, 0, 0, -1], "T2 COR"),
                ("scout", list(dataset.ImageOrientationPatient), "LOCALIZER"),
            ):
                dataset.SeriesInstanceUID = f"{turned[:50]}.{name == 'coronal':d}"
                dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
                dataset.ImageOrientationPatient, dataset.SeriesDescription = orientation, description
                dataset.save_as(tmp_path / f"{name}{path.name}")
        server.add(tmp_path)
        (study,) = way(server, tmp_path / "spool").studies()
    assert [one.plane for one in study.series] == ["sagittal", "sagittal"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"PatientBirthDate": "19990101"}, "mixed_patients"),
        # Orthanc keeps these apart and answers for neither.
        ({"PatientID": "SOMEBODY-ELSE"}, "peer_refused"),
    ],
)
def test_another_patient_under_the_same_study_is_told(
    phantom: Phantom, tmp_path: Path, settings: Settings, changes: dict[str, str], told: str
) -> None:
    other = copies(phantom.folder, tmp_path / "other", **changes)
    for path in sorted(other.rglob("*.dcm")):
        dataset = pydicom.dcmread(path)
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.save_as(path)
    with orthanc() as server:
        server.add(phantom.folder)
        server.add(other)
        summary = run(server.dicomweb, settings)
    assert summary.failed
    document = worklist(settings)
    results = [one.failure.code for one in iter_results(settings.out) if one.failure]
    assert [*results, *(one["code"] for one in document["problems"])] == [told]
    assert len(document["studies"]) == 1


@pytest.fixture
def settings(phantom: Phantom, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "out", load_policy(), datetime.date(2026, 1, 10), segmenter=phantom)


def run(url: str, settings: Settings, **changes: Any) -> Any:
    @contextmanager
    def opened(private: Path) -> Iterator[ArchiveSource]:
        yield source(url, private / "spool", **changes)

    return run_source(opened, settings, executor=InThisProcess(), show_progress=False)


def test_a_second_run_and_the_next_day_add_nothing(archive: Orthanc, settings: Settings) -> None:
    assert dict(run(archive.dicomweb, settings).by_action) == {"screened": 1}
    files = {path: path.stat().st_mtime_ns for path in (settings.out / "studies").rglob("*")}
    assert dict(run(archive.dicomweb, settings).by_action) == {"unchanged": 1}
    tomorrow = replace(settings, as_of=datetime.date(2026, 1, 11))
    assert dict(run(archive.dicomweb, tomorrow).by_action) == {"unchanged": 1}
    assert {path: path.stat().st_mtime_ns for path in (settings.out / "studies").rglob("*")} == files


def test_server_that_is_gone_is_an_error_of_the_run(settings: Settings) -> None:
    with pytest.raises(PeerError) as caught:
        run(f"http://127.0.0.1:{free_port()}/dicom-web", settings, timeout_s=1, attempts=1)
    assert caught.value.code == "peer_unreachable"


def test_server_that_stops_in_the_middle_leaves_a_list_that_says_so(
    phantom: Phantom, settings: Settings, tmp_path: Path
) -> None:
    with orthanc() as server:
        server.add(phantom.folder)
        second = copies(phantom.folder, tmp_path / "2", StudyInstanceUID="1.2.840.9", PatientID="P2")
        for path in second.rglob("*.dcm"):
            dataset = pydicom.dcmread(path)
            dataset.SeriesInstanceUID = str(dataset.SeriesInstanceUID)[:55] + ".9"
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            dataset.save_as(path)
        server.add(second)

        @contextmanager
        def stopping(private: Path) -> Iterator[ArchiveSource]:
            own = source(server.dicomweb, private / "spool", attempts=1)
            release = own.release

            def released(uid: str) -> None:
                release(uid)
                server.stop()

            own.release = released  # type: ignore[method-assign]
            yield own

        summary = run_source(stopping, settings, executor=InThisProcess(), workers=1, show_progress=False)
        assert summary.failed
        listed = worklist(settings)
        assert [one["code"] for one in listed["problems"]] == ["peer_unreachable"]
        codes = [one["failure"] and one["failure"]["code"] for one in listed["studies"]]
        assert sorted(codes, key=str) == [None, "peer_unreachable"]
        assert "unscreened" in [one["priority"]["class"] for one in listed["studies"]]
        server.start()
        summary = run(server.dicomweb, settings)
    assert dict(summary.by_status) == {"ok": 2}
    assert dict(summary.by_action) == {"unchanged": 1, "screened": 1}
    assert not worklist(settings)["problems"]


def worklist(settings: Settings) -> dict[str, Any]:
    return json.loads((settings.out / "worklist.json").read_text("utf-8"))


class Meddling:
    """A server between us and an Orthanc that spoils some of the answers."""

    def __init__(self, behind: str, spoil: Any) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer = requests.get(behind + self.path, headers={"Accept": self.headers["Accept"]}, timeout=20)
                status, content = spoil(self.path, answer.status_code, answer.content)
                self.send_response(status)
                self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *unused: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/dicom-web"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize(("from_bytes", "lost"), [(100_000, False), (1_000, True)])
def test_answers_that_break_off(archive: Orthanc, settings: Settings, from_bytes: int, lost: bool) -> None:
    """Series that break off are asked for image by image; where these break off as well, the study says so."""

    def cut(path: str, status: int, content: bytes) -> tuple[int, bytes]:
        images = "/series/" in path and "metadata" not in path
        return status, content[: len(content) // 2] if images and len(content) > from_bytes else content

    meddling = Meddling(archive.address, cut)
    summary = run(meddling.url, settings, timeout_s=3, attempts=1)
    meddling.close()
    assert summary.failed is lost
    document = worklist(settings)
    assert {one["code"] for one in document["problems"]} == ({"not_fetched", "no_images"} if lost else set())
    assert (document["studies"][0]["status"] == "ok") is not lost


def test_errors_of_one_study_do_not_stop_the_others(archive: Orthanc, settings: Settings) -> None:
    meddling = Meddling(archive.address, lambda path, status, content: (404 if "/series" in path else status, content))
    summary = run(meddling.url, settings, attempts=1)
    meddling.close()
    assert summary.failed
    document = worklist(settings)
    assert [one["code"] for one in document["problems"]] == ["peer_refused"]
    assert document["studies"][0]["failure"]["code"] == "peer_refused"
    assert document["studies"][0]["priority"]["class"] == "unscreened"


def test_nonsense_is_an_answer_that_cannot_be_read(archive: Orthanc, tmp_path: Path) -> None:
    meddling = Meddling(archive.address, lambda path, status, content: (200, b"{" * len(content)))
    with pytest.raises(PeerError) as caught:
        source(meddling.url, tmp_path).identifiers()
    meddling.close()
    assert caught.value.code == "peer_answer"


def test_password_is_used_and_never_told(phantom: Phantom, tmp_path: Path) -> None:
    with orthanc(AuthenticationEnabled=True, RegisteredUsers={"vcf": "pass-word-7"}) as server:
        right = peer(server.dicomweb, user="vcf", password="pass-word-7")
        DicomwebServer(right).echo()
        with pytest.raises(PeerError) as caught:
            DicomwebServer(replace(right, password="wrong-word-7")).echo()
    assert caught.value.code == "peer_refused"
    assert "word-7" not in caught.value.message
    assert "word-7" not in repr(right)
