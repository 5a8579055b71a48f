"""A folder into which studies arrive."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.batch.local_executor import worker_count
from pipelines.batch.run_folders import open_folders
from pipelines.batch.time_limits import core_count
from pipelines.destinations.send_results import Sent
from pipelines.log import log_event
from pipelines.sources.complete_studies import Completeness, CompleteStudies
from pipelines.sources.source import Source


@dataclass(frozen=True)
class WatchedFolder:
    """The complete studies below a folder, as an origin of a run."""

    folder: Path
    completeness: Completeness
    workers: int = 0
    site_words: Path | None = None

    @contextmanager
    def open_source(self, private: Path) -> Iterator[Source]:
        """What is complete now."""
        readers = min(worker_count(self.workers), core_count())
        with open_folders([self.folder], private, readers=readers, site_words=self.site_words) as folders:
            source = CompleteStudies(folders, self.completeness)
            complete = len(source.identifiers())
            log_event("looked", complete=complete, waiting=source.waiting)
            yield source

    def send(self, out: Path, studies: Sequence[str], *, shared: bool) -> Sent:
        """Nothing: a watched folder has no destination."""
        return Sent()
