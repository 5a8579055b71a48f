"""A batch over folders of this machine, with its memory in the output folder."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pipelines.batch.executor import Executor
from pipelines.batch.job import PRIVATE, Settings
from pipelines.batch.local_executor import worker_count
from pipelines.batch.lock import only_run
from pipelines.batch.output_store import MAX_ATTEMPTS, open_output_store
from pipelines.batch.process_end import signals_as_interrupt
from pipelines.batch.run_batch import Summary, run_batch
from pipelines.batch.stale_files import remove_stale
from pipelines.batch.time_limits import core_count, share_cores
from pipelines.batch.timed_pool import TimedPool
from pipelines.batch.worker_process import set_up_process
from pipelines.log import log_event
from pipelines.private_files import private_files, set_modes
from pipelines.sources.folder_source import FolderSource
from vcfimg.loaders.headers.header_index import HeaderIndex

HEADERS: Final = "headers.sqlite"
"""What the scan remembers of the files, so that an unchanged folder is not read again."""


def run_folders(
    inputs: Sequence[Path],
    settings: Settings,
    *,
    clinical_file: Path | None = None,
    levels_file: Path | None = None,
    workers: int = 0,
    executor: Executor | None = None,
    show_progress: bool = True,
    forget_missing: bool = False,
    shared: bool = False,
    store_url: str | None = None,
    enqueue_only: bool = False,
    max_attempts: int = MAX_ATTEMPTS,
) -> Summary:
    """Screen every study below ``inputs`` into ``settings.out``, which no other run may use meanwhile.

    Further parameters and errors are those of :func:`pipelines.batch.run_batch.run_batch`.

    Parameters
    ----------
    shared
        Whether the group of the folder may read and write what is written; else its owner alone.
    store_url
        Another store than the file below the output folder, see :func:`vcfimg.store.open_store`. The work goes through
        its queue, where workers elsewhere take their share.
    enqueue_only
        Leave all the work to the workers, and the tables to the one that does the last study.
    max_attempts
        Attempts after which a study is quarantined.
    """
    ours = _is_ours(settings.out)
    private = settings.out / PRIVATE
    with (
        signals_as_interrupt(),
        private_files(shared=shared),
        only_run(private),
        _tidy(settings.out, ours=ours, shared=shared),
        open_output_store(settings.out, store_url, max_attempts=max_attempts) as store,
        HeaderIndex(private / HEADERS, on_fault=_warn_of_headers) as headers,
        ExitStack() as stack,
    ):
        source = FolderSource(
            inputs,
            headers=headers,
            workers=min(worker_count(workers), core_count()),
            site_words=settings.site_words,
            set_up=set_up_process,
            on_fault=_warn_of_headers,
        )
        queue = None
        if store_url is not None:
            pool = None if enqueue_only else stack.enter_context(_pool(executor, worker_count(workers)))
            queue = store.queue_run(settings, pool, at_once=worker_count(workers))
        return run_batch(
            source,
            settings,
            store=store,
            executor=executor,
            queue=queue,
            clinical_file=clinical_file,
            levels_file=levels_file,
            workers=workers,
            show_progress=show_progress,
            forget_missing=forget_missing,
        )


@contextmanager
def _pool(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """The executor given, or processes of this machine that end with the block, at once when an exception ends it."""
    if executor is not None:
        yield executor
        return
    share_cores(workers)
    pool = TimedPool(workers)
    try:
        yield pool
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def _is_ours(out: Path) -> bool:
    """Whether the whole folder is output: not there yet, empty, or of an earlier run."""
    try:
        return (out / PRIVATE).is_dir() or not any(out.iterdir())
    except FileNotFoundError:
        return True
    except OSError:
        return False


@contextmanager
def _tidy(out: Path, *, ours: bool, shared: bool) -> Iterator[None]:
    """Under the lock: what earlier runs left open or half written."""
    if ours:
        set_modes(out, shared=shared)
    if removed := remove_stale(out):
        log_event("half-written files of an earlier run removed", files=removed)
    yield


def _warn_of_headers(error: Exception) -> None:
    log_event("header index not usable", level=logging.WARNING, reason=type(error).__name__)
