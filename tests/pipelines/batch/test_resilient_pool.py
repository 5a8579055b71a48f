import multiprocessing
import os
import signal
import time
from concurrent.futures import Future, wait
from pathlib import Path

import pytest

from pipelines.batch import resilient_pool
from pipelines.batch.executor import WorkerDied
from pipelines.batch.resilient_pool import ResilientPool
from tests.pipelines.batch.test_process_end import alive, wait_for

LIMIT_S = 1.0

needs_stop = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="stops processes and asks /proc for them")


def prepare() -> None:
    os.environ["POOL_TEST_TAG"] = "ready"


def work(job: str) -> str:
    """What a job says is what happens to its process."""
    if job == "raises":
        raise ValueError("from the worker")
    if job == "no memory":
        raise MemoryError
    if job == "crashes":
        os._exit(139)
    if job in {"hangs", "sleeps"}:
        time.sleep(60)
    return f"{job} {os.environ['POOL_TEST_TAG']}"


def pool_of(workers: int, limit_s: float = LIMIT_S) -> ResilientPool:
    return ResilientPool(workers, limit_s=limit_s, set_up=prepare)


def outcome(job: str, future: Future[str]) -> str:
    error = future.exception()
    return future.result() if error is None else f"{job}: {type(error).__name__}"


def outcomes(jobs: list[str], workers: int = 2) -> list[str]:
    with pool_of(workers) as pool:
        return sorted([outcome(job, future) for job, future in [(job, pool.submit(work, job)) for job in jobs]])


def test_bad_jobs_do_not_stop_the_good_ones():
    found = outcomes(["a", "raises", "b", "crashes", "c", "no memory", "hangs", "d"])
    assert found == [
        "a ready",
        "b ready",
        "c ready",
        "crashes: WorkerDied",
        "d ready",
        "hangs: WorkerDied",
        "no memory: MemoryError",
        "raises: ValueError",
    ]


def test_every_job_may_be_bad():
    assert outcomes(["crashes", "crashes"]) == ["crashes: WorkerDied"] * 2


def test_pool_recovers_for_jobs_that_come_later():
    with pool_of(1) as pool:
        assert isinstance(pool.submit(work, "crashes").exception(), WorkerDied)
        assert pool.submit(work, "a").result() == "a ready"


def test_time_of_a_job_that_was_stuck_is_told():
    with pool_of(1) as pool:
        error = pool.submit(work, "hangs").exception()
    assert isinstance(error, WorkerDied)
    assert error.seconds >= LIMIT_S


def test_closed_pool_takes_nothing():
    pool = pool_of(1)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(work, "a")


def test_interrupted_pool_ends_its_processes_and_forgets_what_waits():
    began = time.perf_counter()
    futures: list[Future[str]] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupt_after_the_first(futures)
    assert multiprocessing.active_children() == []
    assert time.perf_counter() - began < 30
    done, waiting = wait(futures, timeout=5)
    assert not waiting
    assert len(done) == 6


def _interrupt_after_the_first(futures: list[Future[str]]) -> None:
    with pool_of(1, limit_s=600) as pool:
        futures += [pool.submit(work, job) for job in ["a", *["sleeps"] * 5]]
        futures[0].result()
        raise KeyboardInterrupt


def stop(job: Path) -> str:
    """Stop this process the first time the job is met: it ends neither by itself nor by SIGTERM."""
    if job.name == "stops":
        job.with_suffix(".pid").write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSTOP)
    return job.name


@needs_stop
def test_stopped_process_is_given_up_and_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resilient_pool, "UNHEARD_S", 1.0)
    jobs = [tmp_path / name for name in ("a", "stops", "b", "c", "d")]
    with pool_of(2) as pool:
        found = {job.name: pool.submit(stop, job) for job in jobs}
        assert not wait(found.values(), timeout=120).not_done
    error = found.pop("stops").exception()
    assert isinstance(error, WorkerDied)
    assert error.seconds >= LIMIT_S
    assert [future.result() for future in found.values()] == list(found)
    assert not alive(int((tmp_path / "stops.pid").read_text()))


@needs_stop
def test_interrupted_pool_does_not_wait_for_a_stopped_process(tmp_path: Path):
    pool = pool_of(1, limit_s=600)
    future = pool.submit(stop, tmp_path / "stops")
    wait_for("the process to stop", lambda: (tmp_path / "stops.pid").exists())
    began = time.perf_counter()
    pool.shutdown(cancel_futures=True)
    assert time.perf_counter() - began < 5
    assert future.done()
    assert not alive(int((tmp_path / "stops.pid").read_text()))
