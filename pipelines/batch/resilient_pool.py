"""A process pool that survives what a study does to its process."""

import multiprocessing
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from pipelines.batch.executor import WorkerDied
from pipelines.batch.worker_process import within_limit
from vcfimg.process_pool import end_now, kill_processes

J = TypeVar("J")
R = TypeVar("R")

QUEUED_PER_WORKER: Final = 2
"""Jobs that the processes are given ahead of time, so that none waits for the next."""

UNHEARD_S: Final = 5.0
"""A process has this long to end itself after ``limit_s``; then it is held for stopped, or stuck in the kernel."""

START_S: Final = 60.0
"""A process has this long to start, beside what it has for its job: a busy machine needs long to import."""

_LOOK_S: Final = 0.5
"""How often it is looked whether the processes have started, while some have not."""

_END_S: Final = 4.0
"""Longest wait of a shutdown that was asked to end at once."""


class _Started:
    """Counts the processes that have started."""

    def __init__(self) -> None:
        self._reader, self.writer = multiprocessing.Pipe(duplex=False)
        self._count = 0
        self._all_at: float | None = None

    def all_at(self, processes: int) -> float | None:
        """When all of them were seen to have started; None while one has not."""
        while self._reader.poll():
            self._reader.recv_bytes()
            self._count += 1
        if self._count < processes:
            self._all_at = None
        elif self._all_at is None:
            self._all_at = time.perf_counter()
        return self._all_at

    def close(self) -> None:
        self._reader.close()
        self.writer.close()


def _start_process(set_up: Callable[[], None], started: Connection) -> None:
    set_up()
    started.send_bytes(b"1")


@dataclass(eq=False)
class _Task:
    """A job that was submitted, and when a process was given it."""

    work: Callable[[Any], Any]
    job: Any
    outcome: Future[Any] = field(default_factory=Future)
    began: float | None = None
    """None while it waits behind the jobs that the processes are at."""


class ResilientPool:
    """An executor of processes; a job that kills its process is found out and given up, the others go on.

    Processes start as jobs come, and each gets its next job without a new start. When one dies, every job under way is
    lost with it: each is tried again alone, and the one that kills its process again ends with :class:`WorkerDied`.
    A process that does not end itself in time (stopped, or waiting for a lost drive) is killed from here; its job is
    given up, and the others begin again.

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
        self._started: _Started | None = None
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
            if (processes := self._processes) is not None:
                kill_processes(processes)
        self._events.put(None)
        if wait:
            self._supervisor.join(_END_S if cancel_futures else None)

    def _supervise(self) -> None:
        # The processes inherit it: from their first moment Ctrl-C is the parent's.
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        ending = False
        while not (ending and (self._cancelled or not (self._waiting or self._running or self._suspects))):
            try:
                event = self._events.get(timeout=self._next_deadline())
            except queue.Empty:
                self._kill_overdue()
                continue
            if event is None:
                ending = True
            elif isinstance(event, _Task):
                self._waiting.append(event)
            else:
                self._finish(event)
            if not self._cancelled:
                self._fill()
        self._end_processes()
        for task in (*self._waiting, *self._suspects, *self._running.values()):
            if task.outcome.cancel():
                task.outcome.set_running_or_notify_cancel()  # whoever waits for it wakes up
            else:
                task.outcome.set_exception(CancelledError())

    def _at_work(self) -> list[_Task]:
        """The jobs that the processes are at: they take them in the order in which they were given."""
        return list(islice(self._running.values(), 1 if self._alone else self._workers))

    def _next_deadline(self) -> float | None:
        """Seconds until the first job at work is overdue; None when none is at work."""
        now = time.perf_counter()
        for task in self._at_work():
            if task.began is None:
                task.began = now
        deadlines = [self._deadline(task) for task in self._at_work()]
        if not deadlines:
            return None
        left = max(0.0, min(deadlines) - now)
        return left if self._all_started_at() is not None else min(left, _LOOK_S)

    def _deadline(self, task: _Task) -> float:
        """When ``task``, which is at work, is overdue."""
        began = time.perf_counter() if task.began is None else task.began
        started = self._all_started_at()
        return (began + START_S if started is None else max(began, started)) + self._limit_s + UNHEARD_S

    def _all_started_at(self) -> float | None:
        if self._started is None or self._processes is None:
            return None
        return self._started.all_at(len(self._processes._processes or {}))

    def _kill_overdue(self) -> None:
        now = time.perf_counter()
        overdue = [task for task in self._at_work() if now >= self._deadline(task)]
        if not overdue:
            return
        running, self._running = self._running, {}
        self._end_processes()
        again = []
        for future, task in running.items():
            if future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenProcessPool):
                self._hand_on(future, task)
            elif task in overdue:
                self._give_up(task)
            else:
                again.append(task)
        (self._suspects if self._alone else self._waiting).extendleft(reversed(again))

    def _finish(self, done: Future[Any]) -> None:
        """Hand on the outcome of a job, or put it among the suspects when its process died."""
        task = self._running.pop(done, None)
        if task is None:  # settled when its process was killed
            return
        if not isinstance(done.exception(), BrokenProcessPool):
            self._hand_on(done, task)
            return
        if self._alone:
            self._give_up(task)
        else:
            self._suspects.append(task)
        if not self._running:
            self._end_processes()

    @staticmethod
    def _hand_on(done: Future[Any], task: _Task) -> None:
        error = done.exception()
        if error is None:
            task.outcome.set_result(done.result())
        else:
            task.outcome.set_exception(error)

    @staticmethod
    def _give_up(task: _Task) -> None:
        now = time.perf_counter()
        task.outcome.set_exception(WorkerDied(now - (now if task.began is None else task.began)))

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
            self._started = _Started()
            self._processes = ProcessPoolExecutor(
                max_workers=1 if self._alone else self._workers,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_start_process,
                initargs=(self._set_up, self._started.writer),
            )
        if not task.outcome.running() and not task.outcome.set_running_or_notify_cancel():
            return
        task.began = None
        try:
            future = self._processes.submit(within_limit, self._limit_s, task.work, task.job)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self._running[future] = task
        future.add_done_callback(self._events.put)

    def _end_processes(self) -> None:
        """None of them is at a job that anybody waits for, so they are not asked but killed."""
        if self._processes is not None:
            end_now(self._processes)
            self._processes = None
        if self._started is not None:
            self._started.close()
            self._started = None
