"""Who does the work of a batch: what :mod:`concurrent.futures` calls an executor."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

J = TypeVar("J")
R = TypeVar("R")


class Executor(Protocol):
    """Runs a function on a job, here or elsewhere; every executor of :mod:`concurrent.futures` is one.

    Function and job can be pickled, and the job holds all that the function needs: nothing is set up beforehand. The
    paths in a job must lead to the same files wherever it runs.
    """

    def submit(self, work: Callable[[J], R], job: J, /) -> Future[R]:
        """Run ``work(job)`` when there is room; the future holds its outcome, or the exception it ended with."""
        ...

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more jobs; with ``cancel_futures`` those not begun are dropped."""
        ...


class WorkerDied(Exception):
    """The process that worked on the job ended, for the given time in seconds after it had begun with it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class InThisProcess:
    """Runs each job at once, in the thread that submits it."""

    def submit(self, work: Callable[[J], R], job: J, /) -> Future[R]:
        """The finished future; Ctrl-C is let through."""
        future: Future[R] = Future()
        try:
            future.set_result(work(job))
        except Exception as error:  # noqa: BLE001  as any executor
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing is left to end."""
