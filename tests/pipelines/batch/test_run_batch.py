import datetime
import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch.executor import InThisProcess
from pipelines.batch.job import Settings
from pipelines.batch.run_batch import Summary
from pipelines.batch.run_folders import run_folders
from pipelines.batch.time_limits import StudyTimeout
from tests.made_segmenters import FailingSegmenter
from tests.phantom_oracle import PATIENT, Phantom
from tests.reports.page_reader import Page
from vcfimg.errors import LoadError, ReportError
from vcfimg.imaging.raw import SegmenterInfo
from vcfimg.loaders import read_volume
from vcfimg.loaders.damage import refusing
from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.policy import load_policy
from vcfimg.reports import iter_results, read_result
from vcfimg.reports.paths import THUMBNAIL

AS_OF = datetime.date(2026, 1, 10)


@pytest.fixture
def settings(phantom: Phantom, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "out", load_policy(), AS_OF, segmenter=phantom)


@pytest.fixture
def looks(in_process: Phantom) -> list[str]:
    """Grows by one whenever images are segmented."""
    in_process.looks.clear()
    return in_process.looks


@pytest.fixture(scope="session")
def three_studies(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fractured study, one whose pixels are spoilt, one of axial images alone, and junk between them."""
    root = tmp_path_factory.mktemp("archive")
    shutil.copytree(phantom.folder, root / "good")
    volume = phantom.study.volumes["t2"]
    image = PhantomImage(volume.array, volume.affine, "t2", 3800, 100)
    for path in write_study([image], root / "spoilt", seed="spoilt", encoding="jpeg_ls"):
        data = bytearray(path.read_bytes())
        data[-4000:-200] = bytes(3800)
        path.write_bytes(data)
    from vcfimg.phantom.dicom import axial_localizer

    write_study([axial_localizer(image)], root / "axial", seed="axial")
    (root / "good" / "readme.txt").write_text("junk")
    (root / "empty.dcm").write_bytes(b"")
    (root / "noise.dcm").write_bytes(bytes(range(256)) * 40)
    return root


def screen_folders(inputs: list[Path], settings: Settings, **options: Any) -> Summary:
    """A batch that works in this process, whatever is in the folders."""
    return run_folders(inputs, settings, **{"executor": InThisProcess(), **options})


def files_of(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def only_result(out: Path) -> Any:
    (path,) = (out / "studies").glob("*/result.json")
    return read_result(path)


def facts_file(folder: Path, **facts: object) -> Path:
    path = folder / "clinical.json"
    path.write_text(json.dumps([{"patient_id": PATIENT.patient_id, **facts}]))
    return path


def did(summary: Summary) -> dict[str, int]:
    return dict(summary.by_action)


def test_bad_study_is_named_and_the_others_are_screened(three_studies: Path, looks: list[str], settings: Settings):
    summary = screen_folders([three_studies], settings)
    assert dict(summary.by_status) == {"ok": 1, "failed": 1, "no_spine_series": 1}
    assert summary.failed
    failed = next(one for one in iter_results(settings.out) if one.status == "failed")
    assert failed.failure is not None
    assert failed.failure.stage == "load"
    assert failed.failure.message
    worklist = json.loads((settings.out / "worklist.json").read_text())
    assert [one["priority"]["class"] for one in worklist["studies"]][1:] == ["unscreened", "unscreened"]


def test_junk_is_counted_beside_its_study(three_studies: Path, looks: list[str], settings: Settings):
    summary = screen_folders([three_studies], settings)
    assert summary.skipped_files == {"not_dicom": 3, "empty_file": 1}
    named = (settings.out / ".vcfimg" / "skipped.csv").read_text("utf-8").splitlines()
    assert f"{three_studies},empty.dcm,empty_file" in named
    assert len(named) == 5
    good = next(one for one in iter_results(settings.out) if one.status == "ok")
    assert good.skipped_files == {"not_dicom": 2}  # the text and the phantom's truth


def test_files_left_aside_stop_nothing_when_they_cannot_be_named(in_process: Phantom, settings: Settings):
    (settings.out / ".vcfimg" / "skipped.csv" / "full").mkdir(parents=True)
    assert not screen_folders([in_process.folder], settings).failed


def test_second_run_changes_nothing(three_studies: Path, looks: list[str], settings: Settings):
    screen_folders([three_studies], settings)
    before, seen = files_of(settings.out / "studies"), len(looks)
    summary = screen_folders([three_studies], settings)
    assert did(summary) == {"unchanged": 3}
    assert summary.failed
    assert files_of(settings.out / "studies") == before
    assert len(looks) == seen


def test_moved_files_change_nothing(study_copy: Path, looks: list[str], settings: Settings):
    screen_folders([study_copy], settings)
    study_copy.rename(study_copy.parent / "elsewhere")
    assert did(screen_folders([study_copy.parent / "elsewhere"], settings)) == {"unchanged": 1}
    assert len(looks) == 1


def test_lost_index_is_no_loss(in_process: Phantom, looks: list[str], settings: Settings):
    screen_folders([in_process.folder], settings)
    (settings.out / ".vcfimg" / "index.sqlite").unlink()
    assert did(screen_folders([in_process.folder], settings)) == {"unchanged": 1}
    (settings.out / ".vcfimg" / "index.sqlite").write_bytes(b"not a database, at least not one of this kind" * 99)
    assert did(screen_folders([in_process.folder], settings)) == {"unchanged": 1}
    assert len(looks) == 1


def test_lost_index_does_not_hide_other_words(
    in_process: Phantom, looks: list[str], settings: Settings, tmp_path: Path
):
    (tmp_path / "words.toml").write_text('[stir]\nwords = ["wirbelx"]\n')
    with_words = replace(settings, site_words=tmp_path / "words.toml")
    screen_folders([in_process.folder], with_words)
    (settings.out / ".vcfimg" / "index.sqlite").unlink()
    assert did(screen_folders([in_process.folder], with_words)) == {"unchanged": 1}
    (settings.out / ".vcfimg" / "index.sqlite").unlink()
    assert did(screen_folders([in_process.folder], settings)) == {"screened": 1}
    (settings.out / ".vcfimg" / "index.sqlite").unlink()
    assert did(screen_folders([in_process.folder], with_words)) == {"screened": 1}
    (note,) = [note for note in only_result(settings.out).image_notes if note.code == "site_words"]
    (tmp_path / "words.toml").write_text("")
    (settings.out / ".vcfimg" / "index.sqlite").unlink()
    assert did(screen_folders([in_process.folder], with_words)) == {"screened": 1}
    assert note not in only_result(settings.out).image_notes


def test_changed_image_is_screened_again(study_copy: Path, looks: list[str], settings: Settings):
    screen_folders([study_copy], settings)
    before = only_result(settings.out).provenance.inputs_sha256
    path = next(study_copy.rglob("*.dcm"))
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)
    assert did(screen_folders([study_copy], settings)) == {"screened": 1}
    assert only_result(settings.out).provenance.inputs_sha256 != before


def test_image_rewritten_with_its_old_size_and_time_is_screened_again(
    study_copy: Path, looks: list[str], settings: Settings
):
    screen_folders([study_copy], settings)
    path = next(study_copy.rglob("*.dcm"))
    old = path.stat()
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    assert did(screen_folders([study_copy], settings)) == {"screened": 1}


def test_conflict_with_another_study_is_screened_again(
    study_copy: Path, looks: list[str], settings: Settings, tmp_path: Path
):
    import pydicom

    screen_folders([study_copy], settings)
    uid = only_result(settings.out).study.study_instance_uid
    other = shutil.copytree(study_copy, tmp_path / "other")
    for path in other.rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.StudyInstanceUID = "1.2.3"
        dataset.save_as(path)
    assert did(screen_folders([study_copy, other], settings)) == {"screened": 2}
    first = read_result(settings.folder(uid) / "result.json")
    assert any("SOP Instance UID" in note.text for note in first.image_notes)
    assert did(screen_folders([study_copy, other], settings)) == {"unchanged": 2}
    assert did(screen_folders([study_copy], settings)) == {"screened": 1}


@pytest.mark.parametrize("change", ["facts", "levels", "policy", "date"])
def test_change_of_facts_only_decides_again(
    in_process: Phantom, looks: list[str], settings: Settings, tmp_path: Path, change: str
):
    screen_folders([in_process.folder], settings)
    options: dict[str, Any] = {}
    again = settings
    if change == "facts":
        options["clinical_file"] = facts_file(tmp_path, cancer=True, pain_vas=8)
    elif change == "levels":
        path = tmp_path / "levels.json"
        path.write_text(json.dumps({only_result(settings.out).study.study_instance_uid: {"4": "L2"}}))
        options["levels_file"] = path
    elif change == "policy":
        path = tmp_path / "site.toml"
        path.write_text('name = "s"\nversion = "1"\nbase = "jnccn2012-1.0"\n[gates]\nvas_min = { value = 5 }\n')
        again = replace(settings, policy=load_policy(path))
    else:
        again = replace(settings, as_of=datetime.date(2026, 12, 1))
    assert did(screen_folders([in_process.folder], again, **options)) == {"redecided": 1}
    assert len(looks) == 1
    redecided = only_result(settings.out)
    fresh = replace(again, out=tmp_path / "fresh")
    screen_folders([in_process.folder], fresh, **options)
    same = {"started": "", "seconds": 0.0}
    full = only_result(fresh.out)
    assert redecided.model_copy(update={"provenance": redecided.provenance.model_copy(update=same)}).to_json() == (
        full.model_copy(update={"provenance": full.provenance.model_copy(update=same)}).to_json()
    )
    (page,) = (settings.out / "studies").glob("*/report.html")
    (fresh_page,) = (fresh.out / "studies").glob("*/report.html")
    assert page.read_text().count("data:image/png") == fresh_page.read_text().count("data:image/png") > 0


@pytest.mark.parametrize(
    ("days", "action"),
    [(1, "unchanged"), (29, "unchanged"), (31, "redecided"), (90, "redecided")],
)
def test_new_day_is_a_new_decision_only_when_a_fact_has_aged(
    in_process: Phantom, looks: list[str], settings: Settings, tmp_path: Path, days: int, action: str
):
    facts = facts_file(tmp_path, cancer=True, pain_vas=8, pain_vas_date=AS_OF.isoformat())
    screen_folders([in_process.folder], settings, clinical_file=facts)
    before = files_of(settings.out / "studies")
    later = replace(settings, as_of=AS_OF + datetime.timedelta(days=days))
    assert did(screen_folders([in_process.folder], later, clinical_file=facts)) == {action: 1}
    assert (files_of(settings.out / "studies") == before) == (action == "unchanged")
    expected = AS_OF if action == "unchanged" else later.as_of
    assert only_result(settings.out).provenance.as_of == expected.isoformat()
    assert len(looks) == 1


def levels_file(folder: Path, settings: Settings, **levels: str) -> Path:
    path = folder / "levels.json"
    uid = only_result(settings.out).study.study_instance_uid
    path.write_text(json.dumps({uid: {key.removeprefix("v"): level for key, level in levels.items()}}))
    return path


def test_wrong_corrections_do_not_destroy_the_measurements(
    in_process: Phantom, looks: list[str], settings: Settings, tmp_path: Path
):
    screen_folders([in_process.folder], settings)
    before = only_result(settings.out)
    wrong = levels_file(tmp_path, settings, v4="L2", v5="T12")
    summary = screen_folders([in_process.folder], settings, levels_file=wrong)
    assert did(summary) == {"redecided": 1}
    assert summary.failed
    after = only_result(settings.out)
    assert (after.status, after.failure.stage, after.failure.code) == ("failed", "decide", "levels_inconsistent")
    assert after.raw == before.raw
    assert after.series == before.series
    fresh = replace(settings, out=tmp_path / "fresh")
    screen_folders([in_process.folder], fresh, levels_file=wrong)
    same = {"provenance": before.provenance}
    assert after.model_copy(update=same).to_json() == only_result(fresh.out).model_copy(update=same).to_json()


@pytest.mark.parametrize("known", [True, False])
def test_measured_study_that_could_not_be_decided_is_not_read_again(
    in_process: Phantom, looks: list[str], settings: Settings, tmp_path: Path, known: bool
):
    right = replace(settings, out=tmp_path / "right")
    screen_folders([in_process.folder], right)
    wrong = levels_file(tmp_path, right, v4="L2", v5="T12")
    looks.clear()
    screen_folders([in_process.folder], settings, levels_file=wrong)
    if not known:
        (settings.out / ".vcfimg" / "index.sqlite").unlink()
    assert did(screen_folders([in_process.folder], settings, levels_file=wrong)) == {"unchanged": 1}
    assert did(screen_folders([in_process.folder], settings)) == {"redecided": 1}
    assert len(looks) == 1
    again, first = only_result(settings.out), only_result(right.out)
    assert again.model_copy(update={"provenance": first.provenance}).to_json() == first.to_json()
    (page,) = (settings.out / "studies").glob("*/figures.json")
    (first_page,) = (right.out / "studies").glob("*/figures.json")
    assert json.loads(page.read_text()) == json.loads(first_page.read_text())


def test_study_without_measurements_that_could_not_be_decided_is_read_again(
    in_process: Phantom, looks: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("vcfimg.screening.decide.recommend", broken)
        patch.setattr("vcfimg.screening.screen.measure", lambda *arguments, **options: None)
        screen_folders([in_process.folder], settings)
    assert only_result(settings.out).failure.stage == "decide"
    assert did(screen_folders([in_process.folder], settings)) == {"screened": 1}
    assert only_result(settings.out).status == "ok"


def test_other_segmenter_looks_again(in_process: Phantom, looks: list[str], settings: Settings):
    screen_folders([in_process.folder], settings)
    other = replace(settings, segmenter=FailingSegmenter(MemoryError(), SegmenterInfo(name="oracle", version="2")))
    assert did(screen_folders([in_process.folder], other)) == {"screened": 1}


def test_policy_used_on_images_looks_again(in_process: Phantom, looks: list[str], settings: Settings, tmp_path: Path):
    screen_folders([in_process.folder], settings)
    path = tmp_path / "site.toml"
    path.write_text(
        'name = "s"\nversion = "1"\nbase = "jnccn2012-1.0"\n[images]\nendplate_offset_mm = { value = 0.5 }\n'
    )
    assert did(screen_folders([in_process.folder], replace(settings, policy=load_policy(path)))) == {"screened": 1}


def test_result_newer_than_the_index_is_not_trusted_blindly(in_process: Phantom, looks: list[str], settings: Settings):
    screen_folders([in_process.folder], settings)
    later = replace(settings, as_of=datetime.date(2026, 12, 1))
    index = (settings.out / ".vcfimg" / "index.sqlite").read_bytes()
    screen_folders([in_process.folder], later)
    # As if the second run had been interrupted between the result and its index entry.
    (settings.out / ".vcfimg" / "index.sqlite").write_bytes(index)
    assert did(screen_folders([in_process.folder], settings)) == {"redecided": 1}
    assert only_result(settings.out).provenance.as_of == "2026-01-10"


def test_passing_failure_is_tried_again(in_process: Phantom, settings: Settings):
    too_large = replace(settings, segmenter=FailingSegmenter(MemoryError()))
    assert screen_folders([in_process.folder], too_large).by_status["failed"] == 1
    assert dict(screen_folders([in_process.folder], settings).by_status) == {"ok": 1}


@pytest.mark.parametrize("swallowed", [False, True])
def test_timeout_within_a_reader_is_no_damaged_series(
    in_process: Phantom, settings: Settings, monkeypatch: pytest.MonkeyPatch, swallowed: bool
):
    """The reader turns every error into its own, or something on the way lets none through."""

    def slow(series: Any, policy: Any) -> Any:
        with refusing("damaged_pixel_data", "decoder failed"), suppress(*(StudyTimeout,) * swallowed):
            time.sleep(30)
        return read_volume(series, policy=policy)

    with monkeypatch.context() as patch:
        patch.setattr("vcfimg.screening.acquire.read_volume", slow)
        summary = screen_folders([in_process.folder], replace(settings, timeout_s=0.1))
    assert summary.failed
    result = only_result(settings.out)
    assert result.failure is not None
    assert result.failure.code == "timeout"
    assert did(screen_folders([in_process.folder], settings)) == {"screened": 1}
    assert only_result(settings.out).status == "ok"


def test_what_of_the_facts_is_not_used_is_listed_in_the_worklist_and_the_result(
    in_process: Phantom, settings: Settings, tmp_path: Path
):
    screen_folders([in_process.folder], settings, clinical_file=facts_file(tmp_path, hobby="chess"))
    document = json.loads((settings.out / "worklist.json").read_text("utf-8"))
    assert [one["field"] for one in document["unread"]] == ["hobby"]
    (path,) = (settings.out / "studies").glob("*/result.json")
    assert json.loads(path.read_text("utf-8"))["clinical"]["unread"] == ["hobby"]
    assert "chess" not in path.read_text("utf-8")


def test_danger_in_the_facts_is_not_lost_with_a_study_given_up(
    in_process: Phantom, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("vcfimg.screening.acquire.read_volume", lambda series: time.sleep(30))
    facts = facts_file(tmp_path, clinical_cord_compression=True, levels={"L1": {"loss_percent": 40}})
    screen_folders([in_process.folder], replace(settings, timeout_s=0.1), clinical_file=facts)
    result = only_result(settings.out)
    assert result.status == "failed"
    assert result.priority.class_ == "emergency"
    assert result.clinical is not None


def test_timeout_while_drawing_is_a_timeout(in_process: Phantom, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vcfimg.reports.pictures.figures.render_figures", lambda *arguments, **options: time.sleep(30))
    assert screen_folders([in_process.folder], replace(settings, timeout_s=2)).failed
    result = only_result(settings.out)
    assert result.failure is not None
    assert result.failure.code == "timeout"


def test_pictures_that_could_not_be_drawn_are_drawn_next_time(
    in_process: Phantom, looks: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def cannot_draw(*arguments: object, **options: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("vcfimg.reports.pictures.figures.render_figures", cannot_draw)
        screen_folders([in_process.folder], settings)
    assert did(screen_folders([in_process.folder], settings)) == {"screened": 1}
    assert "no_pictures" not in [note.code for note in only_result(settings.out).image_notes]
    assert did(screen_folders([in_process.folder], settings)) == {"unchanged": 1}


@pytest.mark.parametrize("code", ["unreadable_file", "changed_file"])
def test_series_that_could_not_be_read_is_tried_again(
    in_process: Phantom, settings: Settings, monkeypatch: pytest.MonkeyPatch, code: str
):
    def lost_drive(series: Any, policy: Any) -> Any:
        if series.role == "stir":
            raise LoadError(code, "the file cannot be opened")
        return read_volume(series, policy=policy)

    with monkeypatch.context() as patch:
        patch.setattr("vcfimg.screening.acquire.read_volume", lost_drive)
        screen_folders([in_process.folder], settings)
    assert {one.role: one.used for one in only_result(settings.out).series} == {"t2": True, "stir": False}
    (settings.out / ".vcfimg" / "index.sqlite").unlink()  # what the result says is enough to know it
    assert did(screen_folders([in_process.folder], settings)) == {"screened": 1}
    assert all(one.used for one in only_result(settings.out).series)
    assert did(screen_folders([in_process.folder], settings)) == {"unchanged": 1}


def test_study_of_unknown_content_is_not_unchanged(
    in_process: Phantom, looks: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def gone(study: Any) -> str:
        raise LoadError("unreadable_file", "an image file cannot be read")

    with monkeypatch.context() as patch:
        patch.setattr("vcfimg.screening.run_state.inputs_sha256", gone)
        screen_folders([in_process.folder], settings)
    assert only_result(settings.out).provenance.inputs_sha256 is None
    assert did(screen_folders([in_process.folder], settings)) == {"screened": 1}


def test_unwritable_study_does_not_stop_the_batch(three_studies: Path, looks: list[str], settings: Settings):
    screen_folders([three_studies], settings)
    good = next(one for one in iter_results(settings.out) if one.status == "ok")
    folder = settings.folder(good.study.study_instance_uid)
    shutil.rmtree(folder)
    folder.write_text("a file where a folder should be")
    summary = screen_folders([three_studies], settings)
    assert summary.failed
    assert summary.by_status["failed"] == 2
    assert summary.by_action["unchanged"] == 2
    (problem,) = json.loads((settings.out / "worklist.json").read_text())["problems"]
    assert problem["code"] == "write_failed"
    assert good.study.study_instance_uid in problem["text"]


def test_result_of_an_earlier_run_does_not_pass_for_that_of_this_one(
    in_process: Phantom, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    screen_folders([in_process.folder], settings)

    def refused(*arguments: Any, **options: Any) -> Any:
        raise ReportError("write_failed", "cannot write result.json: Read-only file system")

    monkeypatch.setattr("pipelines.batch.study_run.write", refused)
    summary = screen_folders([in_process.folder], replace(settings, as_of=datetime.date(2026, 12, 1)))
    assert summary.failed
    (problem,) = json.loads((settings.out / "worklist.json").read_text())["problems"]
    assert only_result(settings.out).study.study_instance_uid in problem["text"]
    assert "Read-only file system" in problem["text"]


class InterruptedAfterOne(InThisProcess):
    """Ctrl-C comes with the second job."""

    jobs = 0

    def submit(self, work: Any, job: Any, /) -> Any:
        self.jobs += 1
        if self.jobs == 2:
            raise KeyboardInterrupt
        return super().submit(work, job)


def test_interrupted_run_leaves_tables_of_what_is_there(three_studies: Path, looks: list[str], settings: Settings):
    with pytest.raises(KeyboardInterrupt):
        screen_folders([three_studies], settings, executor=InterruptedAfterOne())
    worklist = json.loads((settings.out / "worklist.json").read_text())
    assert len(list(iter_results(settings.out))) == 1
    assert len(worklist["studies"]) == 3
    assert [(one["failure"] or {}).get("code") for one in worklist["studies"]].count("interrupted") == 2
    assert worklist["problems"][0]["text"] == "interrupted: 2 of 3 not finished"
    assert not list(settings.out.rglob("*.tmp"))
    assert did(screen_folders([three_studies], settings)) == {"unchanged": 1, "screened": 2}


def test_uid_that_is_no_uid_gets_a_safe_folder(study_copy: Path, looks: list[str], settings: Settings):
    import pydicom

    for path in study_copy.rglob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset["StudyInstanceUID"]._value = "../../../../etc/x"
        dataset.save_as(path)
    screen_folders([study_copy], settings)
    (folder,) = (settings.out / "studies").iterdir()
    assert folder.name.startswith("sha256-")
    assert not list(study_copy.parent.glob("etc"))


def problems_of(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / "worklist.json").read_text("utf-8"))["problems"]
    return found


def test_folder_that_cannot_be_listed_is_a_problem(
    in_process: Phantom, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    locked = tmp_path / "in" / "DOE^JANE"
    locked.mkdir(parents=True)
    list_folder = os.scandir

    def refused(path: Any) -> Any:
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", refused)
    summary = screen_folders([in_process.folder, locked.parent], settings)
    assert summary.failed
    (problem,) = problems_of(settings.out)
    assert problem["code"] == "unreadable"
    assert "1 file or folder" in problem["text"]
    page = (settings.out / "index.html").read_text("utf-8")
    assert "Everything that was given could be used" not in page
    assert "JANE" not in page
    assert "JANE" in (settings.out / ".vcfimg" / "skipped.csv").read_text("utf-8")


def test_file_that_cannot_be_read_is_a_problem(
    in_process: Phantom, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bad = tmp_path / "in" / "bad.dcm"
    bad.parent.mkdir()
    bad.write_bytes(b"x" * 500)
    open_file = os.open

    def refused(path: Any, *arguments: Any, **options: Any) -> int:
        if str(path) == str(bad):
            raise OSError(5, "Input/output error")
        return open_file(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refused)
    assert screen_folders([in_process.folder, bad.parent], settings).failed
    assert [one["code"] for one in problems_of(settings.out)] == ["unreadable"]


def test_images_that_could_not_be_read_are_a_problem(
    in_process: Phantom, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    def unreadable(series: Any, policy: Any) -> Any:
        if series.role == "stir":
            raise LoadError("unreadable_file", "the file cannot be opened")
        return read_volume(series, policy=policy)

    monkeypatch.setattr("vcfimg.screening.acquire.read_volume", unreadable)
    summary = screen_folders([in_process.folder], settings)
    assert dict(summary.by_status) == {"ok": 1}
    assert summary.failed
    (problem,) = problems_of(settings.out)
    assert problem["code"] == "unreadable_file"
    assert only_result(settings.out).study.study_instance_uid in problem["text"]


def test_rows_of_another_run_say_so_and_can_be_left_out(
    three_studies: Path, in_process: Phantom, settings: Settings, tmp_path: Path
):
    screen_folders([three_studies], settings)
    path = tmp_path / "site.toml"
    path.write_text('name = "s"\nversion = "7"\nbase = "jnccn2012-1.0"\n[gates]\nvas_min = { value = 5 }\n')
    later = replace(settings, policy=load_policy(path), as_of=AS_OF + datetime.timedelta(days=1))
    screen_folders([three_studies / "good"], later)
    told = json.loads((settings.out / "worklist.json").read_text("utf-8"))
    assert (told["as_of"], told["policy"]["name"], told["policy"]["version"]) == ("2026-01-11", "s", "7")
    assert datetime.datetime.fromisoformat(told["made"]).utcoffset() == datetime.timedelta(0)
    marks = {one["study"]["study_instance_uid"]: one for one in told["studies"]}
    good = read_result(next(path for path in settings.out.glob("studies/*") if (path / THUMBNAIL).exists()))
    here = marks.pop(good.study.study_instance_uid)
    assert (here["in_this_run"], here["outdated"], here["policy"]["version"]) == (True, [], "7")
    assert len(marks) == 2
    for one in marks.values():
        assert one["in_this_run"] is False
        assert one["outdated"] == ["not_in_this_run", "other_policy"]
        assert one["as_of"] == "2026-01-10"
    page = (settings.out / "index.html").read_text("utf-8")
    listed = json.loads(Page(page).data[0])
    said = [listed["texts"][row["outdated"]] for row in listed["rows"] if row["outdated"] is not None]
    assert [text.split(" (")[0] for text in said] == ["not in the input of this run; decided under another policy"] * 2
    assert "decided as of 2026-01-11; policy s 7" in page
    screen_folders([three_studies / "good"], later, forget_missing=True)
    told = json.loads((settings.out / "worklist.json").read_text("utf-8"))
    assert [one["in_this_run"] for one in told["studies"]] == [True]
    assert len(list(iter_results(settings.out))) == 3


def test_nothing_is_left_out_while_something_cannot_be_read(
    three_studies: Path, in_process: Phantom, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    screen_folders([three_studies], settings)
    list_folder = os.scandir

    def refused(path: Any) -> Any:
        if Path(path) == three_studies / "axial":
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", refused)
    screen_folders([three_studies], settings, forget_missing=True)
    told = json.loads((settings.out / "worklist.json").read_text("utf-8"))
    assert sorted(one["in_this_run"] for one in told["studies"]) == [False, True, True]
