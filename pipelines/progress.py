"""A progress bar on a terminal; elsewhere the log lines tell the progress."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from pipelines.log import log_event
from vcfimg.loaders.headers.batches import Progress

Advance = Callable[[], None]

LOG_EVERY_S: Final = 10.0
"""Seconds between two log lines of a scan."""


@contextlib.contextmanager
def progress_bar(total: int | None, *, wanted: bool = True) -> Iterator[Advance]:
    """Yield a function to call once per finished study; ``total`` is None where their number is not known."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("screening"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("screening", total=total)
        yield lambda: progress.advance(task)


@contextlib.contextmanager
def scan_progress(*, wanted: bool = True) -> Iterator[Progress]:
    """Yield what a scan is to tell its progress to; off a terminal, a long scan leaves a log line now and then."""
    if not (wanted and sys.stderr.isatty()):
        yield _logged(time.monotonic())
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("reading headers"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("headers", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _logged(last: float) -> Progress:
    def tell(done: int, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last < LOG_EVERY_S:
            return
        last = time.monotonic()
        if total is None:
            log_event("searching", files=done)
        else:
            log_event("reading headers", files=total, read=done)

    return tell
