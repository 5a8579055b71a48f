"""Time limits of one study, and the share of the cores that one process may use."""

import faulthandler
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

from vcfimg.errors import VcfimgError

GRACE_S: Final = 30.0
"""A study that ignores its time limit for this long takes its process with it."""

_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
    "VCFIMG_THREADS",
)


class StudyTimeout(VcfimgError):
    """A study took longer than it may."""


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
    """Raise :class:`StudyTimeout` in the main thread when the block takes longer (where the system can)."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def out_of_time(signum: int, frame: Any) -> None:
        raise StudyTimeout("timeout", f"not finished within {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, out_of_time)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
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
