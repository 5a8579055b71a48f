"""Studies below folders of this machine."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from pipelines.sources.scanned_studies import ScannedStudies, scan_inputs
from pipelines.sources.source import Skipped
from pipelines.sources.spooled_scan import LARGE, ScanRequest, SpooledScan, is_large
from vcfimg.base import Note
from vcfimg.loaders.headers.batches import Progress
from vcfimg.loaders.headers.header_index import HeaderIndex
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.result import Failure


class FolderSource:
    """The studies below some folders or files, scanned when they are first asked for.

    Parameters
    ----------
    inputs
        Folders or files, as :func:`vcfimg.loaders.scan` takes them.
    headers
        What is remembered of the files, so that an unchanged folder is not read again; None: nothing.
    workers
        Processes that read headers.
    site_words
        File of a site's own series names.
    progress
        Opened around the scan; the scan tells its progress to what it gives.
    set_up
        Prepares a process that scans more than ``large`` files, so that their headers take no memory here; None: this
        process scans, whatever there is.
    on_fault
        Told when that process cannot remember the headers.
    """

    def __init__(
        self,
        inputs: Sequence[Path],
        *,
        headers: HeaderIndex | None = None,
        workers: int = 1,
        site_words: Path | None = None,
        progress: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
        set_up: Callable[[], None] | None = None,
        on_fault: Callable[[Exception], None] = lambda error: None,
        large: int = LARGE,
    ) -> None:
        self._inputs = tuple(inputs)
        self._headers = headers
        self._workers = workers
        self._site_words = site_words
        self._progress = progress
        self._set_up = set_up
        self._on_fault = on_fault
        self._large = large
        self._scanned: ScannedStudies[Any] | None = None
        self._waiting: Iterator[Study] = iter(())

    def identifiers(self) -> Sequence[StudyInfo]:
        """See :class:`pipelines.sources.source.Source`; the whole scan comes first, since a study may lie anywhere."""
        return self._found().identifiers

    def studies(self) -> Iterator[Study]:
        """Each study once, in the order of the UIDs."""
        self._found()
        yield from self._waiting

    def release(self, study_instance_uid: str) -> None:
        """Nothing to do: the files are not ours."""

    def problems(self) -> Sequence[Note]:
        """None: what lies in a folder is given."""
        return ()

    def lost(self) -> Mapping[str, Failure]:
        """No study is."""
        return {}

    def skipped_beside(self, study_instance_uid: str) -> Mapping[str, int]:
        """Number of unusable files in the folders of that study alone, by reason."""
        return self._found().beside.get(study_instance_uid, {})

    def skipped(self) -> Skipped:
        """Every unusable file below the inputs."""
        return self._found().skipped

    def _found(self) -> ScannedStudies[Any]:
        if self._scanned is None:
            path = None if self._headers is None else self._headers.path
            with self._progress() as progress:
                if self._set_up is not None and path is not None and is_large(self._inputs, self._large):
                    request = ScanRequest(self._inputs, self._workers, self._site_words, path, self._set_up)
                    spooled = SpooledScan(request, self._on_fault, progress)
                    self._scanned, self._waiting = spooled.found, spooled.studies()
                else:
                    found = scan_inputs(
                        self._inputs,
                        headers=self._headers,
                        workers=self._workers,
                        site_words=self._site_words,
                        progress=progress,
                    )
                    self._scanned, self._waiting = found.without_studies(), _emptied(found.studies)
        return self._scanned


def _emptied(waiting: deque[Study]) -> Iterator[Study]:
    while waiting:
        yield waiting.popleft()
