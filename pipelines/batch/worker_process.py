"""How a process of the local pool is set up, and kept from staying for ever in one job."""

import os
from collections.abc import Callable
from typing import TypeVar

from pipelines.batch.process_end import end_with_parent
from pipelines.batch.time_limits import watchdog
from vcfimg.process_pool import leave_signals_to_parent

J = TypeVar("J")
R = TypeVar("R")


def set_up_process() -> None:
    """Make this process a worker: it leaves Ctrl-C to the parent, ends with it, and says nothing but outcomes.

    C++ libraries write header values to standard error, so it leads nowhere here. Nothing of this is needed for the
    work itself.
    """
    leave_signals_to_parent()
    end_with_parent()
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    from pipelines.log import quiet_libraries

    quiet_libraries()


def within_limit(limit_s: float, work: Callable[[J], R], job: J) -> R:
    """``work(job)``; this process ends when that takes longer than ``limit_s`` seconds."""
    with open(os.devnull, "w") as nowhere, watchdog(limit_s, nowhere):
        return work(job)
