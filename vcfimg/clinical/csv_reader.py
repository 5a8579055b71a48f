"""Clinical inputs as a table: the names of the canonical JSON, a row per patient and level.

Every row carries an identifier. Patient columns may stay blank on the later rows of one identifier. The separator is a
comma, semicolon or tab; lists inside a cell are separated by ``;``; an empty cell is unknown. The level ``all`` stands
for every level seen, ``other`` for those that have no row.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from vcfimg.clinical.dangers import DANGERS, LEVEL_DANGERS, PATIENT_DANGERS, is_danger, worse
from vcfimg.clinical.identifiers import normal_form, normal_uid
from vcfimg.clinical.identity import assign_rows
from vcfimg.clinical.inputs import IDENTIFIERS, Remark
from vcfimg.clinical.printable import printable, shown
from vcfimg.clinical.record import MAX_UNREAD, RawRecord
from vcfimg.clinical.spelling.danger_words import facts_named
from vcfimg.clinical.spelling.reading import GROUP_WORDS, conflict, judge_key, known_column, nested, unreadable
from vcfimg.clinical.spelling.spellings import UnreadableError, level, plain
from vcfimg.clinical.spelling.value_kinds import LEVEL_FIELDS, PATIENT_FIELDS, READERS
from vcfimg.errors import ClinicalInputError

PATIENT_COLUMNS: Final = PATIENT_FIELDS
LEVEL_COLUMNS: Final = tuple(name for name in LEVEL_FIELDS if name not in PATIENT_FIELDS)
"""Facts of a level; ``surgeon_stable`` is the level's in a row with a level, else the patient's."""

BOTH: Final = frozenset(LEVEL_FIELDS) & frozenset(PATIENT_FIELDS)
COLUMNS: Final = frozenset({*PATIENT_COLUMNS, "level", *LEVEL_COLUMNS})
_EXTRA: Final = {"level": "level"}

MAX_COLUMNS: Final = 1000
"""Most columns of a table; a hospital's export has some dozens."""

MAX_CELL: Final = 2**16
"""Longest cell, in characters."""


@dataclass(frozen=True)
class _Column:
    """What a heading means: a field, or (``name`` None) nothing known."""

    heading: str
    name: str | None
    meant: str | None = None
    """The danger that the heading misses by a letter."""
    speaks_of: tuple[str, ...] = ()


@dataclass
class _Row:
    position: str
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    alternatives: list[Mapping[str, Any]] = field(default_factory=list)


def raw_records(text: str, file: str) -> list[RawRecord]:
    """Records of a table, rows of one identifier joined.

    Raises
    ------
    ClinicalInputError
        ``malformed_csv`` when there is no usable header, a known column occurs twice or quotation marks do not close.
    """
    columns, rows = _table(text, file)
    parsed = [_row(f"line {line}", columns, cells) for line, cells in rows]
    groups = assign_rows([row.facts for row in parsed])
    return [_join([parsed[i] for i in group.rows], group.faults) for group in groups]


def _row(position: str, columns: Sequence[_Column], cells: Sequence[str]) -> _Row:
    row = _Row(position)
    spoken_of: dict[str, None] = {}
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        row.faults.append(("row", f"{position} has more cells than the header has columns"))
    for column, cell in zip(columns, cells, strict=False):
        if not cell or not (value := cell.strip()):
            continue
        if not column.heading:
            row.faults.append(("row", f"{position} has a value in a column without a name"))
        elif column.name is not None:
            _cell(row, column.name, value)
        elif column.meant is not None:
            row.faults.append((column.heading, f"is not a known column; did you mean {column.meant}?"))
            row.alternatives.append({column.meant: value})
        else:
            if len(row.unread) <= MAX_UNREAD:
                row.unread.append((column.heading, "is not a known column"))
            spoken_of |= dict.fromkeys((*column.speaks_of, *facts_named(value)))
    row.remarks.extend(unreadable(fact) for fact in spoken_of)
    return row


def _cell(row: _Row, name: str, value: str) -> None:
    """Read a cell; what cannot be read stays as it is written, for the record to refuse it by name."""
    reader = READERS.get(name)
    if reader is None:  # the level
        row.facts[name] = value
        return
    try:
        read = reader(value)
    except UnreadableError:
        row.facts[name] = value
        return
    if read is not None and read != []:
        row.facts[name] = read


