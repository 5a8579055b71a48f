"""The last attempt at a study that kills its process: on without the series that does it."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Final

from pipelines.batch.process_end import end_with_parent
from vcfimg.base import Note
from vcfimg.errors import VcfimgError
from vcfimg.loaders.study import Series, Study
from vcfimg.policy import Policy

DEADLY: Final = "series_kills_process"
"""Code of the fault of a series whose images end the process that reads them."""

READING_S: Final = 120.0
"""A series that takes longer to read is taken for one that hangs."""


Read = Callable[[Series, Policy], None]


def read_images(series: Series, policy: Policy) -> None:
    """Read the images of a series as the screening does; what it refuses by name is no danger."""
    from vcfimg.loaders import read_volume

    try:
        if series.frames and not series.problems:
            read_volume(series, policy=policy)
    except (VcfimgError, MemoryError):
        pass


def without_deadly_series(
    study: Study, policy: Policy, *, reading_s: float = READING_S, read: Read = read_images
) -> Study:
    """``study`` with the series marked as faulty whose images cannot be read without the process ending or hanging.

    Each series is read once in a process of its own; one process does for all that are harmless.
    """
    deadly: set[int] = set()
    first = 0
    while first < len(study.series):
        first += _read_on(study.series[first:], policy, reading_s, read)
        if first < len(study.series):
            deadly.add(first)
            first += 1
    if not deadly:
        return study
    note = Note(code=DEADLY, text="the process that reads these images ends or hangs; the study was read without them")
    marked = (
        replace(series, problems=(*series.problems, note)) if number in deadly else series
        for number, series in enumerate(study.series)
    )
    return replace(study, series=tuple(marked))


def _read_on(several: Sequence[Series], policy: Policy, reading_s: float, read: Read) -> int:
    """How many of the series, from the first on, could be read."""
    context = multiprocessing.get_context("spawn")
    answers, writer = context.Pipe(duplex=False)
    reader = context.Process(target=_read_all, args=(several, policy, read, writer), daemon=True)
    reader.start()
    writer.close()
    done = 0
    try:
        while done < len(several) and answers.poll(reading_s):
            answers.recv_bytes()
            done += 1
    except EOFError:
        pass
    finally:
        reader.kill()
        reader.join()
        answers.close()
    return done


def _read_all(several: Sequence[Series], policy: Policy, read: Read, answers: Connection) -> None:
    end_with_parent()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for series in several:
        read(series, policy)
        answers.send_bytes(b"1")
