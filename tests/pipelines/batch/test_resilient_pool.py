import os
import time

import pytest

from pipelines.batch.resilient_pool import ResilientPool
from pipelines.batch.time_limits import watchdog

LIMIT_S = 1.0


def prepare(tag: str) -> None:
    os.environ["POOL_TEST_TAG"] = tag


def work(job: str) -> str:
    """What a job says is what happens to its process."""
    if job == "raises":
        raise ValueError("from the worker")
    if job == "no memory":
        raise MemoryError
    if job == "crashes":
        os._exit(139)
    if job == "hangs":
        with open(os.devnull, "w") as sink, watchdog(LIMIT_S, sink):
            time.sleep(60)
    return f"{job} {os.environ['POOL_TEST_TAG']}"


def give_up(job: str, error: BaseException, seconds: float) -> str:
    return f"{job}: {type(error).__name__}"


def outcomes(jobs: list[str], workers: int = 2) -> list[str]:
    with ResilientPool(workers, work, start=prepare, arguments=("ready",), give_up=give_up) as pool:
        return sorted(pool.run(jobs))


def test_bad_jobs_do_not_stop_the_good_ones():
    found = outcomes(["a", "raises", "b", "crashes", "c", "no memory", "hangs", "d"])
    assert found == [
        "a ready",
        "b ready",
        "c ready",
        "crashes: BrokenProcessPool",
        "d ready",
        "hangs: BrokenProcessPool",
        "no memory: MemoryError",
        "raises: ValueError",
    ]


def test_every_job_may_be_bad():
    assert outcomes(["crashes", "crashes"]) == ["crashes: BrokenProcessPool"] * 2


def test_jobs_are_drawn_as_they_are_needed():
    drawn: list[int] = []

    def jobs():
        for number in range(40):
            drawn.append(number)
            yield str(number)

    with ResilientPool(1, work, start=prepare, arguments=("x",), give_up=give_up) as pool:
        running = pool.run(jobs())
        next(running)
        assert len(drawn) <= 4
        assert len(list(running)) == 39


def test_interrupted_pool_ends_its_processes():
    import multiprocessing

    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        _interrupt_after_the_first()
    assert multiprocessing.active_children() == []
    assert time.perf_counter() - began < 30


def _interrupt_after_the_first() -> None:
    with ResilientPool(1, work, start=prepare, arguments=("x",), give_up=give_up) as pool:
        next(pool.run(["a", *["hangs"] * 3]))
        raise KeyboardInterrupt