def _join(rows: Sequence[_Row], faults: Sequence[tuple[str, str]]) -> RawRecord:
    """One record of the rows that carry one identifier."""
    joined = _Row(rows[0].position, faults=list(faults))
    places: dict[str, dict[str, Any]] = {"": joined.facts}
    for row in rows:
        joined.faults.extend(row.faults)
        joined.unread.extend(row.unread)
        joined.remarks.extend(row.remarks)
        prefix, own = _place(row, joined)
        target = places.setdefault(prefix, {})
        for name, value in row.facts.items():
            if name == "level":
                continue
            if name in PATIENT_COLUMNS and not (name in BOTH and prefix):
                _add(joined, joined.facts, "", name, value, row.position)
            elif own:
                _add(joined, target, prefix, name, value, row.position)
        # A heading that misses a danger's name means the level's fact in a row with a level.
        for lost in row.alternatives:
            ((name, value),) = lost.items()
            of_level = name in LEVEL_FIELDS and bool(prefix)
            joined.alternatives.append(nested(prefix + name, value) if of_level else lost)
    levels = {}
    for prefix, facts in places.items():
        kind, _, name = prefix.rstrip(".").partition(".")
        if kind == "levels":
            levels[name] = facts
        elif kind:
            joined.facts[kind] = facts
    if levels:
        joined.facts["levels"] = levels
    return RawRecord(
        joined.facts,
        joined.position,
        tuple(joined.faults),
        tuple(joined.alternatives),
        tuple(dict.fromkeys(joined.unread)),
        tuple(dict.fromkeys(joined.remarks)),
    )


def _place(row: _Row, joined: _Row) -> tuple[str, bool]:
    """Where the row's level facts belong (``levels.T12.``, ``all_levels.``), and whether they belong anywhere."""
    written = row.facts.get("level")
    if written is None:
        first = next((name for name in LEVEL_COLUMNS if name in row.facts), None)
        if first is not None:
            joined.faults.append(("level", f"is empty beside a value of {first} ({row.position})"))
        return "", False
    if group := GROUP_WORDS.get(plain(written)):
        return f"{group}.", True
    try:
        name = level(written)
    except UnreadableError:
        name = written
    return (f"levels.{name}.", True) if name is not None else ("", False)


def _add(joined: _Row, target: dict[str, Any], prefix: str, name: str, value: Any, position: str) -> None:
    """Add a value; of two that differ the danger counts, and anything else is a fault."""
    known = target.setdefault(name, value)
    if known is value or _same(known, value) or (name in IDENTIFIERS and _same_identifier(name, known, value)):
        return
    path = prefix + name
    if name in (LEVEL_DANGERS if prefix else PATIENT_DANGERS) and (is_danger(name, known) or is_danger(name, value)):
        target[name] = worse(name, known, value) if _readable(name, known, value) else _dangerous(name, known, value)
        joined.remarks.append(conflict(path, "rows"))
    elif name in DANGERS and not _readable(name, known, value):
        joined.remarks.append(unreadable(path))
    else:
        joined.faults.append(
            (path, f"differs between rows of the same {'level' if prefix else 'identifier'} ({position})")
        )
        joined.alternatives.append(nested(path, value))


def _readable(name: str, *values: Any) -> bool:
    try:
        return all(READERS[name](value) == value for value in values)
    except UnreadableError:
        return False


def _dangerous(name: str, first: Any, second: Any) -> Any:
    return first if is_danger(name, first) else second


def _same(first: Any, second: Any) -> bool:
    return type(first) is type(second) and bool(first == second)


def _same_identifier(name: str, first: Any, second: Any) -> bool:
    form = normal_uid if name == "study_instance_uid" else normal_form
    return form(str(first)) == form(str(second))


def _table(text: str, file: str) -> tuple[list[_Column], list[tuple[int, list[str]]]]:
    """The columns and the rows that are not blank, each with its line number."""
    if "\0" in text:
        raise ClinicalInputError("malformed_csv", f"{file}: holds NUL characters; not a text table", file=file)
    text, delimiter = _delimiter(text)
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        message = f"{file}: not a readable table at line {reader.line_num} ({error})"
        raise ClinicalInputError("malformed_csv", message, file=file) from None
    if rows and len(rows[0][1]) > MAX_COLUMNS:
        message = f"{file}: more than {MAX_COLUMNS} columns; not a table of clinical facts"
        raise ClinicalInputError("malformed_csv", message, file=file)
    columns = [_column(cell.strip()) for cell in rows[0][1]] if rows else []
    known = [column.name for column in columns if column.name is not None]
    if not known:
        message = f"{file}: the first line must name the columns, for example patient_id,age,level,loss_percent"
        raise ClinicalInputError("malformed_csv", message, file=file)
    twice = next((name for name, number in Counter(known).items() if number > 1), None)
    if twice is not None:
        message = f"{file}: the column {shown(twice)} occurs more than once"
        raise ClinicalInputError("malformed_csv", message, file=file, field=printable(twice))
    return columns, rows[1:]


def _column(heading: str) -> _Column:
    name = known_column(heading, _EXTRA) if heading else None
    if name is not None or not heading:
        return _Column(heading, name if name in COLUMNS else None)
    meant, speaks_of = judge_key(heading, None)
    return _Column(heading, None, meant, speaks_of)


def _delimiter(text: str) -> tuple[str, str]:
    """The separator whose header holds most known names; Excel's own ``sep=`` line is obeyed and removed."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if re.fullmatch(r'"?sep=[,;\t]"?', first.strip()):
        return rest, first.strip().strip('"')[-1]

    def known(mark: str) -> int:
        cells = first.split(mark, MAX_COLUMNS)[:MAX_COLUMNS]
        return sum(known_column(cell.strip().strip('"'), _EXTRA) is not None for cell in cells)

    return text, max(",;\t", key=known)
