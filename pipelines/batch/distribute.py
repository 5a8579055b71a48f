"""Studies over processes; one study alone stays in this process, which is ready sooner."""

from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool

from pipelines.batch.job import Job, Outcome, Settings
from pipelines.batch.resilient_pool import ResilientPool
from pipelines.batch.time_limits import core_count, share_cores, timeout_failure
from pipelines.batch.worker import start, work
from vcfimg.result import Failure
from vcfimg.screening.failure import failure_from


def spread(jobs: Sequence[Job], settings: Settings, workers: int) -> Iterator[Outcome]:
    """Yield the outcome of every job, in the order in which they are ready."""
    if not jobs:
        return
    count = min(workers or core_count(), len(jobs))
    share_cores(count)
    if len(jobs) == 1 and workers <= 1:
        from pipelines.batch.study_run import run_study

        yield run_study(jobs[0], settings)
        return

    def give_up(job: Job, error: BaseException, seconds: float) -> Outcome:
        from pipelines.batch.study_run import give_up

        return give_up(job, settings, _failure(error, seconds, settings), seconds)

    with ResilientPool(count, work, start=start, arguments=(settings,), give_up=give_up) as pool:
        yield from pool.run(jobs)


def _failure(error: BaseException, seconds: float, settings: Settings) -> Failure:
    if not isinstance(error, BrokenProcessPool):
        return failure_from(error, "screen")
    if seconds >= settings.timeout_s:
        return timeout_failure(settings.timeout_s)
    message = "the process ended while it worked on this study (a crash in compiled code, or no memory left)"
    return Failure(stage="screen", code="worker_died", message=message)
