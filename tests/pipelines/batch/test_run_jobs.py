import datetime
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch.executor import InThisProcess, WorkerDied
from pipelines.batch.job import Job, Settings
from pipelines.batch.keys import files_signature
from pipelines.batch.local_executor import local_executor
from pipelines.batch.resilient_pool import ResilientPool
from pipelines.batch.run_jobs import run_jobs
from tests.phantom_oracle import Phantom
from vcfimg.loaders import scan
from vcfimg.loaders.study import Study
from vcfimg.phantom.dicom import PhantomImage, axial_localizer, write_study
from vcfimg.policy import load_policy
from vcfimg.reports import read_result


@pytest.fixture(scope="module")
def studies(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> list[Study]:
    """Two studies that need no network: axial images alone."""
    root = tmp_path_factory.mktemp("axial")
    volume = phantom.study.volumes["t2"]
    scout = axial_localizer(PhantomImage(volume.array, volume.affine, "t2", 3800, 100))
    for seed in (1, 2):
        write_study([scout], root / str(seed), seed=seed)
    return list(scan(root).studies)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())


def jobs_of(studies: list[Study], out: Path, **changes: Any) -> list[Job]:
    settings = Settings(out, load_policy(), datetime.date(2026, 1, 10), **changes)
    return [Job(study, settings, files_signature(study)) for study in studies]


def written_by(executor: Any, jobs: list[Job], out: Path) -> None:
    """Run the jobs and look for both results."""
    outcomes = list(run_jobs(jobs, executor, in_flight=4))
    assert [one.entry.status for one in outcomes] == ["no_spine_series"] * 2
    for one in outcomes:
        assert read_result(out / "studies" / one.entry.folder).status == "no_spine_series"


def test_processes_of_this_machine_write_the_results(studies: list[Study], tmp_path: Path):
    with local_executor(2, workers=2, timeout_s=600) as pool:  # type: ignore[attr-defined]
        assert isinstance(pool, ResilientPool)
        written_by(pool, jobs_of(studies, tmp_path), tmp_path)


def test_executor_of_the_standard_library_writes_the_results(studies: list[Study], tmp_path: Path):
    """A job carries all it needs: these processes were never set up."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        written_by(pool, jobs_of(studies, tmp_path), tmp_path)


@pytest.mark.parametrize(("jobs", "workers"), [(1, 0), (1, 1), (0, 0)])
def test_one_study_alone_stays_in_this_process(jobs: int, workers: int):
    assert isinstance(local_executor(jobs, workers=workers, timeout_s=600), InThisProcess)


def test_time_limit_becomes_a_failure(studies: list[Study], tmp_path: Path):
    (outcome,) = run_jobs(jobs_of(studies[:1], tmp_path, timeout_s=1e-4), InThisProcess(), in_flight=1)
    assert outcome.failure is not None
    assert outcome.failure.code == "timeout"
    assert outcome.entry.status == "failed"


class Ending(InThisProcess):
    """Every job ends with an exception."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def submit(self, work: Any, job: Any, /) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(self.error)
        return future


@pytest.mark.parametrize(
    ("error", "code", "seconds"),
    [
        (WorkerDied(12.0), "worker_died", 12.0),
        (WorkerDied(700.0), "timeout", 700.0),
        (MemoryError(), "out_of_memory", None),
        (ValueError("NAME^SECRET"), "unexpected_error", None),
    ],
)
def test_job_that_did_not_come_back_is_a_failed_study(
    studies: list[Study], tmp_path: Path, error: Exception, code: str, seconds: float | None
):
    (outcome,) = run_jobs(jobs_of(studies[:1], tmp_path), Ending(error), in_flight=1)
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.entry.status) == (code, "failed")
    assert "SECRET" not in outcome.failure.message
    assert seconds is None or outcome.seconds == seconds
    assert read_result(tmp_path / "studies" / outcome.entry.folder).status == "failed"


class Refusing(InThisProcess):
    """A pool that broke and does not recover."""

    def submit(self, work: Any, job: Any, /) -> Future[Any]:
        from concurrent.futures.process import BrokenProcessPool

        raise BrokenProcessPool


def test_broken_pool_fails_the_studies_that_are_left(studies: list[Study], tmp_path: Path):
    outcomes = list(run_jobs(jobs_of(studies, tmp_path), Refusing(), in_flight=2))
    assert [one.failure.code for one in outcomes if one.failure] == ["worker_died"] * 2


class Holding(InThisProcess):
    """Jobs that are done when the test says so."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, work: Any, job: Any, /) -> Future[Any]:
        self.futures.append(Future())
        return self.futures[-1]


def test_jobs_are_drawn_as_there_is_room():
    drawn: list[int] = []

    def jobs() -> Iterator[Any]:
        for number in range(40):
            drawn.append(number)
            yield number

    executor = Holding()

    def finish_first(number: int) -> None:
        executor.futures[number].set_result(number)

    running = run_jobs(jobs(), executor, in_flight=3)
    import threading

    for number in range(5):
        timer = threading.Timer(0.05, finish_first, [number])
        timer.start()
        assert next(running) == number
        timer.join()
        assert len(drawn) <= number + 4


def test_outcome_is_told_before_the_next_job_begins(studies: list[Study], tmp_path: Path):
    begun: list[Any] = []

    class Counting(InThisProcess):
        def submit(self, work: Any, job: Any, /) -> Future[Any]:
            begun.append(job)
            return super().submit(work, job)

    running = run_jobs(jobs_of(studies, tmp_path), Counting(), in_flight=8)
    next(running)
    assert len(begun) == 1
    assert len(list(running)) == 1
