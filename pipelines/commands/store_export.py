"""The tables of ``vcfimg export`` and the two kinds of file they are written to, a page of rows in memory at a time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from vcfimg.errors import ReportError, StoreError
from vcfimg.reports.atomic import atomic_writer
from vcfimg.reports.tables import vertebra_rows as summary
from vcfimg.reports.tables.csv_table import Cell, write_rows
from vcfimg.reports.tables.listed_study import entry_of_listed, rows_of_listed
from vcfimg.store import Database, StudyRows
from vcfimg.store.attempt_rows import ATTEMPT_COLUMNS, attempt_rows

STUDY_COLUMNS: Final = (
    "study_instance_uid",
    "patient_id",
    "accession_number",
    "study_date",
    "status",
    "failure",
    "priority_class",
    "priority_score",
    "flagged_levels",
    "statuses",
    "preferences",
    "as_of",
    "policy",
    "version",
)

_TRUTHS: Final = frozenset({"levels_confirmed", "measured", "stir_edema", "t1_dark_marrow"})
_WHOLE: Final = frozenset({"vertebra_id", "order", "number", "genant_grade", "sins_min", "sins_max"})
_NUMBERS: Final = re.compile(
    r".*(_mm|_percent|_points|_deg|_ratio.*|_fraction|_score|ratio_to_.*)|seconds|started|ended"
)
"""Columns that are no text; a test holds them against the tables."""

_GROUP: Final = 5000
"""Rows of one group of a Parquet file."""


def export_table(database: Database, table: str, file: Path) -> int:
    """Write ``studies``, ``vertebrae`` or ``attempts`` and return the number of rows.

    Raises
    ------
    ReportError
        ``format_not_available`` for another kind of file, ``write_failed``.
    StoreError
        ``store_extra_missing`` where Parquet cannot be written.
    """
    header, rows = _table(database, table)
    kind = file.suffix.lower()
    if kind == ".csv":
        with atomic_writer(file) as stream:
            return write_rows(stream, header, rows)
    if kind == ".parquet":
        return _write_parquet(file, header, rows)
    raise ReportError("format_not_available", "export writes .csv and .parquet")


def _table(database: Database, table: str) -> tuple[Sequence[str], Iterator[tuple[Cell, ...]]]:
    rows = StudyRows(database)
    if table == "attempts":
        return ATTEMPT_COLUMNS, attempt_rows(database)
    if table == "vertebrae":
        return summary.HEADER, (row for one in rows.by_folder() for row in rows_of_listed(one))
    return STUDY_COLUMNS, _studies(rows)


def _studies(rows: StudyRows) -> Iterator[tuple[Cell, ...]]:
    for one in rows.by_folder():
        entry = entry_of_listed(one)
        study = entry.study
        yield (
            study.study_instance_uid,
            study.patient_id,
            study.accession_number,
            study.study_date,
            entry.status,
            entry.failure.code if entry.failure else None,
            entry.priority.class_,
            entry.priority.score,
            ";".join(level.level for level in entry.levels),
            ";".join(level.status for level in entry.levels),
            ";".join(level.preference for level in entry.levels),
            entry.as_of,
            f"{entry.policy.name} {entry.policy.version}" if entry.policy else None,
            entry.version,
        )


def _write_parquet(file: Path, header: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        message = 'Parquet needs the extra "store": pip install "vcfimg[store]"'
        raise StoreError("store_extra_missing", message) from error
    kinds = {"truth": pyarrow.bool_(), "whole": pyarrow.int64(), "number": pyarrow.float64(), "text": pyarrow.string()}
    schema = pyarrow.schema([(name, kinds[_kind(name)]) for name in header])
    waiting = iter(rows)
    count = 0
    with atomic_writer(file) as stream, parquet.ParquetWriter(stream, schema) as writer:
        while group := list(islice(waiting, _GROUP)):
            columns = [pyarrow.array([row[at] for row in group], schema.field(at).type) for at in range(len(header))]
            writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))
            count += len(group)
    return count


def _kind(name: str) -> str:
    """``truth``, ``whole``, ``number`` or ``text``."""
    if name in _TRUTHS:
        return "truth"
    if name in _WHOLE:
        return "whole"
    return "number" if _NUMBERS.fullmatch(name) else "text"
