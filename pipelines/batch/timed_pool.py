"""Processes for jobs whose time limit is known only when the first of them comes."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from pipelines.batch.job import Job
from pipelines.batch.resilient_pool import ResilientPool
from pipelines.batch.time_limits import GRACE_S
from pipelines.batch.worker_process import set_up_process

R = TypeVar("R")


class TimedPool:
    """An executor that starts its processes with the first job, for the time limit that the job names.

    A job with another limit ends the processes first; the jobs of one run have one limit.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ResilientPool | None = None
        self._timeout_s = 0.0

    def submit(self, work: Callable[[Job], R], job: Job, /) -> Future[R]:
        """Run ``work(job)`` in a process when there is room."""
        timeout_s = job.settings.timeout_s
        if self._pool is None or timeout_s != self._timeout_s:
            self.shutdown()
            self._timeout_s = timeout_s
            self._pool = ResilientPool(self._processes, limit_s=timeout_s + GRACE_S, set_up=set_up_process)
        return self._pool.submit(work, job)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; with ``cancel_futures`` in the midst of their jobs."""
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)
            self._pool = None
