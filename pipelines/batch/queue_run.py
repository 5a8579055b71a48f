"""A batch whose studies go through the queue of its store, where workers of any machine take them."""

import time
from collections.abc import Generator, Iterator
from typing import Final, Protocol

from pipelines.batch.job import Job, Outcome, Settings
from pipelines.batch.job_text import SETTINGS, job_text, settings_text
from pipelines.batch.keys import work_key
from pipelines.batch.list_facts import ListFacts
from vcfimg.reports import study_folder_name
from vcfimg.store import Database, StudyRows, Task, WorkQueue

BATCH: Final = 100
"""Studies that are put into the queue in one transaction."""

POLL_S: Final = 1.0
"""How often it is looked whether workers elsewhere have finished."""

_OVERLAP_S: Final = 10.0
"""Ends are asked for from so long before the last one on: transactions may become visible out of turn."""


class Works(Protocol):
    """Works on the queue, or sees that others do."""

    def work(self) -> Iterator[object]:
        """Yields now and then, and ends when there is nothing to do at the moment."""
        ...


class QueueRun:
    """What one run puts into the queue, and what becomes of it, whoever does it.

    Parameters
    ----------
    run
        Names the run.
    worker
        Works on the queue meanwhile; None: nothing is waited for.
    """

    def __init__(
        self, database: Database, queue: WorkQueue, settings: Settings, *, run: str, worker: Works | None
    ) -> None:
        self._worker = worker
        self._rows = StudyRows(database)
        self._queue = queue
        self._run = run
        self._told: set[str] = set()
        self._last = 0.0
        self._looked = 0.0
        self._settings_name, text = settings_text(settings)
        if not queue.open():  # those of earlier runs speak to no job any more
            self._rows.drop_facts(SETTINGS)
        self._rows.set_fact(self._settings_name, text)

    def outcomes(self, judged: Iterator[Job | Outcome]) -> Generator[Outcome]:
        """Put every job into the queue and yield what becomes of it, whoever does it."""
        yield from self._enqueue(judged)
        while self._worker is not None and self.left():
            for _ in self._worker.work():
                if time.monotonic() - self._looked > POLL_S:
                    yield from self._ended()
            yield from self._ended()
            if self.left():
                time.sleep(POLL_S)
        yield from self._ended()

    def left(self) -> int:
        """Studies of this run that wait or are worked on."""
        return self._queue.open(run=self._run)

    def keep(self, facts: ListFacts) -> None:
        """Keep what the tables say beside the studies for the worker that will write them."""
        facts.keep(self._rows)

    def _enqueue(self, judged: Iterator[Job | Outcome]) -> Iterator[Outcome]:
        tasks: list[Task] = []
        for each in judged:
            if isinstance(each, Outcome):
                yield each
                continue
            uid = each.study.study_instance_uid
            tasks.append(Task(study_folder_name(uid), uid, work_key(each), job_text(each, self._settings_name)))
            if len(tasks) == BATCH:
                self._queue.enqueue(tasks, run=self._run)
                tasks.clear()
        self._queue.enqueue(tasks, run=self._run)

    def _ended(self) -> Iterator[Outcome]:
        self._looked = time.monotonic()
        for ended in self._rows.ended(self._run, self._last - _OVERLAP_S):
            self._last = max(self._last, ended.at)
            if ended.entry.folder not in self._told:
                self._told.add(ended.entry.folder)
                yield Outcome(ended.action, ended.entry, ended.seconds, known_before=True)  # type: ignore[arg-type]
