"""The queue of a store from end to end, in one process; axial studies, which are done in no time."""

import datetime
import json
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import select

from pipelines.batch.executor import InThisProcess
from pipelines.batch.job import Job, Settings
from pipelines.batch.job_text import job_text, read_job, settings_text
from pipelines.batch.run_batch import Summary
from pipelines.batch.run_folders import run_folders
from pipelines.bench.tiny_studies import write_tiny
from pipelines.worker_run import WorkerOptions, run_worker
from tests.installed_segmenter import CheapSegmenter
from tests.made_segmenters import FailingSegmenter
from vcfimg.clinical import from_dict
from vcfimg.errors import SegmentationError, StoreError
from vcfimg.loaders import scan
from vcfimg.policy import load_policy
from vcfimg.store import Entry, StudyRows, open_store, sqlite_url
from vcfimg.store.store_tables import ATTEMPTS, FACTS, STUDIES

COUNT = 6
AS_OF = datetime.date(2026, 1, 10)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("axial")
    write_tiny(folder, COUNT, spine=False)
    return folder


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.batch.job_text.find_segmenter", lambda name: CheapSegmenter())
    monkeypatch.setattr("pipelines.worker_run.TimedPool", lambda processes: InThisProcess())


@pytest.fixture
def url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "queue.sqlite")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "out", load_policy(), AS_OF, formats=("json",), segmenter=CheapSegmenter())


def batch(archive: Path, settings: Settings, url: str | None, *, enqueue: bool = False) -> Summary:
    options: dict[str, Any] = {"executor": InThisProcess(), "show_progress": False}
    return run_folders([archive], settings, store_url=url, enqueue_only=enqueue, **options)


def work(url: str, **options: Any) -> int:
    given = {"store": url, "out": None, "share": None, "workers": 1, "stay": False, "max_attempts": 3, "lease_s": 60.0}
    return run_worker(WorkerOptions(**{**given, "log_json": False, **options}))


def states(url: str) -> Counter[str]:
    with open_store(url) as database, database.reading() as connection:
        return Counter(row.state for row in connection.execute(select(STUDIES.c.state)))


def listed(out: Path) -> Any:
    return json.loads((out / "worklist.json").read_text("utf-8"))


def test_enqueued_studies_come_out_as_from_a_run_alone(
    archive: Path, settings: Settings, url: str, tmp_path: Path
) -> None:
    left = batch(archive, settings, url, enqueue=True)
    assert (left.left, left.studies) == (COUNT, 0)
    assert not (settings.out / "worklist.json").exists()
    assert work(url) == 0
    alone = Settings(tmp_path / "alone", settings.policy, AS_OF, formats=("json",), segmenter=CheapSegmenter())
    batch(archive, alone, None)
    documents = [listed(out) for out in (settings.out, alone.out)]
    for document in documents:
        document["made"] = ""
        for study in document["studies"]:
            study["in_this_run"] = None  # a worker does not know what was given
    assert documents[0] == documents[1]
    assert dict(batch(archive, settings, url).by_action) == {"unchanged": COUNT}


def test_run_with_a_store_waits_for_its_studies_and_counts_them(archive: Path, settings: Settings, url: str) -> None:
    summary = batch(archive, settings, url)
    assert (dict(summary.by_action), summary.left) == ({"screened": COUNT}, 0)
    assert dict(summary.by_status) == {"no_spine_series": COUNT}
    assert len(listed(settings.out)["studies"]) == COUNT


@pytest.mark.parametrize("of", [2, 3])
def test_last_share_writes_the_tables(archive: Path, settings: Settings, url: str, of: int) -> None:
    batch(archive, settings, url, enqueue=True)
    for number in range(1, of + 1):
        assert not (settings.out / "worklist.json").exists()
        assert work(url, share=(number, of)) == 0
    assert len(listed(settings.out)["studies"]) == COUNT


