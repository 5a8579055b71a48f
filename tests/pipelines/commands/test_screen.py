import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.phantom_oracle import PATIENT, Phantom
from vcfimg.reports import read_result

AS_OF = ("--as-of", "2026-01-10")


def result_file(out: Path) -> Path:
    return next((out / "studies").glob("*/result.json"))


def clinical_file(folder: Path, **facts: object) -> Path:
    path = folder / "clinical.json"
    path.write_text(json.dumps({"patients": [{"patient_id": PATIENT.patient_id, **facts}]}))
    return path


def test_writes_everything_that_is_promised(run, in_process: Phantom, tmp_path: Path):
    done = run("screen", in_process.folder, "--out", tmp_path, *AS_OF)
    assert done.exit_code == 0, done.output
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    uid = result_file(tmp_path).parent.name
    assert {"summary.csv", "worklist.csv", "worklist.json", "index.html", ".vcfimg/index.sqlite"} <= names
    assert {f"studies/{uid}/result.json", f"studies/{uid}/report.html"} <= names
    assert f"Page: {tmp_path / 'index.html'}" in done.stdout


def test_needs_no_optional_package(run, in_process: Phantom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("matplotlib", "highdicom", "fhir", "nibabel"):
        monkeypatch.setitem(sys.modules, name, None)
    done = run("screen", in_process.folder, "--out", tmp_path, *AS_OF)
    assert done.exit_code == 0, done.output
    result = read_result(result_file(tmp_path))
    assert result.status == "ok"
    assert "no_pictures" not in [note.code for note in result.image_notes]
    assert (result_file(tmp_path).parent / "thumbnail.jpg").is_file()


def test_fault_in_drawing_costs_only_the_pictures(
    run, in_process: Phantom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def cannot_draw(*arguments: object, **options: object) -> None:
        raise RuntimeError(PATIENT.name)

    monkeypatch.setattr("vcfimg.reports.pictures.figures.render_figures", cannot_draw)
    assert run("screen", in_process.folder, "--out", tmp_path, *AS_OF).exit_code == 0
    result = read_result(result_file(tmp_path))
    assert result.status == "ok"
    assert [note.code for note in result.image_notes if note.code == "no_pictures"] == ["no_pictures"]
    assert "SECRET" not in "".join(note.text for note in result.image_notes)
    assert (result_file(tmp_path).parent / "report.html").is_file()


def test_json_alone_writes_no_page(run, in_process: Phantom, tmp_path: Path):
    assert run("screen", in_process.folder, "--out", tmp_path, "--format", "json", *AS_OF).exit_code == 0
    assert not list(tmp_path.rglob("report.html"))


def test_page_that_is_no_longer_wanted_goes(run, in_process: Phantom, tmp_path: Path):
    run("screen", in_process.folder, "--out", tmp_path, *AS_OF)
    clinical = clinical_file(tmp_path, cancer=True)
    done = run("screen", in_process.folder, "--out", tmp_path, "--format", "json", "--clinical", clinical, *AS_OF)
    assert done.exit_code == 0
    assert not list(tmp_path.rglob("report.html"))


def test_nothing_is_said_of_the_patient(run, in_process: Phantom, tmp_path: Path):
    clinical = clinical_file(tmp_path, pain_vas=11)
    done = run("screen", in_process.folder, "--out", tmp_path, "--clinical", clinical, *AS_OF)
    assert done.exit_code == 1
    for secret in (PATIENT.patient_id, "SECRET", PATIENT.birth_date, PATIENT.accession_number):
        assert secret not in done.output


def test_log_lines_can_be_json(run, in_process: Phantom, tmp_path: Path):
    done = run("screen", in_process.folder, "--out", tmp_path, "--log-json", *AS_OF)
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["event"] for event in events] == ["scanned", "screened", "finished"]
    assert events[1]["study"] == result_file(tmp_path).parent.name
    assert events[1]["status"] == "ok"


def test_refused_record_gives_exit_1_and_is_listed(run, in_process: Phantom, tmp_path: Path):
    clinical = clinical_file(tmp_path, pain_vas=11)
    assert run("screen", in_process.folder, "--out", tmp_path, "--clinical", clinical, *AS_OF).exit_code == 1
    problems = json.loads((tmp_path / "worklist.json").read_text())["problems"]
    assert any(one["code"] == "clinical_record_refused" and "pain_vas" in one["text"] for one in problems)


@pytest.mark.parametrize("content", ['{"patients": []}', "[]"])
def test_file_without_any_record_gives_exit_1_and_is_listed(run, in_process: Phantom, tmp_path: Path, content: str):
    clinical = tmp_path / "clinical.json"
    clinical.write_text(content)
    done = run("screen", in_process.folder, "--out", tmp_path, "--format", "json", "--clinical", clinical, *AS_OF)
    assert done.exit_code == 1
    assert "no_patients" in done.stderr
    problems = json.loads((tmp_path / "worklist.json").read_text())["problems"]
    assert [(one["code"], one["text"]) for one in problems] == [
        ("no_patients", "clinical.json: holds no patient record")
    ]


def test_unmatched_record_is_listed_without_failing(run, in_process: Phantom, tmp_path: Path):
    clinical = tmp_path / "clinical.json"
    clinical.write_text(json.dumps([{"patient_id": "NOBODY-HERE"}]))
    assert run("screen", in_process.folder, "--out", tmp_path, "--clinical", clinical, *AS_OF).exit_code == 0
    problems = json.loads((tmp_path / "worklist.json").read_text())["problems"]
    assert [one["code"] for one in problems] == ["clinical_record_unmatched"]


def test_corrections_rename_the_levels(run, in_process: Phantom, tmp_path: Path):
    run("screen", in_process.folder, "--out", tmp_path, *AS_OF)
    uid = result_file(tmp_path).parent.name
    levels = tmp_path / "levels.json"
    levels.write_text(json.dumps({uid: {"4": "L2"}}))
    assert run("screen", in_process.folder, "--out", tmp_path, "--levels", levels, *AS_OF).exit_code == 0
    found = {one.id: one.level for one in read_result(result_file(tmp_path)).vertebrae}
    assert (found[3], found[4], found[5]) == ("L1", "L2", "L3")


def test_folder_without_images_is_unusable(run, in_process: Phantom, tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("nothing")
    done = run("screen", tmp_path / "in", "--out", tmp_path / "out", *AS_OF)
    assert done.exit_code == 2
    assert "nothing usable" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "json,dicomdir"),
        ("--format", "nifti"),
        ("--dask", "tcp://127.0.0.1:8786"),
        ("--store", "postgresql://x"),
        ("--as-of", "tomorrow"),
        ("--policy", "no-such-policy"),
        ("--workers", "-1"),
    ],
)
def test_what_is_not_available_is_exit_2(run, in_process: Phantom, tmp_path: Path, arguments: tuple[str, str]):
    done = run("screen", in_process.folder, "--out", tmp_path / "out", *arguments)
    assert done.exit_code == 2
    assert not (tmp_path / "out" / "index.html").exists()


