"""From the options of ``vcfimg worker`` to its work and its exit status."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines import exits
from pipelines.batch.job import PRIVATE
from pipelines.batch.output_store import OUT, worker_name
from pipelines.batch.process_end import signals_as_interrupt
from pipelines.batch.queue_worker import QueueWorker
from pipelines.batch.run_batch import log_outcome
from pipelines.batch.time_limits import share_cores
from pipelines.batch.timed_pool import TimedPool
from pipelines.batch.worker_tables import tables_when_done
from pipelines.log import log_event, set_up_logging
from pipelines.private_files import private_files
from vcfimg.errors import StoreError, VcfimgError
from vcfimg.store import Database, Share, StudyRows, WorkQueue, open_store

POLL_S: Final = 1.0
"""How often it is looked for work while other workers are at the rest."""


@dataclass(frozen=True, kw_only=True)
class WorkerOptions:
    """What ``vcfimg worker`` was asked to do; see there."""

    store: str
    out: Path | None
    share: tuple[int, int] | None
    workers: int
    stay: bool
    max_attempts: int
    lease_s: float
    log_json: bool


def run_worker(options: WorkerOptions) -> int:
    """Work until nothing of the share is left and return the exit status; exits with 2 when nothing can be done."""
    set_up_logging(as_json=options.log_json)
    try:
        with signals_as_interrupt(), open_store(options.store) as database:
            out = _output_folder(database, options.out)
            with private_files(shared=_is_shared(out)):
                return _work(database, out, options)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")


def _work(database: Database, out: Path, options: WorkerOptions) -> int:
    name = worker_name()
    queue = WorkQueue(database, worker=name, lease_s=options.lease_s, max_attempts=options.max_attempts)
    share = None if options.share is None else Share(*options.share)
    if "VCFIMG_THREADS" not in os.environ:
        share_cores(options.workers)
    pool = TimedPool(options.workers)
    worker = QueueWorker(database, queue, pool, at_once=options.workers, share=share, out=out)
    log_event("worker", name=name)
    done: Counter[str] = Counter()
    listed = 0
    try:
        while True:
            for outcome in worker.work():
                done[outcome.entry.status] += 1
                log_outcome(outcome)
            if not worker.open():
                if listed != done.total() and not queue.open() and tables_when_done(database, out):
                    listed = done.total()
                if not options.stay:
                    break
            time.sleep(POLL_S)
    finally:
        pool.shutdown(cancel_futures=True)
    log_event("finished", **{f"status_{key}": number for key, number in done.items()})
    return exits.SOME_FAILED if done["failed"] else exits.ALL_WELL


def _output_folder(database: Database, given: Path | None) -> Path:
    kept = StudyRows(database).fact(OUT)
    out = given or (None if kept is None else Path(kept))
    if out is None:
        raise StoreError("store_without_work", "no run has put work into this store: vcfimg screen --store URL does")
    if not (out / PRIVATE).is_dir():
        raise StoreError("no_output_folder", f"{out.name or out}: this machine does not see the output folder: --out")
    return out


def _is_shared(out: Path) -> bool:
    return bool((out / PRIVATE).stat().st_mode & 0o070)
