"""What a file of clinical facts would give, told without identifiers."""

import datetime
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vcfimg.clinical import ClinicalInputs, read_clinical, to_dict
from vcfimg.clinical.inputs import IDENTIFIERS, READ_BY_US


@dataclass(frozen=True)
class CheckedRecord:
    """One record: what of it would be used."""

    record: int
    refused: bool
    identifiers: tuple[str, ...]
    """Names of the identifiers it gives."""
    used: dict[str, Any]
    """Facts by path, identifiers left out."""
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """A whole file."""

    records: tuple[CheckedRecord, ...]
    errors: tuple[str, ...]
    unread: tuple[str, ...]

    def to_json(self) -> str:
        """``{"records": [...], "errors": [...], "unread": [...]}``."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    def to_text(self) -> str:
        """A block for every record, then what could not be read and what was not used."""
        lines: list[str] = []
        for one in self.records:
            lines.append(f"Record {one.record}{' (refused: only its dangers count)' if one.refused else ''}")
            lines.append(f"  identified by: {', '.join(one.identifiers) or 'nothing'}")
            lines += [f"  {path} = {_shown(value)}" for path, value in one.used.items()]
            lines += [f"  ! {remark}" for remark in one.remarks]
        lines += [f"cannot be read: {error}" for error in self.errors]
        lines += [f"not used: {name}" for name in self.unread]
        if not (self.errors or self.unread):
            lines.append("Everything in the file is used.")
        return "\n".join(lines)


def check_file(file: Path, as_of: datetime.date) -> Checked:
    """Read a file as ``--clinical`` would and tell what of it counts.

    Raises
    ------
    ClinicalInputError
        When the file cannot be used at all.
    """
    read = read_clinical(file, as_of=as_of)
    places = {id(record): number for number, record in enumerate(read.records, start=1)}
    records = tuple(_checked(places[id(record)], record) for record in read.records)
    named = _Places(read.records)
    errors = tuple(f"{named.of(one.patient)}{one.field}: {one.message}" for one in read.errors)
    unread = tuple(dict.fromkeys(f"{named.of(one.patient)}{one.field}: {one.message}" for one in read.unread))
    return Checked(records, errors, unread)


class _Places:
    """Identifier to the place of its record in the file: an identifier itself is never told."""

    def __init__(self, records: tuple[ClinicalInputs, ...]) -> None:
        self._places: dict[str, list[int]] = {}
        for number, record in enumerate(records, start=1):
            for name in IDENTIFIERS:
                if value := getattr(record, name):
                    self._places.setdefault(value, []).append(number)

    def of(self, patient: str | None) -> str:
        numbers = dict.fromkeys(self._places.get(patient, ())) if patient is not None else {}
        return f"record {', '.join(map(str, numbers))}, " if numbers else ""


def _checked(number: int, record: ClinicalInputs) -> CheckedRecord:
    facts = to_dict(record)
    used = {path: value for path, value in _facts(facts) if path not in {*IDENTIFIERS, *READ_BY_US}}
    given = tuple(name for name in IDENTIFIERS if facts[name])
    remarks = tuple(f"{one.code}: {one.text}" for one in record.remarks)
    return CheckedRecord(number, record.refused, given, used, remarks)


def _facts(facts: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in facts.items():
        if isinstance(value, dict):
            inner = _facts(value, f"{prefix}{name}.")
            found += inner or ([(prefix + name, "named")] if prefix == "levels." else [])
        elif value is not None and prefix + name not in READ_BY_US:
            found.append((prefix + name, value))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
