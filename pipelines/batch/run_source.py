"""A batch in an output folder: its memory is there, and no other run may write meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from pipelines.batch.dask_workers import dask_workers
from pipelines.batch.executor import Executor
from pipelines.batch.job import PRIVATE, Settings
from pipelines.batch.local_executor import worker_count
from pipelines.batch.lock import only_run
from pipelines.batch.output_store import FILE, MAX_ATTEMPTS, open_output_store
from pipelines.batch.process_end import signals_as_interrupt
from pipelines.batch.run_batch import Summary, run_batch
from pipelines.batch.stale_files import remove_stale
from pipelines.batch.time_limits import share_cores
from pipelines.batch.timed_pool import TimedPool
from pipelines.log import log_event
from pipelines.private_files import private_files, set_modes
from pipelines.sources.source import Source
from vcfimg.store import sqlite_url

OpenSource = Callable[[Path], AbstractContextManager[Source]]
"""Opens a source; it may keep things below the private folder that it is given."""


def run_source(
    open_source: OpenSource,
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
    dask: str | None = None,
) -> Summary:
    """Screen every study of a source into ``settings.out``, which no other run may use meanwhile.

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
    dask
        Address of a Dask scheduler whose workers do the work, through the queue of the store.
    """
    ours = _is_ours(settings.out)
    private = settings.out / PRIVATE
    with (
        signals_as_interrupt(),
        private_files(shared=shared),
        only_run(private),
        _tidy(settings.out, ours=ours, shared=shared),
        open_output_store(settings.out, store_url, max_attempts=max_attempts) as store,
        open_source(private) as source,
        ExitStack() as stack,
    ):
        queue = None
        if dask is not None:
            url = store_url or sqlite_url(private.absolute() / FILE)
            workers_there = stack.enter_context(dask_workers(dask, url, str(settings.out.absolute())))
            queue = store.queue_run(settings, None, at_once=0, workers=workers_there)
        elif store_url is not None:
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
