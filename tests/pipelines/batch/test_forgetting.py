"""What one output folder holds of a study is gone after ``vcfimg forget``, and nothing else is."""

import json
import shutil
from pathlib import Path

import pytest

from tests.made_segmenters import FailingSegmenter
from tests.phantom_oracle import PATIENT, Phantom
from vcfimg.phantom.dicom import PhantomImage, PhantomPatient, write_study

AS_OF = ("--as-of", "2026-01-10")
OTHER = PhantomPatient(patient_id="OTHER-77", accession_number="A-77")


@pytest.fixture
def archive(in_process: Phantom, tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    shutil.copytree(in_process.folder, root / "one")
    volume = in_process.study.volumes["t2"]
    write_study([PhantomImage(volume.array, volume.affine, "t2", 3800, 100)], root / "two", seed="two", patient=OTHER)
    return root


def screened(run, archive: Path, out: Path) -> dict[str, str]:
    """Patient ID to study UID."""
    assert run("screen", archive, "--out", out, "--workers", 1, *AS_OF).exit_code in (0, 1)
    listed = json.loads((out / "worklist.json").read_text())["studies"]
    return {one["study"]["patient_id"]: one["study"]["study_instance_uid"] for one in listed}


def traces(out: Path, *identifiers: str) -> list[str]:
    """Files that hold or carry one of the identifiers."""
    return [
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        for name in identifiers
        if name in path.as_posix() or (path.is_file() and name.encode() in path.read_bytes())
    ]


@pytest.mark.parametrize("by", ["study", "patient"])
def test_nothing_is_left_of_a_forgotten_study(run, archive: Path, tmp_path: Path, by: str) -> None:
    out = tmp_path / "out"
    uids = screened(run, archive, out)
    uid, other = uids[PATIENT.patient_id], uids[OTHER.patient_id]
    (out / "reviews").mkdir()
    (out / "reviews" / f"{uid}.json").write_text("{}")
    file = tmp_path / "patients.txt"
    file.write_text(f"{PATIENT.patient_id.lower()}\n")
    asked = ("--study", uid) if by == "study" else ("--patient-file", file)
    done = run("forget", "--out", out, *asked)
    assert done.exit_code == 0, done.output
    assert traces(out, uid, PATIENT.patient_id) == []
    assert len(traces(out, other)) > 3
    audit = (out / ".vcfimg" / "audit.log").read_text().splitlines()
    assert len(audit) == 1
    assert "studies=1" in audit[0]


def test_what_was_sent_elsewhere_is_listed_and_the_record_of_others_stays(run, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    uids = screened(run, archive, out)
    sent = out / ".vcfimg" / "sent.jsonl"
    lines = [json.dumps({"study_instance_uid": uid, "destination": f"pacs of {name}"}) for name, uid in uids.items()]
    sent.write_text("\n".join(lines) + "\n")
    done = run("forget", "--out", out, "--study", uids[OTHER.patient_id])
    assert f"pacs of {OTHER.patient_id}" in done.output
    assert sent.read_text() == lines[list(uids).index(PATIENT.patient_id)] + "\n"


def test_an_unknown_study_leaves_everything_as_it_is(run, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    uids = screened(run, archive, out)
    done = run("forget", "--out", out, "--study", "1.2.3")
    assert done.exit_code == 2
    assert sorted(path.name for path in (out / "studies").iterdir()) == sorted(uids.values())


def test_a_folder_without_output_is_refused(run, tmp_path: Path) -> None:
    done = run("forget", "--out", tmp_path, "--study", "1.2.3")
    assert done.exit_code == 2
    assert "no_output_folder" in done.output
    assert list(tmp_path.iterdir()) == []


def test_study_that_waits_for_a_worker_is_forgotten_by_its_patient(run, archive: Path, tmp_path: Path) -> None:
    """Its job holds headers, paths and facts; nothing of it is in the output folder yet."""
    out, url = tmp_path / "out", f"sqlite:///{tmp_path / 'queue.sqlite'}"
    asked = ("--out", out, "--store", url, "--enqueue", *AS_OF)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.batch.job_text.find_segmenter", lambda name: FailingSegmenter(MemoryError()))
        patch.setattr("pipelines.screen_run.find_segmenter", lambda name: FailingSegmenter(MemoryError()))
        assert run("screen", archive, *asked).exit_code == 0
    assert "2 queued" in run("status", "--store", url).output
    file = tmp_path / "patients.txt"
    file.write_text(f"{PATIENT.patient_id}\n")
    assert run("forget", "--out", out, "--patient-file", file, "--store", url).exit_code == 0
    assert "1 queued" in run("status", "--store", url).output
