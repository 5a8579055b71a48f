"""A process pool that survives what a study does to its process."""

import multiprocessing
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from pipelines.batch.executor import WorkerDied
from pipelines.batch.worker_process import within_limit

J = TypeVar("J")
R = TypeVar("R")

QUEUED_PER_WORKER: Final = 2
"""Jobs that the processes are given ahead of time, so that none waits for the next."""


@dataclass(eq=False)
class _Task:
    """A job that was submitted, and when a process was given it."""

    work: Callable[[Any], Any]
    job: Any
    outcome: Future[Any] = field(default_factory=Future)
    began: float = 0.0


class ResilientPool:
    """An executor of processes; a job that kills its process is found out and given up, the others go on.

    Processes start as jobs come, and each gets its next job without a new start. When one dies, every job under way is
    lost with it: each is tried again alone, and the one that kills its process again ends with :class:`WorkerDied`.

    Parameters
    ----------
    workers
        Processes.
    limit_s
        Seconds after which a process that is stuck in one job is ended.
    set_up
        Module-level function that prepares a process, without arguments.
    """

    def __init__(self, workers: int, *, limit_s: float, set_up: Callable[[], None]) -> None:
        self._workers = workers
        self._limit_s = limit_s
        self._set_up = set_up
        self._processes: ProcessPoolExecutor | None = None
        self._events: queue.SimpleQueue[_Task | Future[Any] | None] = queue.SimpleQueue()
        self._waiting: deque[_Task] = deque()
        self._running: dict[Future[Any], _Task] = {}
        self._suspects: deque[_Task] = deque()
        self._alone = False
        """Whether the process at work has one suspect and nothing else."""
        self._closed = False
        self._cancelled = False
        self._supervisor: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown(cancel_futures=kind is not None)

    def submit(self, work: Callable[[J], R], job: J, /) -> Future[R]:
        """Run ``work(job)`` in a process when there is room; the future ends with WorkerDied when that dies of it."""
        if self._closed:
            raise RuntimeError("cannot submit after shutdown")
        if self._supervisor is None:
            self._supervisor = threading.Thread(target=self._supervise, name="pool supervisor", daemon=True)
            self._supervisor.start()
        task = _Task(work, job)
        self._events.put(task)
        return task.outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; with ``cancel_futures`` at once, in the midst of their jobs.

        Outputs are renamed into place, so a process may be ended at any moment.
        """
        self._closed = True
        if self._supervisor is None:
            return
        if cancel_futures:
            self._cancelled = True
            _terminate_children()
        self._events.put(None)
        if wait:
            self._supervisor.join()

    def _supervise(self) -> None:
        ending = False
        while not (ending and (self._cancelled or not (self._waiting or self._running or self._suspects))):
            event = self._events.get()
            if event is None:
                ending = True
            elif isinstance(event, _Task):
                self._waiting.append(event)
            else:
                self._finish(event)
            if not self._cancelled:
                self._fill()
        if self._cancelled:  # some may have started since
            _terminate_children()
        self._end_processes()
        for task in (*self._waiting, *self._suspects, *self._running.values()):
            if task.outcome.cancel():
                task.outcome.set_running_or_notify_cancel()  # whoever waits for it wakes up
            else:
                task.outcome.set_exception(CancelledError())

    def _finish(self, done: Future[Any]) -> None:
        """Hand on the outcome of a job, or put it among the suspects when its process died."""
        task = self._running.pop(done)
        error = done.exception()
        if not isinstance(error, BrokenProcessPool):
            if error is None:
                task.outcome.set_result(done.result())
            else:
                task.outcome.set_exception(error)
        elif self._alone:
            task.outcome.set_exception(WorkerDied(time.perf_counter() - task.began))
        else:
            self._suspects.append(task)
        if isinstance(error, BrokenProcessPool) and not self._running:
            self._end_processes()

    def _fill(self) -> None:
        """Give the processes what they have room for; suspects first, one at a time."""
        if self._suspects:
            if not self._running:
                if not self._alone:
                    self._end_processes()
                self._alone = True
                self._start(self._suspects.popleft())
            return
        if self._alone:
            if self._running:
                return
            self._alone = False
            self._end_processes()
        while self._waiting and len(self._running) < self._workers * QUEUED_PER_WORKER:
            self._start(self._waiting.popleft())

    def _start(self, task: _Task) -> None:
        if self._processes is None:
            self._processes = ProcessPoolExecutor(
                max_workers=1 if self._alone else self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=self._set_up,
            )
        if not task.began and not task.outcome.set_running_or_notify_cancel():
            return
        task.began = time.perf_counter()
        try:
            future = self._processes.submit(within_limit, self._limit_s, task.work, task.job)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self._running[future] = task
        future.add_done_callback(self._events.put)

    def _end_processes(self) -> None:
        if self._processes is not None:
            self._processes.shutdown(wait=True, cancel_futures=True)
            self._processes = None


def _terminate_children() -> None:
    for process in multiprocessing.active_children():
        process.terminate()
