"""The studies of an output folder as its tables list them, in whatever they are kept."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from vcfimg.reports.tables import vertebra_rows as summary
from vcfimg.reports.tables.csv_table import Cell
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.run_scope import RunScope
from vcfimg.reports.tables.worklist import WorklistEntry, rank, worklist_entry
from vcfimg.result import ScreeningResult

FAILED_NAMED: Final = 20
"""Failed studies that the page names; all stand in its list."""


class Listing(Protocol):
    """Where the tables come from. ``summary_rows`` is read first and once, then ``ranked`` several times."""

    def summary_rows(self) -> Iterator[tuple[Cell, ...]]:
        """The rows of ``summary.csv``."""
        ...

    def ranked(self) -> Iterable[WorklistEntry]:
        """The entries of the worklist, the first to look at first."""
        ...


class ListedResults:
    """The listing of results that are read once, one in memory at a time; a short entry of each is kept.

    Parameters
    ----------
    results, unread
        The results, and entries of the studies whose result cannot be read; ``unread`` is looked at only after the last
        result was read, so that a reader may add to it.
    """

    def __init__(
        self,
        results: Iterable[ScreeningResult],
        *,
        unread: Sequence[WorklistEntry],
        origin: ListOrigin,
        scope: RunScope,
    ) -> None:
        self._results = results
        self._unread = unread
        self._origin = origin
        self._scope = scope
        self._entries: list[WorklistEntry] = []

    def summary_rows(self) -> Iterator[tuple[Cell, ...]]:
        """See :class:`Listing`."""
        scope = self._scope
        for result in self._results:
            if scope.lists(result.study.study_instance_uid):
                self._entries.append(scope.mark(worklist_entry(result), self._origin))
                yield from summary.summary_rows(result)
        listed = {entry.study.study_instance_uid for entry in (*self._entries, *self._unread)}
        for entry in (*self._unread, *scope.unlisted(listed)):
            if scope.lists(entry.study.study_instance_uid):
                self._entries.append(scope.mark(entry, self._origin))
                yield summary.unread_row(entry)
        self._entries = rank(self._entries)

    def ranked(self) -> Sequence[WorklistEntry]:
        """See :class:`Listing`."""
        return self._entries


@dataclass
class Census:
    """What is counted over a whole list."""

    total: int = 0
    by_class: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    failed_first: list[WorklistEntry] = field(default_factory=list)
    """The first :data:`FAILED_NAMED` that failed."""
    skipped_files: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, ranked: Iterable[WorklistEntry]) -> "Census":
        """Count a list."""
        census = cls()
        deque(census.counting(ranked), maxlen=0)
        return census

    def counting(self, ranked: Iterable[WorklistEntry]) -> Iterator[WorklistEntry]:
        """The entries, counted as they go by."""
        for entry in ranked:
            self.total += 1
            self.by_class[entry.priority.class_] += 1
            self.skipped_files.update(entry.skipped_files)
            if entry.failure is not None:
                self.failed += 1
                if self.failed <= FAILED_NAMED:
                    self.failed_first.append(entry)
            yield entry