def test_full_disk_ends_the_worker_and_leaves_the_work(
    archive: Path, settings: Settings, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    batch(archive, settings, url, enqueue=True)
    (settings.out / "studies").write_text("no folder can be made here")
    with pytest.raises(typer.Exit) as end:
        work(url)
    assert end.value.exit_code == 2
    assert "write_failed" in capsys.readouterr().err
    assert states(url) == {"queued": COUNT}
    (settings.out / "studies").unlink()
    assert work(url) == 0


def test_store_of_another_folder_is_refused(archive: Path, settings: Settings, url: str, tmp_path: Path) -> None:
    batch(archive, settings, url, enqueue=True)
    other = Settings(tmp_path / "other", settings.policy, AS_OF, segmenter=CheapSegmenter())
    with pytest.raises(StoreError) as found:
        batch(archive, other, url, enqueue=True)
    assert found.value.code == "store_of_other_folder"


def test_folder_may_lie_elsewhere_for_a_worker(archive: Path, settings: Settings, url: str, tmp_path: Path) -> None:
    batch(archive, settings, url, enqueue=True)
    moved = settings.out.rename(tmp_path / "moved")
    assert work(url, out=moved) == 0
    assert len(list(moved.glob("studies/*/result.json"))) == COUNT
    assert not settings.out.exists()


def test_worker_without_work_says_what_to_do(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        work(url)
    assert "store_without_work" in capsys.readouterr().err


def test_work_of_another_version_is_given_back(
    archive: Path, settings: Settings, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    batch(archive, settings, url, enqueue=True)
    monkeypatch.setattr("pipelines.batch.job_text.__version__", "99")
    from pipelines.batch import job_text as room

    room._settings.cache_clear()
    with pytest.raises(typer.Exit):
        work(url)
    room._settings.cache_clear()
    assert "job_of_other_version" in capsys.readouterr().err
    assert states(url) == {"queued": COUNT}


def test_facts_and_paths_leave_the_store_with_the_work(
    archive: Path, settings: Settings, url: str, tmp_path: Path
) -> None:
    facts = tmp_path / "clinical.json"
    facts.write_text(json.dumps([{"patient_id": "PHANTOM", "cancer": True}]))
    options: dict[str, Any] = {"executor": InThisProcess(), "show_progress": False, "clinical_file": facts}
    run_folders([archive], settings, store_url=url, enqueue_only=True, **options)
    work(url)
    with open_store(url) as database, database.reading() as connection:
        for row in connection.execute(select(STUDIES)):
            assert row.job is None
            assert str(archive) not in str(row)


def test_worker_given_one_lost_study_too_often_writes_it_down(archive: Path, settings: Settings, url: str) -> None:
    batch(archive, settings, url, enqueue=True)
    with open_store(url) as database, database.writing() as connection:
        connection.exec_driver_sql("update studies set state = 'claimed', attempts = 3, lease_until = 0, worker = 'w'")
    assert work(url) == 1
    assert states(url) == {"quarantined": COUNT}
    assert {one["failure"]["code"] for one in listed(settings.out)["studies"]} == {"worker_died"}
    with open_store(url) as database, database.reading() as connection:
        assert {row.outcome for row in connection.execute(select(ATTEMPTS))} == {"lost"}


def test_job_survives_its_text(archive: Path, settings: Settings) -> None:
    study = scan(archive).studies[0]
    clinical = from_dict({"patient_id": "P-1", "cancer": True, "pain_vas": 8})
    previous = Entry("1.2", "1.2", "i", "d", "2026-01-10", "ok")
    job = Job(study, settings, "f", clinical, {4: "L2"}, {"not_dicom": 2}, previous)
    name, text = settings_text(settings)
    assert read_job(job_text(job, name), {name: text}.get) == job


def test_name_of_a_file_that_is_no_text_survives(archive: Path, settings: Settings, tmp_path: Path) -> None:
    odd = tmp_path / b"\xff\xfe.dcm".decode("utf-8", "surrogateescape")
    odd.write_bytes(next(archive.rglob("*.dcm")).read_bytes())
    (study,) = scan(tmp_path).studies
    name, text = settings_text(settings)
    assert read_job(job_text(Job(study, settings, "f"), name), {name: text}.get).study == study


def test_damaged_job_is_named() -> None:
    for text in (b"", b"x\x9c", zlib.compress(b"{}"), zlib.compress(b"[1]")):
        with pytest.raises(StoreError) as found:
            read_job(text, {}.get)
        assert found.value.code == "store_damaged"


def test_segmenter_that_no_worker_would_find_is_refused(settings: Settings) -> None:
    other = Settings(settings.out, settings.policy, AS_OF, segmenter=FailingSegmenter(MemoryError()))
    with pytest.raises(SegmentationError) as found:
        settings_text(other)
    assert found.value.code == "segmenter_unknown"


def test_store_knows_its_folder(archive: Path, settings: Settings, url: str) -> None:
    batch(archive, settings, url, enqueue=True)
    with open_store(url) as database:
        assert StudyRows(database).fact("out") == str(settings.out)


def test_settings_of_earlier_runs_go_with_their_last_job(archive: Path, settings: Settings, url: str) -> None:
    def kept() -> int:
        with open_store(url) as database, database.reading() as connection:
            query = select(FACTS).where(FACTS.c.name.startswith("settings-"))
            return len(connection.execute(query).all())

    later = replace(settings, as_of=AS_OF + datetime.timedelta(days=400))
    batch(archive, settings, url, enqueue=True)
    batch(archive, later, url, enqueue=True)
    assert kept() == 2
    work(url)
    batch(archive, later, url, enqueue=True)
    assert kept() == 1