def test_unknown_segmenter_is_exit_2(run, phantom: Phantom, tmp_path: Path):
    assert run("screen", phantom.folder, "--out", tmp_path, "--segmenter", "nobody").exit_code == 2


def test_missing_input_is_exit_2(run, tmp_path: Path):
    assert run("screen", tmp_path / "absent", "--out", tmp_path).exit_code == 2


def test_unreadable_clinical_file_is_exit_2(run, in_process: Phantom, tmp_path: Path):
    (tmp_path / "c.json").write_text("{")
    done = run("screen", in_process.folder, "--out", tmp_path / "out", "--clinical", tmp_path / "c.json")
    assert done.exit_code == 2
    assert "malformed_json" in done.stderr


def test_output_folder_serves_one_run_at_a_time(run, in_process: Phantom, tmp_path: Path):
    from pipelines.batch.lock import only_run

    with only_run(tmp_path / ".vcfimg"):
        done = run("screen", in_process.folder, "--out", tmp_path, *AS_OF)
    assert done.exit_code == 2
    assert "folder_in_use" in done.stderr


def test_worklist_prints_rank_and_reasons(run, in_process: Phantom, tmp_path: Path):
    done = run("worklist", in_process.folder, "--out", tmp_path, *AS_OF)
    assert done.exit_code == 0
    worklist = json.loads((tmp_path / "worklist.json").read_text())
    (study,) = worklist["studies"]
    assert f"  1. {study['priority']['class']}" in done.stdout
    assert study["study"]["study_instance_uid"] in done.stdout
    assert all(reason in done.stdout for reason in study["priority"]["reasons"])
    assert PATIENT.patient_id not in done.stdout


@pytest.mark.parametrize("source", [("--dicomweb", "https://pacs.example/dicom-web"), ("--mwl", "A@127.0.0.1:104"), ()])
def test_worklist_sources_that_do_not_exist_are_exit_2(run, tmp_path: Path, source: tuple[str, ...]):
    assert run("worklist", "--out", tmp_path, *source).exit_code == 2


def test_explain_tells_one_level(run, in_process: Phantom, tmp_path: Path):
    run("screen", in_process.folder, "--out", tmp_path, *AS_OF)
    (flagged,) = read_result(result_file(tmp_path)).recommendations
    done = run("explain", result_file(tmp_path), "--level", str(flagged.level or flagged.vertebra_id))
    assert done.exit_code == 0
    assert flagged.status.value in done.stdout
    assert run("explain", result_file(tmp_path), "--level", "C3").exit_code == 2
    assert run("explain", tmp_path).exit_code == 2


def test_input_may_be_a_single_folder_among_junk(run, in_process: Phantom, study_copy: Path, tmp_path: Path):
    (study_copy / "readme.txt").write_text("junk")
    shutil.copy(next(study_copy.rglob("*.dcm")), study_copy / "again.dcm")
    assert run("screen", study_copy, "--out", tmp_path / "out", *AS_OF).exit_code == 0
    assert read_result(result_file(tmp_path / "out")).skipped_files == {"not_dicom": 2, "duplicate": 1}
