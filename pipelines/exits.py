"""Exit statuses of the command line (0 all well, 1 some failed, 2 unusable) and the way to leave with one."""

import os
import sys
from contextlib import suppress
from typing import Final, NoReturn

import typer

from pipelines.standard_streams import tell

ALL_WELL: Final = 0
"""Everything was screened; a study without a spine series is not a failure."""

SOME_FAILED: Final = 1
"""Some studies or records failed, each named with its reason in the output."""

UNUSABLE: Final = 2
"""Unusable arguments, nothing usable at all, or something asked for that is not available."""

INTERRUPTED: Final = 130
"""Ctrl-C or SIGTERM; what was finished before is kept."""


def leave(end: SystemExit) -> NoReturn:
    """End the program; a process of it that cannot be ended (it hangs in the kernel) is not waited for.

    Raises
    ------
    SystemExit
        ``end`` itself, where no process is left.
    """
    processes = sys.modules.get("multiprocessing")
    if processes is not None and processes.active_children():
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(end.code if isinstance(end.code, int) else SOME_FAILED)
    raise end


def unusable(message: str) -> NoReturn:
    """Say what cannot be used and leave with :data:`UNUSABLE`."""
    tell(f"Error: {message}")
    raise typer.Exit(UNUSABLE)


def not_available(what: str) -> NoReturn:
    """Say that an option is known but has no implementation in this version, and leave with :data:`UNUSABLE`."""
    unusable(f"{what} is not available in this version of vcfimg")
