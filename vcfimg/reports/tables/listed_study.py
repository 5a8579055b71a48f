"""The rows of one study in all tables, as text that a store keeps."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from vcfimg import __version__
from vcfimg.reports.paths import study_folder_name
from vcfimg.reports.tables import vertebra_rows as summary
from vcfimg.reports.tables.csv_table import Cell
from vcfimg.reports.tables.worklist import WorklistEntry, rank_key, worklist_entry
from vcfimg.result import ScreeningResult
from vcfimg.store.entry import Listed

_SHAPE: Final = hashlib.sha256("/".join((*summary.HEADER, *sorted(WorklistEntry.model_fields))).encode()).hexdigest()

LISTED_BY: Final = f"{__version__}-{_SHAPE[:8]}"
"""Version and columns that the rows are of; others are made again from the result."""


@dataclass(frozen=True)
class ListedStudy:
    """One study: its entry on the worklist, not marked by any run, and its rows in ``summary.csv``."""

    entry: WorklistEntry
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, result: ScreeningResult) -> "ListedStudy":
        """The rows of a result."""
        return cls(worklist_entry(result), tuple(summary.summary_rows(result)))

    @classmethod
    def unread(cls, entry: WorklistEntry) -> "ListedStudy":
        """The rows of a study whose result cannot be read."""
        return cls(entry, (summary.unread_row(entry),))

    def kept(self, folder: str, signature: str) -> Listed:
        """What a store keeps of it; ``signature`` names the ``result.json`` it was made from."""
        order, negative_score, date, uid = rank_key(self.entry)
        text = json.dumps({"entry": self.entry.model_dump(mode="json", by_alias=True), "rows": self.rows})
        return Listed(
            folder=folder,
            study_instance_uid=uid,
            listed_by=LISTED_BY,
            listed_signature=signature,
            listing=text,
            priority_class=self.entry.priority.class_,
            priority_order=order,
            priority_score=-negative_score,
            study_date=date,
        )


def entry_of_listed(listed: Listed) -> WorklistEntry:
    """The entry that a store kept."""
    entry = WorklistEntry.model_validate(_document(listed)["entry"])
    if study_folder_name(entry.study.study_instance_uid) == listed.folder:
        return entry
    return entry.model_copy(update={"folder_name": listed.folder})


def rows_of_listed(listed: Listed) -> list[tuple[Cell, ...]]:
    """The rows of ``summary.csv`` that a store kept."""
    return [tuple(row) for row in _document(listed)["rows"]]


def _document(listed: Listed) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(listed.listing)
    return found
