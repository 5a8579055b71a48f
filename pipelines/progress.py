"""A progress bar on a terminal; nothing otherwise, since the log lines tell the progress then."""

import contextlib
import sys
from collections.abc import Callable, Iterator

Advance = Callable[[], None]


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
