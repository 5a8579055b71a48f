"""``vcfimg worklist`` over an archive: fetched, screened, ranked, sent; a second run adds nothing."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from tests.orthanc import Orthanc, free_port, missing, orthanc
from tests.phantom_oracle import Phantom
from tests.pipelines.peers.test_ups import Service
from vcfimg.imaging.segmenters import registry


@pytest.fixture
def server(phantom: Phantom) -> Iterator[Orthanc]:
    with orthanc() as one:
        one.add(phantom.folder)
        yield one


@pytest.fixture
def site(server: Orthanc, tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(f"""
[[peers]]
name = "web"
kind = "dicomweb"
url = "{server.dicomweb}"

[[peers]]
name = "pacs"
kind = "dimse"
host = "127.0.0.1"
port = {server.dicom}
ae_title = "ORTHANC"

[[peers]]
name = "gone"
kind = "dimse"
host = "127.0.0.1"
port = {free_port()}
ae_title = "GONE"
attempts = 1

[worklist]
source = "web"
destinations = ["web"]
""")
    return path


@pytest.fixture(autouse=True)
def _truth(phantom: Phantom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The segmenter that knows the truth, where the embedded one is asked for."""
    monkeypatch.setattr("pipelines.screen_run.find_segmenter", lambda name=None: phantom)
    assert registry.find_segmenter


@pytest.mark.parametrize("source", ["web", "pacs"])
def test_from_the_archive_and_back(run: Any, server: Orthanc, site: Path, tmp_path: Path, source: str) -> None:
    out = tmp_path / "out"
    call = (
        "worklist",
        "--config",
        site,
        "--peer",
        source,
        "--out",
        out,
        "--workers",
        1,
        "--format",
        "json,csv,html,seg,sr",
    )
    images = server.instances()
    first = run(*call, "--as-of", "2026-01-10")
    assert first.exit_code == 0, first.output
    assert "L1" in first.output
    objects = {path.name for path in out.glob("studies/*/*.dcm")}
    assert objects == {"seg.dcm", "sr.dcm"}
    there = server.instances()
    assert len(there) == len(images) + 2
    for day in ("2026-01-10", "2026-01-11"):
        assert run(*call, "--as-of", day).exit_code == 0
        assert server.instances() == there
    spooled = list((out / ".vcfimg" / "spool").iterdir())
    assert len(spooled) == 1
    assert spooled[0].stat().st_mode & 0o077 == 0
    forgotten = run("forget", "--study", spooled[0].name, "--out", out)
    assert forgotten.exit_code == 0, forgotten.output
    assert not list((out / ".vcfimg" / "spool").iterdir())
    assert "web" in forgotten.output


def test_priorities_are_proposed_where_the_site_reads_them(run: Any, site: Path, tmp_path: Path) -> None:
    service = Service()
    entry = f"""
[[peers]]
name = "ups"
kind = "dimse"
host = "127.0.0.1"
port = {service.port}
ae_title = "UPS"

[worklist]
priorities = ["ups"]
"""
    site.write_text(site.read_text().replace("\n[worklist]", entry))
    for _ in range(2):
        result = run("worklist", "--config", site, "--out", tmp_path / "out", "--as-of", "2026-01-10")
        assert result.exit_code == 0, result.output
    service.end()
    (item,) = service.items.values()
    row = json.loads((tmp_path / "out" / "worklist.json").read_text())["studies"][0]
    assert (item.StudyInstanceUID, item.PatientID) == (row["study"]["study_instance_uid"], "ID-SECRET-7")
    assert row["priority"]["class"] != "routine"
    assert item.ScheduledProcedureStepPriority in {"HIGH", "MEDIUM"}


def test_reading_list_names_the_studies(run: Any, server: Orthanc, site: Path, tmp_path: Path) -> None:
    rows = tmp_path / "list.csv"
    rows.write_text("accession_number;room\nACC-8;2\n")
    result = run("worklist", "--config", site, "--csv", rows, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "No study" in result.output
    rows.write_text("accession_number;room\nACC-7;1\n")
    result = run("worklist", "--dicomweb", server.dicomweb, "--csv", rows, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.stdout)["studies"]) == 1
    rows.write_text("room\n1\n")
    assert run("worklist", "--config", site, "--csv", rows, "--out", tmp_path / "out").exit_code == 2


