"""The store of an output folder as a batch sees it: entries, attempts, and the rows of the tables."""

import logging
import os
import socket
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import Final

from pipelines.batch.entries import entry_of
from pipelines.batch.entry_pages import EntryPages
from pipelines.batch.executor import Executor
from pipelines.batch.job import PRIVATE, Entry, Job, Outcome, Settings
from pipelines.batch.job_text import study_of_job
from pipelines.batch.keys import file_signature, work_key
from pipelines.batch.output_listing import OutputListing
from pipelines.batch.queue_run import QueueRun, Works
from pipelines.batch.queue_worker import QueueWorker, record
from pipelines.log import log_event
from vcfimg.base import Note
from vcfimg.errors import ReportError, StoreError
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.reports import read_result, study_folder_name
from vcfimg.reports.paths import STUDIES
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.run_scope import RunScope
from vcfimg.store import Claim, Database, State, StudyRows, Task, WorkQueue, open_store, sqlite_url

FILE: Final = "index.sqlite"
"""The store below the private folder, where no other is named."""

MAX_ATTEMPTS: Final = 3
"""Attempts after which a study is quarantined, where no other number is asked for."""

OUT: Final = "out"
"""Fact of the store: the output folder it is of."""

DAMAGED: Final = "index.damaged.sqlite"
"""What is left of one that could not be read."""


class OutputStore:
    """What earlier runs did with the studies of one output folder; a :class:`pipelines.batch.store.Store`.

    Parameters
    ----------
    dispensable
        Whether a store that stops working costs only a warning: the results say it all again. A store that was named
        raises ``StoreError``.
    """

    def __init__(
        self, database: Database, out: Path, *, dispensable: bool = True, max_attempts: int = MAX_ATTEMPTS
    ) -> None:
        self._out = out
        self._database = database
        self._rows = StudyRows(database)
        self._pages = EntryPages(self._rows)
        self._run = worker_name()
        self._queue = WorkQueue(database, worker=self._run, max_attempts=max_attempts)
        self._claims: dict[str, Claim] = {}
        self._dispensable = dispensable
        self._warned = False

    def known(self, study_instance_uid: str) -> Entry | None:
        """The entry of a study that has a readable ``result.json``.

        A result that the store does not know, or that was written after its entry (an interrupted run, a copied
        folder), speaks for itself. A study in quarantine is not looked at again for the reason it failed for.
        """
        folder = study_folder_name(study_instance_uid)
        path = os.path.join(self._out, STUDIES, folder, RESULT_JSON)
        signature = file_signature(path)
        if signature is None:
            return None
        found: tuple[Entry, str | None] | None = None
        with self._spared():
            found = self._pages.entry(folder)
        if found is not None and found[0].result_signature == signature:
            entry, state = found
            return replace(entry, passing=None) if state == State.QUARANTINED else entry
        try:
            return entry_of(read_result(path), signature)
        except ReportError:
            return None

    def begin(self, job: Job) -> bool:
        """Note that this run is at the study; what an earlier run was at when it was killed is taken over.

        True when it is the last attempt before quarantine.
        """
        uid = job.study.study_instance_uid
        task = Task(study_folder_name(uid), uid, work_key(job))
        with self._spared():
            claim = self._claims[task.folder] = self._queue.begin(task, run=self._run)
            return claim.last
        return False

    def put(self, outcome: Outcome) -> None:
        """Add or replace an entry and its rows, and end the attempt."""
        claim = self._claims.pop(outcome.entry.folder, None)
        self._pages.drop(outcome.entry.folder)
        with self._spared():
            if claim is None:
                self._rows.put([(outcome.entry, outcome.listed)])
            else:
                record(self._queue, claim, outcome)

    def listing(self, origin: ListOrigin, scope: RunScope) -> tuple[OutputListing, Sequence[Note]] | None:
        """The studies as the store has them, after what changed in the folder was read; None when it cannot tell."""
        found: tuple[OutputListing, Sequence[Note]] | None = None
        with self._spared():
            listing = OutputListing(self._rows, self._out, origin, scope)
            found = listing, listing.renew()
        return found

    def queue_run(
        self, settings: Settings, executor: Executor | None, *, at_once: int, workers: Works | None = None
    ) -> QueueRun:
        """A run through the queue of the store.

        Parameters
        ----------
        executor
            Does work of the queue meanwhile, ``at_once`` studies at a time; None: the work is left to workers.
        workers
            Who does it instead; it is waited for.

        Raises
        ------
        StoreError
            ``store_of_other_folder`` when the store is that of another output folder, which is still there.
        SegmentationError
            When the segmenter cannot be named to a worker.
        """
        here, there = os.path.abspath(self._out), self._rows.fact(OUT)
        if there is not None and there != here and os.path.isdir(there):
            raise StoreError("store_of_other_folder", "the store belongs to another output folder: name one for each")
        self._rows.set_fact(OUT, here)
        worker = workers
        if executor is not None:
            worker = QueueWorker(self._database, self._queue, executor, at_once=at_once, out=self._out)
        return QueueRun(self._database, self._queue, settings, run=self._run, worker=worker)

    def waiting(self) -> Iterator[StudyInfo]:
        """The studies in the queue, which may have no result yet."""
        with self._spared():
            yield from filter(None, map(study_of_job, self._rows.jobs()))

    def forget(self, folders: Collection[str]) -> None:
        """Remove everything of these study folders."""
        with self._spared():
            self._rows.forget(folders)

    def close(self) -> None:
        """Give back what was begun and not ended."""
        if self._claims:
            with self._spared():
                self._queue.give_back(self._claims.values())

    @contextmanager
    def _spared(self) -> Iterator[None]:
        """A full disk or a lost drive costs the next run some time, and this one a warning."""
        try:
            yield
        except StoreError as error:
            if not self._dispensable:
                raise
            if not self._warned:
                _warn(error)
            self._warned = True


@contextmanager
def open_output_store(out: Path, url: str | None = None, *, max_attempts: int = MAX_ATTEMPTS) -> Iterator[OutputStore]:
    """Open the store of an output folder.

    Parameters
    ----------
    url
        The store that was named, which must work. None: a file of the folder; a missing or damaged one starts empty,
        an impossible one stays in memory.

    Raises
    ------
    StoreError
        ``store_newer``; of a store that was named also what :func:`vcfimg.store.open_store` raises.
    """
    with ExitStack() as stack:
        database = _of_folder(stack, out / PRIVATE / FILE) if url is None else stack.enter_context(open_store(url))
        store = OutputStore(database, out, dispensable=url is None, max_attempts=max_attempts)
        try:
            yield store
        finally:
            store.close()


def worker_name() -> str:
    """A name that no other process and no other start of this one has."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"


def _of_folder(stack: ExitStack, path: Path) -> Database:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return stack.enter_context(open_store(sqlite_url(path)))
        except StoreError as error:
            if error.code != "store_damaged":
                raise
            _set_aside(path)
            return stack.enter_context(open_store(sqlite_url(path)))
    except (OSError, StoreError) as error:
        if isinstance(error, StoreError) and error.code == "store_newer":
            raise
        _warn(error)
        return stack.enter_context(open_store("sqlite://"))


def _set_aside(path: Path) -> None:
    """Keep a damaged file for whoever wants to look at it; one at most."""
    path.replace(path.with_name(DAMAGED))
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _warn(error: Exception) -> None:
    reason = error.code if isinstance(error, StoreError) else type(error).__name__
    log_event("index not usable", level=logging.WARNING, reason=reason)
