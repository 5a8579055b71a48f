"""A worker: takes studies from the queue of a store, works on them, and writes down what became of them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipelines.batch.entries import CRASHES
from pipelines.batch.executor import Executor
from pipelines.batch.job import Job, Outcome
from pipelines.batch.job_text import read_job
from pipelines.batch.run_jobs import run_jobs
from pipelines.log import log_event
from vcfimg.errors import ReportError, StoreError
from vcfimg.result import Failure
from vcfimg.store import Claim, Database, Share, StudyRows, WorkQueue

RENEWALS: Final = 3
"""How often a lease is renewed in its time."""


class QueueWorker:
    """Works on what it can claim; stateless but for the studies it is at.

    Parameters
    ----------
    queue
        The queue under the name of this worker.
    executor
        Who does the work; it stays open unless it is interrupted in the midst of it.
    at_once
        Studies that the executor works on at once.
    share
        Only these studies; None: any.
    out
        The output folder as this machine sees it; None: as the jobs name it.
    """

    def __init__(
        self,
        database: Database,
        queue: WorkQueue,
        executor: Executor,
        *,
        at_once: int = 1,
        share: Share | None = None,
        out: Path | None = None,
    ) -> None:
        self._rows = StudyRows(database)
        self._queue = queue
        self._executor = executor
        self._at_once = at_once
        self._share = share
        self._out = out
        self._claims: dict[str, Claim] = {}
        self._worn_out: list[Outcome] = []

    def work(self) -> Iterator[Outcome]:
        """Work on the studies that can be claimed now, and yield what became of each once the store has it.

        Whatever ends this early, an interruption too, gives back what was not done.

        Raises
        ------
        StoreError, SegmentationError
            When the store is lost, or its jobs are not for this machine.
        ReportError
            ``write_failed`` when a result cannot be written: the disk is full, or the folder is not there.
        """
        try:
            with self._renewed():
                for outcome in run_jobs(self._jobs(), self._executor, in_flight=self._at_once):
                    yield from self._take_worn_out()
                    self._record(outcome)
                    yield outcome
                yield from self._take_worn_out()
        except BaseException:
            if self._claims:  # first nobody works on them any more
                self._executor.shutdown(cancel_futures=True)
            raise
        finally:
            self.give_back()

    def give_back(self) -> None:
        """Put back what was claimed and is not done."""
        claims, self._claims = self._claims, {}
        if claims:
            given = self._queue.give_back(claims.values())
            log_event("given back", studies=given)

    def open(self) -> int:
        """Studies of its share that wait or are worked on, by whomever."""
        return self._queue.open(share=self._share)

    def _jobs(self) -> Iterator[Job]:
        while True:
            holding = [claim.attempt for claim in self._claims.values()]
            claims = self._queue.claim(share=self._share, holding=holding)
            if not claims:
                return
            (claim,) = claims
            self._claims[claim.folder] = claim
            job = read_job(claim.job or b"", self._rows.fact, out=self._out)
            if claim.exhausted:
                self._worn_out.append(self._write_off(job))
            else:
                yield replace(job, last_attempt=claim.last)

    def _write_off(self, job: Job) -> Outcome:
        """Write down a study whose last worker cannot say any more what became of it."""
        from pipelines.batch.study_run import give_up

        message = "every process that worked on this study ended or was not heard of again"
        outcome = give_up(job, Failure(stage="screen", code="worker_died", message=message), 0.0)
        self._record(outcome)
        return outcome

    def _take_worn_out(self) -> Iterator[Outcome]:
        yield from self._worn_out
        self._worn_out.clear()

    def _record(self, outcome: Outcome) -> None:
        claim = self._claims[outcome.entry.folder]
        if not outcome.written:
            reason = outcome.failure.message if outcome.failure else "unknown reason"
            raise ReportError("write_failed", f"a result cannot be written, so this worker ends ({reason})")
        kept = record(self._queue, claim, outcome)
        del self._claims[outcome.entry.folder]
        if not kept:
            log_event("done by another worker meanwhile", level=logging.WARNING, study=claim.folder)

    @contextmanager
    def _renewed(self) -> Iterator[None]:
        """Renew the leases in the block, from a thread of its own."""
        ended = threading.Event()

        def renew() -> None:
            while not ended.wait(self._queue.lease_s / RENEWALS):
                try:
                    self._queue.renew(list(self._claims.values()))
                except StoreError as error:  # the next renewal may come in time
                    log_event("lease not renewed", level=logging.WARNING, code=error.code)

        thread = threading.Thread(target=renew, name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def record(queue: WorkQueue, claim: Claim, outcome: Outcome) -> bool:
    """Write down what became of a claimed study; False when the claim was lost meanwhile."""
    entry, action, seconds = outcome.entry, outcome.action, outcome.seconds
    if claim.exhausted or (entry.status == "failed" and entry.passing in CRASHES):
        code = entry.passing or "worker_died"
        return queue.fail(claim, entry, outcome.listed, code=code, action=action, seconds=seconds)
    return queue.finish(claim, entry, outcome.listed, action=action, seconds=seconds)
