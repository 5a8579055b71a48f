"""Studies below folders of this machine."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pipelines.sources.skipped_files import Counts, assign_skipped, skipped_rows
from pipelines.sources.source import Skipped
from vcfimg.base import Note
from vcfimg.loaders import scan
from vcfimg.loaders.headers.batches import Progress
from vcfimg.loaders.headers.header_index import HeaderIndex
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.result import Failure
from vcfimg.screening.run_state import study_info


@dataclass(frozen=True)
class _Found:
    """What one scan gave; a study leaves ``waiting`` when it is handed on."""

    identifiers: tuple[StudyInfo, ...]
    waiting: deque[Study]
    beside: dict[str, Counts]
    skipped: Skipped


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
    """

    def __init__(
        self,
        inputs: Sequence[Path],
        *,
        headers: HeaderIndex | None = None,
        workers: int = 1,
        site_words: Path | None = None,
        progress: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
    ) -> None:
        self._inputs = tuple(inputs)
        self._headers = headers
        self._workers = workers
        self._site_words = site_words
        self._progress = progress
        self._scanned: _Found | None = None

    def identifiers(self) -> Sequence[StudyInfo]:
        """See :class:`pipelines.sources.source.Source`; the whole scan comes first, since a study may lie anywhere."""
        return self._found().identifiers

    def studies(self) -> Iterator[Study]:
        """Each study once, in the order of the UIDs."""
        waiting = self._found().waiting
        while waiting:
            yield waiting.popleft()

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

    def _found(self) -> _Found:
        if self._scanned is None:
            with self._progress() as progress:
                result = scan(
                    self._inputs,
                    workers=self._workers,
                    index=self._headers,
                    site_words=self._site_words,
                    progress=progress,
                )
            beside, elsewhere = assign_skipped(result)
            rows = tuple(skipped_rows(result.skipped, self._inputs))
            self._scanned = _Found(
                identifiers=tuple(map(study_info, result.studies)),
                waiting=deque(result.studies),
                beside=beside,
                skipped=Skipped(rows, result.counts(), elsewhere),
            )
        return self._scanned
