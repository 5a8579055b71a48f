"""Jobs handed to an executor directly, without a queue; studies that need nothing do not trouble it."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import Final

from pipelines.batch.executor import Executor
from pipelines.batch.job import Job, Outcome, Settings
from pipelines.batch.local_executor import local_executor, worker_count
from pipelines.batch.run_jobs import run_jobs
from pipelines.batch.store import Store
from pipelines.batch.study_action import action_for

IN_FLIGHT_PER_WORKER: Final = 2
"""Jobs that an executor is given ahead of time."""


def direct_outcomes(
    judged: Iterator[Job | Outcome], store: Store, executor: Executor | None, settings: Settings, workers: int
) -> Generator[Outcome]:
    """What becomes of every study; the executor is made for the first that needs work, where none is given."""
    count = worker_count(workers)
    first: list[Job] = []
    for each in judged:
        if isinstance(each, Outcome):
            yield each
            continue
        first.append(each)
        if len(first) == count:
            break
    if not first:
        return
    unchanged: list[Outcome] = []

    def needed() -> Iterator[Job]:
        for each in chain(first, judged):
            if isinstance(each, Outcome):
                unchanged.append(each)
            else:
                yield replace(each, last_attempt=True) if store.begin(each) else each

    with _opened(executor, len(first), settings, workers) as used:
        for outcome in run_jobs(needed(), used, in_flight=count * IN_FLIGHT_PER_WORKER):
            yield from unchanged
            unchanged.clear()
            yield outcome
    yield from unchanged


def judge(jobs: Iterator[Job]) -> Iterator[Job | Outcome]:
    """Each job, or its outcome where nothing changed, as far as paths, sizes and times of the files tell."""
    for job in jobs:
        previous = job.previous
        same_files = previous is not None and previous.files_signature == job.files_signature
        if previous is not None and action_for(job, same_inputs=lambda same=same_files: same) == "unchanged":  # type: ignore[misc]
            yield Outcome("unchanged", previous, known_before=True)
        else:
            yield job


@contextmanager
def _opened(executor: Executor | None, jobs: int, settings: Settings, workers: int) -> Iterator[Executor]:
    """The executor given, or one of this machine that ends with the block, at once when that ends with an exception."""
    if executor is not None:
        yield executor
        return
    local = local_executor(jobs, workers=workers, timeout_s=settings.timeout_s)
    try:
        yield local
    except BaseException:
        local.shutdown(cancel_futures=True)
        raise
    local.shutdown()
