"""Reads many headers: from the index where unchanged, else from the files, in one process or several."""

import multiprocessing
import threading
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import partial
from typing import Final

from vcfimg.loaders.damage import quiet
from vcfimg.loaders.headers.fields import SLOT, RawHeader, Record, SkippedImage
from vcfimg.loaders.headers.header_index import HeaderIndex, Outcome
from vcfimg.loaders.headers.pseudonyms import Seal, seal_name
from vcfimg.loaders.headers.walk import FoundFile
from vcfimg.process_pool import end_now, leave_signals_to_parent

CHUNK: Final = 1000
"""Files per task: large, since handing over a task costs more than reading a header."""

Progress = Callable[[int, int | None], None]
"""Is told how many files are done, and of how many; None while they are still searched for."""

PARALLEL_FROM: Final = 2000
"""Fewer files than this are read faster without starting processes."""


def read_all(
    files: Sequence[FoundFile], index: HeaderIndex, workers: int = 1, progress: Progress | None = None
) -> list[Outcome]:
    """One outcome per file, in the order of ``files``."""
    seal = Seal.fresh()
    outcomes: list[Outcome | None] = index.lookup(files)
    missing = [number for number, outcome in enumerate(outcomes) if outcome is None]
    known = len(files) - len(missing)

    def tell(read: int) -> None:
        if progress is not None:
            progress(known + read, len(files))

    tell(0)
    _read_into(outcomes, files, missing, seal, workers, tell)
    apart = _sealed_apart(outcomes, seal)
    _read_into(outcomes, files, apart, seal, workers)
    complete = [outcome for outcome in outcomes if outcome is not None]
    if missing or apart:
        index.store(files, complete)
    return complete


def _read_into(
    outcomes: list[Outcome | None],
    files: Sequence[FoundFile],
    numbers: Sequence[int],
    seal: Seal,
    workers: int,
    tell: Callable[[int], None] = lambda read: None,
) -> None:
    paths = [files[number].path for number in numbers]
    chunks = [paths[start : start + CHUNK] for start in range(0, len(paths), CHUNK)]
    parallel = workers > 1 and len(paths) >= PARALLEL_FROM
    read = 0
    parts = _read_parallel(chunks, seal, workers) if parallel else (read_chunk(chunk, seal) for chunk in chunks)
    with closing(parts):  # an interrupted scan ends its processes at once
        for fresh in parts:
            for number, outcome in zip(numbers[read : read + len(fresh)], fresh, strict=True):
                outcomes[number] = outcome
            read += len(fresh)
            tell(read)


def _sealed_apart(outcomes: Sequence[Outcome | None], seal: Seal) -> list[int]:
    """Remembered files of studies that were read under several seals: their patients can only be compared again."""
    seals: dict[str | None, set[str]] = defaultdict(set)
    older: dict[int, str | None] = {}
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, Record) and (name := seal_name(raw := outcome.parts[0][0])) is not None:
            study = raw[SLOT["study_uid"]]
            seals[study].add(name)
            if name != seal.name:
                older[number] = study
    return [number for number, study in older.items() if len(seals[study]) > 1]


def read_chunk(paths: Sequence[str], seal: Seal) -> list[Outcome]:
    """Read headers one after the other; equal header tuples are shared, so memory grows little per file."""
    from vcfimg.loaders.headers.header import read_record
    from vcfimg.loaders.headers.salvage import OF_A_SERIES, salvage

    closed: dict[RawHeader, RawHeader] = {}
    outcomes: list[Outcome] = []
    with quiet():  # here too, for a process that was started afresh
        for path in paths:
            outcome: Outcome = read_record(path)
            if isinstance(outcome, Record):
                for raw, _ in outcome.parts:
                    if raw not in closed:
                        closed[raw] = seal.close(raw)
                outcome = outcome._replace(parts=tuple((closed[raw], frames) for raw, frames in outcome.parts))
            elif outcome in OF_A_SERIES:
                outcome = salvage(path, outcome)
                if isinstance(outcome, SkippedImage):
                    outcome = outcome._replace(raw=closed.setdefault(outcome.raw, seal.close(outcome.raw)))
            outcomes.append(outcome)
    return outcomes


def _read_parallel(chunks: Sequence[Sequence[str]], seal: Seal, workers: int) -> Generator[list[Outcome], None, None]:
    """Read the chunks in several processes, in their order."""
    # Forking is quickest but unsafe beside other threads.
    single = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if single else "spawn")
    import pydicom.filereader  # noqa: F401 - imported before the fork, so that workers need not

    pool = ProcessPoolExecutor(min(workers, len(chunks)), mp_context=context, initializer=leave_signals_to_parent)
    given = 0
    try:
        for outcomes in pool.map(partial(read_chunk, seal=seal), chunks):
            yield outcomes
            given += 1
    except BrokenProcessPool:
        end_now(pool)
        for chunk in chunks[given:]:
            yield read_chunk(chunk, seal)
        return
    except BaseException:  # an interrupted scan waits for nobody
        end_now(pool)
        raise
    pool.shutdown()