@contextmanager
def modality_worklist(folder: Path, *accession_numbers: str) -> Iterator[str]:
    """DCMTK's worklist server with these entries; its address."""
    program = Path("/usr/bin/wlmscpfs")
    if not program.exists():
        missing("wlmscpfs is not installed (Debian package dcmtk)")
    place = folder / "WLMSCP"
    place.mkdir(parents=True)
    (place / "lockfile").touch()
    for number in accession_numbers:
        step = Dataset()
        step.Modality, step.ScheduledStationAETitle = "MR", "SCANNER"
        step.ScheduledProcedureStepStartDate, step.ScheduledProcedureStepStartTime = "20260102", "0900"
        step.ScheduledPerformingPhysicianName, step.ScheduledProcedureStepDescription = "", "MR spine"
        step.ScheduledProcedureStepID = "1"
        entry = Dataset()
        entry.PatientName, entry.PatientID, entry.AccessionNumber = "NAME^SECRET", "ID-SECRET-7", number
        entry.PatientBirthDate, entry.PatientSex, entry.RequestedProcedureID = "19510203", "F", "1"
        entry.RequestedProcedureDescription, entry.RequestedProcedurePriority = "MR spine", "ROUTINE"
        entry.ReferringPhysicianName, entry.StudyInstanceUID = "", ""
        entry.ScheduledProcedureStepSequence = [step]
        entry.file_meta = FileMetaDataset()
        entry.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        entry.file_meta.MediaStorageSOPClassUID = "1.2.276.0.7230010.3.1.0.1"
        entry.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        entry.save_as(place / f"{number}.wl", enforce_file_format=True)
    port = free_port()
    process = subprocess.Popen([str(program), "-dfp", str(folder), "-dfr", str(port)])
    time.sleep(0.5)
    try:
        yield f"WLMSCP@127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(("listed", "number"), [(("ACC-7", "ACC-9"), 1), (("ACC-9",), 0), ((), 0)])
def test_modality_worklist_names_the_studies(
    run: Any, site: Path, tmp_path: Path, listed: tuple[str, ...], number: int
) -> None:
    with modality_worklist(tmp_path / "mwl", *listed) as address:
        call = ("worklist", "--config", site, "--out", tmp_path / "out", "--mwl", address, "--log-json", "--json")
        result = run(*call, "--from", "2026-01-02", "--to", "2026-01-02")
    assert result.exit_code == 0, result.output
    assert "SECRET" not in result.stderr
    assert len(list((tmp_path / "out").glob("studies/*/result.json"))) == number
    if not number:
        assert "No study" in result.stdout


def test_destination_that_is_gone_is_told(run: Any, site: Path, tmp_path: Path) -> None:
    site.write_text(site.read_text().replace('destinations = ["web"]', 'destinations = ["gone"]'))
    result = run("worklist", "--config", site, "--out", tmp_path / "out", "--format", "json,csv,html,sr")
    assert result.exit_code == 1
    assert "peer_unreachable" in result.output


def test_echo(run: Any, site: Path) -> None:
    result = run("pacs", "echo", "--config", site)
    assert result.exit_code == 1
    lines = {line.split(":")[0]: line for line in result.output.splitlines()}
    assert "answers" in lines["web"]
    assert "answers" in lines["pacs"]
    assert "peer_unreachable" in lines["gone"]
    assert run("pacs", "echo", "web", "--config", site).exit_code == 0
    assert run("pacs", "echo", "nobody", "--config", site).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--peer", "web"),
        ("--config", "SITE", "IN"),
        ("--config", "SITE", "--from", "yesterday"),
        ("--config", "SITE", "--every", "soon"),
        ("--config", "SITE", "--peer", "nobody"),
        ("IN", "--from", "2026-01-01"),
        ("IN", "--mwl", "A@localhost:104"),
        ("--config", "SITE", "--mwl", "localhost"),
    ],
)
def test_unusable_arguments(run: Any, site: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    given = [{"SITE": site, "IN": tmp_path}.get(one, one) for one in arguments]
    assert run("worklist", *given, "--out", tmp_path / "out").exit_code == 2
