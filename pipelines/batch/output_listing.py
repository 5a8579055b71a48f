"""The tables of an output folder from the rows of its store; of the results only what changed is read."""

import heapq
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vcfimg.base import Note
from vcfimg.errors import ReportError
from vcfimg.reports import read_result
from vcfimg.reports.paths import STUDIES
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.tables import vertebra_rows as summary
from vcfimg.reports.tables.csv_table import Cell
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.listed_study import LISTED_BY, ListedStudy, entry_of_listed, rows_of_listed
from vcfimg.reports.tables.run_scope import RunScope
from vcfimg.reports.tables.worklist import WorklistEntry, rank, rank_key, unread_entry
from vcfimg.store import Listed, StudyRows
from vcfimg.store.study_rows import PAGE

_UNREAD = "unread"
"""In place of a signature: the result is read again each time."""


@dataclass(frozen=True)
class _Result:
    folder: str
    signature: str


class OutputListing:
    """A :class:`vcfimg.reports.tables.listing.Listing` of what is in the folder now, whoever wrote it."""

    def __init__(self, rows: StudyRows, out: Path, origin: ListOrigin, scope: RunScope) -> None:
        self._rows = rows
        self._out = out
        self._origin = origin
        self._scope = scope
        self._unlisted: list[WorklistEntry] = []

    def renew(self) -> list[Note]:
        """Bring the rows in the store to what is in the folder; returns a note for each result that cannot be read."""
        problems: list[Note] = []
        changed: list[Listed] = []
        gone: list[str] = []
        for folder, signature in self._changes():
            if signature is None:
                gone.append(folder)
            else:
                changed.append(self._read(folder, signature, problems))
            if len(changed) + len(gone) >= PAGE:
                self._write(changed, gone)
        self._write(changed, gone)
        return problems

    def summary_rows(self) -> Iterator[tuple[Cell, ...]]:
        """In the order of the folders; unfinished studies without a result last."""
        unfinished = {study.study_instance_uid for study in self._scope.unfinished}
        listed: set[str] = set()
        for one in self._rows.by_folder():
            if one.study_instance_uid in unfinished:
                listed.add(one.study_instance_uid)
            if self._scope.lists(one.study_instance_uid):
                yield from rows_of_listed(one)
        marked = (self._scope.mark(entry, self._origin) for entry in self._scope.unlisted(listed))
        self._unlisted = rank(entry for entry in marked if self._scope.lists(entry.study.study_instance_uid))
        for entry in self._unlisted:
            yield summary.unread_row(entry)

    def ranked(self) -> Iterator[WorklistEntry]:
        """From the rows in the store, with the unfinished studies at their places."""
        stored = (
            self._scope.mark(entry_of_listed(one), self._origin)
            for one in self._rows.ranked()
            if self._scope.lists(one.study_instance_uid)
        )
        return heapq.merge(stored, self._unlisted, key=rank_key)

    def _changes(self) -> Iterator[tuple[str, str | None]]:
        """Folders whose rows are not of the result that is there, with its signature; None where there is none."""
        results = self._results()
        result = next(results, None)
        for folder, listed_by, listed_signature in self._rows.listed_signatures():
            while result is not None and result.folder < folder:
                yield result.folder, result.signature
                result = next(results, None)
            if result is not None and result.folder == folder:
                if (listed_by, listed_signature) != (LISTED_BY, result.signature):
                    yield folder, result.signature
                result = next(results, None)
            elif listed_by is not None:
                yield folder, None
        while result is not None:
            yield result.folder, result.signature
            result = next(results, None)

    def _results(self) -> Iterator[_Result]:
        """The results in the folder, in the order of their names."""
        try:
            names = sorted(os.listdir(self._out / STUDIES))
        except OSError:
            return
        for name in names:
            try:
                status = os.stat(self._out / STUDIES / name / RESULT_JSON)
            except PermissionError:
                yield _Result(name, _UNREAD)  # so that reading it says why not
            except OSError:
                continue
            else:
                yield _Result(name, f"{status.st_size}-{status.st_mtime_ns}")

    def _read(self, folder: str, signature: str, problems: list[Note]) -> Listed:
        path = self._out / STUDIES / folder / RESULT_JSON
        try:
            return ListedStudy.of(read_result(path)).kept(folder, signature)
        except ReportError as error:
            problems.append(Note(code=error.code, text=f"studies/{folder}: {error.message}"))
            return ListedStudy.unread(unread_entry(path, error)).kept(folder, _UNREAD)

    def _write(self, changed: list[Listed], gone: list[str]) -> None:
        if changed:
            self._rows.relist(changed)
        if gone:
            self._rows.unlist(gone)
        changed.clear()
        gone.clear()
