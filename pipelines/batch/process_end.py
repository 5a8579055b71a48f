"""How the processes of a run end together: on a signal to end it, and when the process that started them is gone."""

import ctypes
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, parent_process
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
"""From linux/prctl.h: the signal that a process gets when its parent ends."""


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does (``KeyboardInterrupt``): workers stopped, tables of what is there."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def end_with_parent() -> None:
    """See to it that this worker ends at once when its parent does: the lock on the output folder is gone then.

    Linux does it by itself, even while compiled code runs; elsewhere, and for a parent that was gone before this call,
    a thread watches.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch_parent, name="parent watch", daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
