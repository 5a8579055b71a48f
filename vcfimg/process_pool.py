"""Process pools of the standard library, ended without waiting for what does not answer."""

import signal
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Final

LAST_WAIT_S: Final = 2.0
"""How long a killed process is waited for; one that hangs in the kernel (a lost drive) ends when that lets go."""


def leave_signals_to_parent() -> None:
    """Set up a process of a pool: Ctrl-C and a closed terminal reach the whole group, and the parent decides."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def kill_processes(pool: ProcessPoolExecutor) -> None:
    """Kill the processes of ``pool``, stopped ones too; its futures end with ``BrokenProcessPool``. Does not wait."""
    for process in list((pool._processes or {}).values()):
        process.kill()


def end_now(pool: ProcessPoolExecutor) -> None:
    """End ``pool`` in the midst of its jobs; returns within about :data:`LAST_WAIT_S`."""
    processes = list((pool._processes or {}).values())
    kill_processes(pool)
    pool.shutdown(wait=False, cancel_futures=True)
    deadline = time.monotonic() + LAST_WAIT_S
    for process in processes:
        process.join(max(0.0, deadline - time.monotonic()))
