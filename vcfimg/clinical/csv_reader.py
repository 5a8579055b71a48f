"""Clinical inputs as a table: the names of the canonical JSON, a row per patient and level.

Every row carries an identifier. Patient columns may stay blank on the later rows of one identifier. The separator is a
comma, semicolon or tab; lists inside a cell are separated by ``;``; an empty cell is unknown.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from vcfimg.clinical.identity import assign_rows
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.clinical.record import RawRecord, printable, shown
from vcfimg.errors import ClinicalInputError

PATIENT_COLUMNS: Final = tuple(name for name in ClinicalInputs.model_fields if name not in {"levels", "refused"})
LEVEL_COLUMNS: Final = tuple(LevelInputs.model_fields)
COLUMNS: Final = frozenset({*PATIENT_COLUMNS, "level", *LEVEL_COLUMNS})
LISTS: Final = frozenset({"primaries", "exam_levels"})

MAX_CELL: Final = 2**16
"""Longest cell, in characters."""

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)


def raw_records(text: str, file: str) -> list[RawRecord]:
    """Records of a table, rows of one identifier joined.

    Raises
    ------
    ClinicalInputError
        ``malformed_csv`` when there is no usable header, a column occurs twice or quotation marks do not close.
    """
    header, rows = _table(text, file)
    unknown = tuple((name, "is not a known column") for name in header if name and name not in COLUMNS)
    parsed: list[tuple[str, dict[str, Any], tuple[tuple[str, str], ...]]] = []
    for line, cells in rows:
        faults = list(unknown)
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            faults.append(("row", f"line {line} has more cells than the header has columns"))
        facts: dict[str, Any] = {}
        for name, cell in zip(header, cells, strict=False):
            if not cell.strip():
                continue
            if not name:
                faults.append(("row", f"line {line} has a value in a column without a name"))
            elif name in COLUMNS:
                facts[name] = _VALUES.get(name, str.strip)(cell)
        parsed.append((f"line {line}", facts, tuple(faults)))
    groups = assign_rows([facts for _, facts, _ in parsed])
    return [_join([parsed[i] for i in group.rows], group.faults) for group in groups]


def _join(
    rows: Sequence[tuple[str, dict[str, Any], tuple[tuple[str, str], ...]]], faults: Sequence[tuple[str, str]]
) -> RawRecord:
    """One record of the rows that carry one identifier."""
    found = list(faults)
    record: dict[str, Any] = {}
    levels: dict[str, dict[str, Any]] = {}
    alternatives: list[Mapping[str, Any]] = []
    for position, facts, row_faults in rows:
        found.extend(row_faults)
        for name in PATIENT_COLUMNS:
            if name not in facts:
                continue
            if name in record and not _same(record[name], facts[name]):
                found.append((name, f"differs between rows of the same identifier ({position})"))
                alternatives.append({name: facts[name]})
            record.setdefault(name, facts[name])
        level_facts = {name: facts[name] for name in LEVEL_COLUMNS if name in facts}
        level = facts.get("level")
        if level is None:
            if level_facts:
                first = next(iter(level_facts))
                found.append(("level", f"is empty beside a value of {first} ({position})"))
            continue
        known = levels.setdefault(level, {})
        for name, value in level_facts.items():
            if name in known and not _same(known[name], value):
                found.append((f"levels.{level}.{name}", f"differs between rows of the same level ({position})"))
                alternatives.append({"levels": {level: {name: value}}})
            known.setdefault(name, value)
    if levels:
        record["levels"] = levels
    return RawRecord(record, rows[0][0], tuple(found), tuple(alternatives))


def _same(first: Any, second: Any) -> bool:
    return type(first) is type(second) and bool(first == second)


def _table(text: str, file: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header names and the rows that are not blank, each with its line number."""
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
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    if not COLUMNS.intersection(header):
        message = f"{file}: the first line must name the columns, for example patient_id,age,level,loss_percent"
        raise ClinicalInputError("malformed_csv", message, file=file)
    for name in header:
        if name and header.count(name) > 1:
            message = f"{file}: the column {shown(name)} occurs more than once"
            raise ClinicalInputError("malformed_csv", message, file=file, field=printable(name))
    return header, rows[1:]


def _delimiter(text: str) -> tuple[str, str]:
    """The separator whose header holds most known names; Excel's own ``sep=`` line is obeyed and removed."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if re.fullmatch(r'"?sep=[,;\t]"?', first.strip()):
        return rest, first.strip().strip('"')[-1]
    names = {mark: {cell.strip().strip('"') for cell in first.split(mark)} & COLUMNS for mark in ",;\t"}
    return text, max(names, key=lambda mark: len(names[mark]))


def _flag(cell: str) -> bool | str:
    return {"true": True, "false": False}.get(cell.strip(), cell.strip())


def _number(cell: str) -> float | str:
    text = cell.strip()
    return float(text) if _NUMBER.fullmatch(text) else text


def _count(cell: str) -> int | str:
    text = cell.strip()
    return int(text) if _WHOLE.fullmatch(text) else text


def _list(cell: str) -> list[str]:
    return [entry.strip() for entry in cell.split(";")]


_BY_TYPE: Final[tuple[tuple[str, Callable[[str], Any]], ...]] = (("bool", _flag), ("float", _number), ("int", _count))


def _converter(name: str, annotation: Any) -> Callable[[str], Any]:
    if name in LISTS:
        return _list
    text = str(annotation)
    return next((convert for kind, convert in _BY_TYPE if re.search(rf"\b{kind}\b", text)), str.strip)


_VALUES: Final[dict[str, Callable[[str], Any]]] = {
    name: _converter(name, info.annotation)
    for model in (ClinicalInputs, LevelInputs)
    for name, info in model.model_fields.items()
}
