"""A batch from another source, with another store and another executor than those of the command line."""

import datetime
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch.executor import InThisProcess
from pipelines.batch.job import Entry, Job, Outcome, Settings
from pipelines.batch.run_batch import run_batch
from pipelines.batch.run_folders import run_folders
from pipelines.sources.skipped_files import SkippedRow
from pipelines.sources.source import Skipped
from tests.phantom_oracle import PATIENT, Phantom
from vcfimg.base import Note
from vcfimg.loaders import scan
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.phantom.dicom import PhantomImage, axial_localizer, write_study
from vcfimg.policy import load_policy
from vcfimg.reports import iter_results
from vcfimg.result import Failure


class MemoryStore:
    """Forgets everything with the test."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.begun: list[str] = []

    def known(self, study_instance_uid: str) -> Entry | None:
        return self.entries.get(study_instance_uid)

    def begin(self, job: Job) -> bool:
        self.begun.append(job.study.study_instance_uid)
        return False

    def put(self, outcome: Outcome) -> None:
        self.entries[outcome.entry.study_instance_uid] = outcome.entry

    def listing(self, origin: Any, scope: Any) -> None:
        """The results tell."""


class Arriving:
    """Studies that come one by one, each in a folder of its own; nobody knows the next one."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.given: list[str] = []
        self.released: list[str] = []

    def identifiers(self) -> Sequence[StudyInfo] | None:
        return None

    def studies(self) -> Iterator[Study]:
        for folder in self.folders:
            (study,) = scan(folder).studies
            self.given.append(study.study_instance_uid)
            yield study

    def release(self, study_instance_uid: str) -> None:
        self.released.append(study_instance_uid)

    def problems(self) -> Sequence[Note]:
        return ()

    def lost(self) -> Mapping[str, Failure]:
        return {}

    def skipped_beside(self, study_instance_uid: str) -> Mapping[str, int]:
        return {"not_dicom": 3}

    def skipped(self) -> Skipped:
        return Skipped((SkippedRow("arrived", "a.txt", "not_dicom"),), {"not_dicom": 4}, {"not_dicom": 1})


@pytest.fixture
def settings(phantom: Phantom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    return Settings(tmp_path / "out", load_policy(), datetime.date(2026, 1, 10), segmenter=phantom)


@pytest.fixture(scope="module")
def folders(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The fractured study, and three of axial images alone, of which the first is the same patient's."""
    root = tmp_path_factory.mktemp("arriving")
    volume = phantom.study.volumes["t2"]
    scout = axial_localizer(PhantomImage(volume.array, volume.affine, "t2", 3800, 100))
    write_study([scout], root / "0", seed="0", patient=PATIENT)
    for seed in ("1", "2"):
        write_study([scout], root / seed, seed=seed)
    return [phantom.folder, *(root / seed for seed in "012")]


def comparable(out: Path) -> list[dict[str, Any]]:
    """The results without time and place."""
    kept = []
    for result in sorted(iter_results(out), key=lambda one: one.study.study_instance_uid):
        document = json.loads(result.to_json())
        document["provenance"] |= {"started": "", "seconds": 0}
        document["skipped_files"] = {}
        kept.append(document)
    return kept


@pytest.mark.parametrize("executor", [InThisProcess, lambda: ThreadPoolExecutor(2)])
def test_whole_studies_come_out_as_from_folders(
    phantom: Phantom, folders: list[Path], settings: Settings, tmp_path: Path, executor: Any
):
    from dataclasses import replace

    store, source, workers = MemoryStore(), Arriving(folders), executor()
    summary = run_batch(source, settings, store=store, executor=workers)
    workers.shutdown()
    assert dict(summary.by_status) == {"ok": 1, "no_spine_series": 3}
    assert (summary.studies, summary.skipped_files) == (4, {"not_dicom": 4})
    assert set(store.entries) == set(source.given)
    assert sorted(source.released) == sorted(source.given)
    usual = replace(settings, out=tmp_path / "usual")
    run_folders(folders, usual, executor=InThisProcess())
    assert comparable(settings.out) == comparable(usual.out)
    assert not list(settings.out.rglob("*.sqlite"))
    worklist = json.loads((settings.out / "worklist.json").read_text("utf-8"))
    assert len(worklist["studies"]) == 4
    assert "arrived,a.txt,not_dicom" in (settings.out / ".vcfimg" / "skipped.csv").read_text("utf-8")


def test_store_is_all_that_a_second_run_remembers(phantom: Phantom, folders: list[Path], settings: Settings):
    store = MemoryStore()
    for action in ("screened", "unchanged"):
        summary = run_batch(Arriving(folders[1:]), settings, store=store, executor=InThisProcess())
        assert dict(summary.by_action) == {action: 3}
        assert len(store.begun) == 3
    other = run_batch(Arriving(folders[1:]), settings, store=MemoryStore(), executor=InThisProcess())
    assert dict(other.by_action) == {"screened": 3}


def test_studies_are_drawn_from_a_stream_as_they_are_worked_on(folders: list[Path], settings: Settings):
    source = Arriving(folders[1:])
    given_at_work: list[int] = []

    class Watching(InThisProcess):
        def submit(self, work: Any, job: Any, /) -> Any:
            given_at_work.append(len(source.given))
            return super().submit(work, job)

    run_batch(source, settings, store=MemoryStore(), executor=Watching(), workers=1)
    assert given_at_work == [1, 2, 3]


def test_record_of_a_patient_with_two_arriving_studies_is_decided_over_both(
    phantom: Phantom, folders: list[Path], settings: Settings, tmp_path: Path
):
    """The same record of the same patient is given to the same studies, in whatever way these come."""
    from dataclasses import replace

    facts = tmp_path / "clinical.json"
    facts.write_text(json.dumps([{"patient_id": PATIENT.patient_id, "cancer": True}]))
    options: dict[str, Any] = {"clinical_file": facts, "executor": InThisProcess()}
    arrived = run_batch(Arriving(folders[:2]), settings, store=MemoryStore(), **options)
    usual = replace(settings, out=tmp_path / "usual")
    found = run_folders(folders[:2], usual, **options)
    assert set(arrived.records.clinical) == set(found.records.clinical)
    assert arrived.records.problems == found.records.problems
    assert [one["clinical"] for one in comparable(settings.out)] == [one["clinical"] for one in comparable(usual.out)]
