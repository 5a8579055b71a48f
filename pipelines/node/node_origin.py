"""What the node has received, as an origin of a run."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.archive_run import Sender
from pipelines.batch.run_folders import open_folders
from pipelines.destinations.send_results import Sent
from pipelines.log import log_event
from pipelines.sources.complete_studies import Completeness, CompleteStudies
from pipelines.sources.source import Source
from pipelines.sources.spool import Spool


class Received(CompleteStudies):
    """Complete studies of the spool; one that is done may give way, unless more of it has come meanwhile."""

    def __init__(self, folders: Source, completeness: Completeness, spool: Spool) -> None:
        super().__init__(folders, completeness)
        self._spool = spool
        self._began = time.time()

    def release(self, study_instance_uid: str) -> None:
        """The study is done as it was when the run began."""
        if not self._spool.received_since(study_instance_uid, self._began):
            self._spool.release(study_instance_uid)


@dataclass
class NodeOrigin:
    """See :class:`pipelines.screen_options.Origin`."""

    spool: Spool
    completeness: Completeness
    sender: Sender
    waiting: int = 0
    """Studies that were not complete at the last look."""
    unsent: int = 0
    """Problems of the last sending."""

    @contextmanager
    def open_source(self, private: Path) -> Iterator[Source]:
        """What is complete now."""
        with open_folders([self.spool.folder], private, readers=1) as folders:
            source = Received(folders, self.completeness, self.spool)
            complete = len(source.identifiers())
            self.waiting = source.waiting
            log_event("looked", complete=complete, waiting=source.waiting)
            yield source

    def send(self, out: Path, studies: Sequence[str], *, shared: bool) -> Sent:
        """Send the objects to the node's destinations."""
        sent = self.sender.send(out, studies, shared=shared)
        self.unsent = len(sent.problems)
        return sent
