"""How the processes of a run end together: on a signal to end it, and when the process that started them is gone."""

import ctypes
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, parent_process
from types import FrameType
from typing import Any, Final

_PR_SET_PDEATHSIG: Final = 1
"""From linux/prctl.h: the signal that a process gets when its parent ends."""


_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))
"""Signals that end a run: of the system, of a person (Ctrl-C), of a terminal that was closed."""

Handler = Callable[[int, FrameType | None], Any] | signal.Handlers


@contextmanager
def signals_as_interrupt() -> Iterator[None]:
    """Let every signal to end end the block as Ctrl-C does (``KeyboardInterrupt``): workers stopped, tables written."""
    with _on_signals(signal.default_int_handler):
        yield


@contextmanager
def signals_end_at_once(status: int) -> Iterator[None]:
    """Let a signal end the program on the spot while there is nothing to tidy up, as during imports.

    An exception raised in the midst of an import comes out as whatever the library makes of it.
    """

    def end(signum: int, frame: FrameType | None) -> None:
        with suppress(OSError):
            os.write(2, b"Interrupted before the run began\n")
        os._exit(status)

    with _on_signals(end):
        yield


@contextmanager
def signals_held() -> Iterator[None]:
    """Ignore further signals while the last, short work is done: a service manager often sends more than one."""
    with _on_signals(signal.SIG_IGN):
        yield


@contextmanager
def _on_signals(handler: Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _ENDING}
    # What is ignored stays so: a run started with nohup outlives its terminal.
    changed = [number for number, was in before.items() if was is not None and was != signal.SIG_IGN]
    try:
        for number in changed:
            signal.signal(number, handler)
        yield
    finally:
        for number in changed:
            signal.signal(number, before[number])


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
