"""A batch over folders of this machine, with its memory in the output folder."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

from pipelines.batch.job import Settings
from pipelines.batch.local_executor import worker_count
from pipelines.batch.run_batch import Summary
from pipelines.batch.run_source import run_source
from pipelines.batch.time_limits import core_count
from pipelines.batch.worker_process import set_up_process
from pipelines.log import log_event
from pipelines.progress import scan_progress
from pipelines.sources.folder_source import FolderSource
from vcfimg.loaders.headers.batches import Progress
from vcfimg.loaders.headers.header_index import HeaderIndex

HEADERS: Final = "headers.sqlite"
"""What the scan remembers of the files, so that an unchanged folder is not read again."""


def run_folders(
    inputs: Sequence[Path], settings: Settings, *, workers: int = 0, show_progress: bool = True, **options: Any
) -> Summary:
    """Screen every study below ``inputs`` into ``settings.out``, which no other run may use meanwhile.

    Further options and errors are those of :func:`pipelines.batch.run_source.run_source`.
    """

    @contextmanager
    def folders(private: Path) -> Iterator[FolderSource]:
        readers = min(worker_count(workers), core_count())
        progress = partial(scan_progress, wanted=show_progress)
        with open_folders(inputs, private, readers=readers, site_words=settings.site_words, progress=progress) as one:
            yield one

    return run_source(folders, settings, workers=workers, show_progress=show_progress, **options)


@contextmanager
def open_folders(
    inputs: Sequence[Path],
    private: Path,
    *,
    readers: int,
    site_words: Path | None = None,
    progress: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
) -> Iterator[FolderSource]:
    """The studies below some folders; their headers are remembered below the private folder."""
    with HeaderIndex(private / HEADERS, on_fault=_warn_of_headers) as headers:
        yield FolderSource(
            inputs,
            headers=headers,
            workers=readers,
            site_words=site_words,
            progress=progress,
            set_up=set_up_process,
            on_fault=_warn_of_headers,
        )


def _warn_of_headers(error: Exception) -> None:
    log_event("header index not usable", level=logging.WARNING, reason=type(error).__name__)
