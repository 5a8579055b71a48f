"""A batch over folders of this machine, with its memory in the output folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipelines.batch.executor import Executor
from pipelines.batch.job import PRIVATE, Settings
from pipelines.batch.local_executor import worker_count
from pipelines.batch.lock import only_run
from pipelines.batch.output_index import open_index
from pipelines.batch.process_end import signals_as_interrupt
from pipelines.batch.run_batch import Summary, run_batch
from pipelines.batch.time_limits import core_count
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
) -> Summary:
    """Screen every study below ``inputs`` into ``settings.out``, which no other run may use meanwhile.

    Parameters and errors are those of :func:`pipelines.batch.run_batch.run_batch`.
    """
    private = settings.out / PRIVATE
    with (
        signals_as_interrupt(),
        only_run(private),
        open_index(settings.out) as store,
        HeaderIndex(private / HEADERS) as headers,
    ):
        source = FolderSource(
            inputs, headers=headers, workers=min(worker_count(workers), core_count()), site_words=settings.site_words
        )
        return run_batch(
            source,
            settings,
            store=store,
            executor=executor,
            clinical_file=clinical_file,
            levels_file=levels_file,
            workers=workers,
            show_progress=show_progress,
            forget_missing=forget_missing,
        )
