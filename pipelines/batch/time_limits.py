"""Time limits of one study, and the share of the cores that one process may use."""

import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

from vcfimg.result import Failure

GRACE_S: Final = 30.0
"""A study that ignores its time limit for this long takes its process with it."""

_AGAIN_S: Final = 1.0
"""The timeout is raised again after this time, should something have swallowed it."""

_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
    "VCFIMG_THREADS",
)


class StudyTimeout(BaseException):
    """A study took longer than it may.

    Not an ``Exception``: it is raised in the midst of other people's code, which turns those into errors of its own.
    """


def timeout_failure(seconds: float) -> Failure:
    """What is written down of a study that was not finished within ``seconds``."""
    return Failure(stage="screen", code="timeout", message=f"not finished within {seconds:g} seconds")


def share_cores(workers: int, cores: int | None = None) -> int:
    """Set the environment so that ``workers`` processes started from now on share the cores; returns threads each."""
    threads = max(1, (cores or core_count()) // max(1, workers))
    for name in _THREAD_VARIABLES:
        os.environ[name] = str(threads)
    return threads


def core_count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`StudyTimeout` when the block takes longer.

    It comes within the block where the system can and this is the main thread, and at its end in any case: a block that
    ran into the limit and went on (destructors and callbacks from compiled code let no exception through) does not pass
    for finished.
    """
    deadline = time.monotonic() + seconds
    with _alarm(seconds):
        yield
    if time.monotonic() >= deadline:
        raise StudyTimeout


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def out_of_time(signum: int, frame: Any) -> None:
        raise StudyTimeout

    before = signal.signal(signal.SIGALRM, out_of_time)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_S)
        yield
    finally:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
        finally:  # the alarm may have come at that very moment
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


@contextmanager
def watchdog(seconds: float, sink: TextIO) -> Iterator[None]:
    """End this process when the block, stuck in compiled code, does not heed its time limit."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=sink)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
