"""A reading list as CSV: which studies are meant."""

import csv
import io
from pathlib import Path
from typing import Final

from pipelines.sources.study_query import StudyQuery
from vcfimg.errors import ClinicalInputError
from vcfimg.given_file import NotGiven, read_given

MAX_BYTES: Final = 50_000_000
"""Largest list."""

COLUMNS: Final = ("study_instance_uid", "accession_number")


def read_reading_list(path: Path) -> StudyQuery:
    """The studies of a CSV; of each row the UID counts, else the accession number.

    Raises
    ------
    ClinicalInputError
        ``reading_list_invalid`` when the file cannot be read, has neither column, or names no study.
    """

    def invalid(what: str) -> ClinicalInputError:
        return ClinicalInputError("reading_list_invalid", f"{path.name}: {what}", file=path.name)

    try:
        text = read_given(path, MAX_BYTES).decode("utf-8-sig")
    except (NotGiven, UnicodeDecodeError) as error:
        raise invalid("cannot be read as UTF-8 text") from error
    try:
        dialect = csv.Sniffer().sniff(text.split("\n", 1)[0], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.DictReader(io.StringIO(text), dialect=dialect))
    except csv.Error as error:
        raise invalid(f"no CSV ({error})") from error
    if not rows or not any(name in rows[0] for name in COLUMNS):
        raise invalid(f"a row and a column {' or '.join(COLUMNS)} are needed")
    studies, numbers = [], []
    for row in rows:
        uid, number = ((row.get(name) or "").strip() for name in COLUMNS)
        if uid:
            studies.append(uid)
        elif number:
            numbers.append(number)
    if not (studies or numbers):
        raise invalid("no row names a study")
    return StudyQuery(studies=tuple(dict.fromkeys(studies)), accession_numbers=tuple(dict.fromkeys(numbers)))
