"""A scan of a large archive in a process of its own, which leaves the studies in a file, one after the other.

The headers of ten thousand studies take more memory than all the rest of a run; they are gone with that process.
"""

import multiprocessing
import os
import pickle
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, BinaryIO, Final

from pipelines.sources.scanned_studies import ScannedStudies, scan_inputs
from vcfimg.errors import LoadError
from vcfimg.loaders.headers.batches import Progress
from vcfimg.loaders.study import Study

LARGE: Final = 4000
"""Files from which on it is worth the second that another process takes to start."""


@dataclass(frozen=True)
class ScanRequest:
    """What to scan, and what is remembered of it."""

    inputs: tuple[Path, ...]
    workers: int
    site_words: Path | None
    headers: Path
    set_up: Callable[[], None]
    """Prepares the process: it ends with this one, leaves it the signals, and says nothing."""


def is_large(inputs: Sequence[Path], limit: int = LARGE) -> bool:
    """Whether there are more than ``limit`` files below the inputs; no more of them are looked at."""
    seen = 0
    for one in inputs:
        for _, _, names in os.walk(one):
            seen += len(names)
            if seen > limit:
                return True
    return False


class SpooledScan:
    """The outcome of such a scan: all but the studies in memory, these read one by one.

    Parameters
    ----------
    on_fault
        Told when the headers cannot be remembered.
    progress
        Told how far the scan is.

    Raises
    ------
    LoadError
        As :func:`vcfimg.loaders.scan`; ``scan_failed`` when the process that scans ends.
    """

    def __init__(
        self, request: ScanRequest, on_fault: Callable[[Exception], None], progress: Progress | None = None
    ) -> None:
        path = request.headers.with_name(f".scan.{secrets.token_hex(6)}.tmp")  # a killed run's is removed by the next
        try:
            self.found = _scanned(request, path, on_fault, progress)
            self._spool: BinaryIO = path.open("rb")
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def studies(self) -> Iterator[Study]:
        """Each study once."""
        with self._spool as spool:
            for _ in range(len(self.found.identifiers)):
                yield pickle.load(spool)  # written by our own process, into a file that only we can open


@dataclass(frozen=True)
class _Progress:
    """How many files are done, and of how many."""

    done: int
    total: int | None


def _scanned(
    request: ScanRequest, path: Path, on_fault: Callable[[Exception], None], progress: Progress | None
) -> ScannedStudies[None]:
    context = multiprocessing.get_context("spawn")
    answers, writer = context.Pipe(duplex=False)
    process = context.Process(target=_scan_into, args=(request, path, writer))
    process.start()
    writer.close()
    try:
        while True:
            answer: Any = answers.recv()
            if isinstance(answer, tuple):
                raise LoadError(*answer)
            if isinstance(answer, OSError):
                on_fault(answer)
            elif isinstance(answer, _Progress):
                if progress is not None:
                    progress(answer.done, answer.total)
            else:
                found: ScannedStudies[None] = answer
                return found
    except EOFError:
        message = "the process that reads the headers ended; memory may have run out"
        raise LoadError("scan_failed", message) from None
    finally:
        process.kill()
        process.join()
        answers.close()


def _scan_into(request: ScanRequest, path: Path, answers: Connection) -> None:
    from vcfimg.loaders.headers.header_index import HeaderIndex

    request.set_up()
    try:
        with HeaderIndex(
            request.headers, on_fault=lambda error: answers.send(OSError(type(error).__name__))
        ) as headers:
            found = scan_inputs(
                request.inputs,
                headers=headers,
                workers=request.workers,
                site_words=request.site_words,
                progress=lambda done, total: answers.send(_Progress(done, total)),
            )
        with path.open("xb") as spool:
            for study in found.studies:
                pickle.dump(study, spool, protocol=pickle.HIGHEST_PROTOCOL)
        answers.send(found.without_studies())
    except LoadError as error:
        answers.send((error.code, error.message))
