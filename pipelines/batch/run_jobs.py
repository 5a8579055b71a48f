"""Jobs given to an executor as it has room for them, and their outcomes as they come."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait

from pipelines.batch.executor import Executor, WorkerDied
from pipelines.batch.job import Job, Outcome
from pipelines.batch.time_limits import timeout_failure
from vcfimg.result import Failure
from vcfimg.screening.failure import failure_from


def run_jobs(jobs: Iterable[Job], executor: Executor, *, in_flight: int) -> Iterator[Outcome]:
    """Yield the outcome of every job, in the order in which they are ready.

    ``in_flight`` jobs at most are drawn and not finished, so that memory does not grow with their number.
    """
    waiting = iter(jobs)
    running: dict[Future[Outcome], tuple[Job, float]] = {}
    exhausted = False
    while True:
        while not exhausted and len(running) < in_flight and not any(future.done() for future in running):
            job = next(waiting, None)
            if job is None:
                exhausted = True
            else:
                running[_submit(executor, job)] = (job, time.perf_counter())
        if not running:
            return
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            job, began = running.pop(future)
            error = future.exception()
            yield future.result() if error is None else _given_up(job, error, time.perf_counter() - began)


def run_job(job: Job) -> Outcome:
    """What an executor runs; the rooms that read images are imported where the work is done."""
    from pipelines.batch.study_run import run_study

    return run_study(job)


def _submit(executor: Executor, job: Job) -> Future[Outcome]:
    try:
        return executor.submit(run_job, job)
    except BrokenExecutor as error:  # an executor that does not recover: each study that is left says so
        failed: Future[Outcome] = Future()
        failed.set_exception(error)
        return failed


def _given_up(job: Job, error: BaseException, seconds: float) -> Outcome:
    """The outcome of a job that ended its process or let an exception through."""
    from pipelines.batch.study_run import give_up

    if isinstance(error, WorkerDied):
        seconds = error.seconds
    return give_up(job, _failure(error, seconds, job.settings.timeout_s), seconds)


def _failure(error: BaseException, seconds: float, timeout_s: float) -> Failure:
    if not isinstance(error, WorkerDied | BrokenExecutor):
        return failure_from(error, "screen")
    if isinstance(error, WorkerDied) and seconds >= timeout_s:
        return timeout_failure(timeout_s)
    message = "the process ended while it worked on this study (a crash in compiled code, or no memory left)"
    return Failure(stage="screen", code="worker_died", message=message)
