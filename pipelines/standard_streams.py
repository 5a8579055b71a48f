"""Standard streams that the caller left closed or full."""

import os
import sys
from contextlib import suppress


def open_standard_streams() -> None:
    """Lead every closed standard stream to nowhere.

    Otherwise the next file that is opened gets its number, and what a library prints goes into that file.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                handle = os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
                if handle != number:
                    os.dup2(handle, number)
                    os.close(handle)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", errors="backslashreplace", closefd=False))  # noqa: SIM115


def tell(message: str) -> None:
    """Write a line to standard error, if anybody can be told."""
    with suppress(OSError, ValueError):
        print(message, file=sys.stderr, flush=True)
