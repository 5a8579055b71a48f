"""Unusable files: named one by one, and counted beside the study whose folder they lie in."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from vcfimg.base import Note
from vcfimg.loaders.fingerprint import study_files
from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.loaders.study import ScanResult, SkippedFile, Study
from vcfimg.reports.atomic import atomic_writer
from vcfimg.reports.tables.csv_table import write_rows

SKIPPED_CSV: Final = "skipped.csv"
"""Table of the skipped files, below the private folder: file names may tell who the patient is."""

UNREAD: Final = (SkipReason.UNREADABLE, SkipReason.NOT_FOUND)
"""Reasons that speak of the disk, not of the file: images may lie there that nobody has seen."""

Counts = dict[str, int]


class SkippedRow(NamedTuple):
    """One skipped file: the input as it was given, the path below it, and the reason."""

    input: str
    path: str
    reason: str


def skipped_rows(skipped: Sequence[SkippedFile], inputs: Sequence[Path]) -> Iterator[SkippedRow]:
    """Every skipped file, each below the input that led to it."""
    roots = {PurePath(os.path.abspath(one)): str(one) for one in inputs}
    for file in skipped:
        path = PurePath(file.path)
        root = next((above for above in (path, *path.parents) if above in roots), None)
        if root is None:
            yield SkippedRow("", file.path, file.reason)
        else:
            yield SkippedRow(roots[root], path.name if root == path else str(path.relative_to(root)), file.reason)


def write_skipped(folder: Path, rows: Iterable[SkippedRow]) -> None:
    """Write :data:`SKIPPED_CSV` into ``folder``.

    Raises
    ------
    ReportError
        ``write_failed``.
    """
    with atomic_writer(folder / SKIPPED_CSV) as stream:
        write_rows(stream, SkippedRow._fields, rows)


def unread_problems(counts: Mapping[str, int]) -> list[Note]:
    """A problem for each reason why something could not be read; it names no file, see :data:`SKIPPED_CSV`."""
    return [
        Note(
            code=reason,
            text=f"{counts[reason]} {'file or folder' if counts[reason] == 1 else 'files or folders'}: "
            f"{_UNREAD_WORDS[reason]}; .vcfimg/{SKIPPED_CSV} names them. Studies may be missing: mend and run again.",
        )
        for reason in UNREAD
        if counts.get(reason)
    ]


_UNREAD_WORDS: Final = {
    SkipReason.UNREADABLE: "could not be opened or read",
    SkipReason.NOT_FOUND: "gone when they were to be read",
}


def assign_skipped(found: ScanResult) -> tuple[dict[str, Counts], Counts]:
    """Counts by reason for each study, and for the files that belong to none.

    A file belongs to a study when the nearest folder above it that holds images, at any depth, holds those of this
    study alone.
    """
    owners = _owners(found.studies)
    by_study: dict[str, Counter[str]] = {}
    others: Counter[str] = Counter()
    for file in found.skipped:
        owner = next((owners[folder] for folder in PurePath(file.path).parents if folder in owners), None)
        counts = others if owner is None else by_study.setdefault(owner, Counter())
        counts[file.reason] += 1
    return {uid: dict(counts) for uid, counts in by_study.items()}, dict(others)


def _owners(studies: tuple[Study, ...]) -> dict[PurePath, str | None]:
    """The only study with images in or below a folder; None for a folder with several."""
    owners: dict[PurePath, str | None] = {}
    for study in studies:
        uid = study.study_instance_uid
        for folder in {path.parent for path in study_files(study)}:
            for above in (folder, *folder.parents):
                if owners.setdefault(above, uid) != uid:
                    owners[above] = None
    return owners
