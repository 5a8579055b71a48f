"""One run at a time in an output folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vcfimg.errors import ReportError


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold the folder for this run; the system gives it back however the run ends.

    Raises
    ------
    ReportError
        ``folder_in_use`` when another run holds it, ``write_failed`` when it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / "lock").open("a")
    except OSError as error:
        raise ReportError("write_failed", f"cannot write the output folder ({error.strerror})") from error
    with stream:
        try:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # no such lock on this system
            pass
        except OSError as error:
            raise ReportError("folder_in_use", "another run is writing to this output folder") from error
        yield
