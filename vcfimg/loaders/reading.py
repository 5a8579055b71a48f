"""Reads many headers: from the index where unchanged, else from the files, in one process or several."""

import multiprocessing
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from vcfimg.loaders.fields import Record
from vcfimg.loaders.index import HeaderIndex
from vcfimg.loaders.reasons import SkipReason
from vcfimg.loaders.refusal import quiet
from vcfimg.loaders.walk import FoundFile

CHUNK: Final = 1000
"""Files per task: large, since handing over a task costs more than reading a header."""

PARALLEL_FROM: Final = 2000
"""Fewer files than this are read faster without starting processes."""

Outcome = Record | SkipReason


def read_all(files: Sequence[FoundFile], index: HeaderIndex, workers: int = 1) -> list[Outcome]:
    """One outcome per file, in the order of ``files``."""
    outcomes: list[Outcome | None] = index.lookup(files)
    missing = [number for number, outcome in enumerate(outcomes) if outcome is None]
    paths = [files[number].path for number in missing]
    fresh = _read_parallel(paths, workers) if workers > 1 and len(paths) >= PARALLEL_FROM else read_chunk(paths)
    for number, outcome in zip(missing, fresh, strict=True):
        outcomes[number] = outcome
    complete = [outcome for outcome in outcomes if outcome is not None]
    if missing:
        index.store(files, complete)
    return complete


def read_chunk(paths: Sequence[str]) -> list[Outcome]:
    """Read headers one after the other; equal header tuples are shared, so memory grows little per file."""
    from vcfimg.loaders.header import read_record

    shared: dict[object, object] = {}
    outcomes: list[Outcome] = []
    with quiet():  # here too, for a process that was started anew
        for path in paths:
            outcome = read_record(path)
            if isinstance(outcome, Record):
                parts = tuple((shared.setdefault(raw, raw), frames) for raw, frames in outcome.parts)
                outcome = outcome._replace(parts=parts)  # type: ignore[arg-type]
            outcomes.append(outcome)
    return outcomes


def _read_parallel(paths: Sequence[str], workers: int) -> list[Outcome]:
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    # Forking is quickest but unsafe beside other threads.
    single = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if single else "spawn")
    import pydicom.filereader  # noqa: F401 - imported before the fork, so that workers need not

    try:
        with ProcessPoolExecutor(min(workers, len(chunks)), mp_context=context) as pool:
            return [outcome for part in pool.map(read_chunk, chunks) for outcome in part]
    except BrokenProcessPool:
        return read_chunk(paths)
