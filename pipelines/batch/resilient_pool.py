"""A process pool that survives what a study does to its process."""

import itertools
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

J = TypeVar("J")
R = TypeVar("R")

QUEUED_PER_WORKER = 2
"""Jobs handed over ahead of time, so that memory does not grow with the number of studies."""


class ResilientPool(Generic[J, R]):
    """Runs jobs in worker processes; a job that kills its worker is found out and given up, the others go on.

    Parameters
    ----------
    work
        Module-level function run on each job in a worker.
    start, arguments
        Module-level function that prepares a worker, and what it is given.
    give_up
        Makes the outcome of a job that ended its process or let an exception through; called in this process with the
        job, the exception and the seconds it took.
    """

    def __init__(
        self,
        workers: int,
        work: Callable[[J], R],
        *,
        start: Callable[..., None],
        arguments: tuple[Any, ...],
        give_up: Callable[[J, BaseException, float], R],
    ) -> None:
        self._workers = workers
        self._work = work
        self._start = start
        self._arguments = arguments
        self._give_up = give_up
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            # Ctrl-C: outputs are renamed into place, so a worker may be ended at any moment.
            for process in multiprocessing.active_children():
                process.terminate()
        self._close()

    def run(self, jobs: Iterable[J]) -> Iterator[R]:
        """Yield the outcomes as they come."""
        pending = iter(jobs)
        running: dict[Future[R], tuple[J, float]] = {}
        while True:
            for job in itertools.islice(pending, self._workers * QUEUED_PER_WORKER - len(running)):
                running[self._submit(job, self._workers)] = (job, time.perf_counter())
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            broken: list[J] = []
            for future in done:
                job, began = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    broken.append(job)
                except Exception as error:  # noqa: BLE001  the worker let something through
                    yield self._give_up(job, error, time.perf_counter() - began)
            if broken:
                # One of the jobs under way ended its process; all of them are lost. Each is tried alone.
                broken += [job for job, _ in running.values()]
                running.clear()
                self._close()
                yield from self._one_by_one(broken)

    def _one_by_one(self, jobs: list[J]) -> Iterator[R]:
        for job in jobs:
            began = time.perf_counter()
            try:
                yield self._submit(job, 1).result()
            except Exception as error:  # noqa: BLE001  a broken pool now names the guilty job
                if isinstance(error, BrokenProcessPool):
                    self._close()
                yield self._give_up(job, error, time.perf_counter() - began)
        self._close()

    def _submit(self, job: J, workers: int) -> Future[R]:
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                max_workers=workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=self._start,
                initargs=self._arguments,
            )
        try:
            return self._executor.submit(self._work, job)
        except BrokenProcessPool as error:
            failed: Future[R] = Future()
            failed.set_exception(error)
            return failed

    def _close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None
