"""Read a file of clinical inputs, whichever of the three ways it is written, or a folder of FHIR resources."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vcfimg.clinical import csv_reader, json_reader
from vcfimg.clinical.dangers import with_dangers
from vcfimg.clinical.identifiers import normal_form, normal_uid
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.clinical.printable import printable
from vcfimg.clinical.record import RawRecord, RecordError, Unread, validate_record
from vcfimg.errors import ClinicalInputError
from vcfimg.given_file import NotGiven, read_given

MAX_BYTES: Final = 256 * 2**20
"""Largest file that is read, and largest sum of the files of a folder, in bytes."""

SAME_TIME_DAYS: Final = 60
"""Records of one patient whose dates lie within this many days speak of the same time (as ``record_window_days``)."""

_TABLES: Final = frozenset({".csv", ".tsv", ".txt"})
_LINES: Final = frozenset({".ndjson", ".jsonl"})
_RESOURCES: Final = frozenset({".json", *_LINES})


@dataclass(frozen=True)
class ClinicalFile:
    """All records of one file, valid and refused, in the order of the file.

    ``errors`` has an entry for every bad field, ``unread`` one for all that was not used. ``sha256`` is the hash of the
    file's bytes.
    """

    records: tuple[ClinicalInputs, ...]
    errors: tuple[RecordError, ...]
    sha256: str
    unread: tuple[Unread, ...] = ()


@dataclass
class _Found:
    """What one format's reader made of a file."""

    records: list[RawRecord]
    faults: Sequence[tuple[str, str]] = ()
    unread: Sequence[tuple[str, str]] = ()
    unassigned: Sequence[tuple[str, str]] = ()
    """Dangers that could be anybody's."""


def read_clinical(path: str | Path, *, as_of: datetime.date | None = None) -> ClinicalFile:
    """Read clinical inputs from canonical JSON, CSV or FHIR (Bundle, NDJSON, or a folder of such files).

    ``.csv``, ``.tsv`` and ``.txt`` are tables; anything else is JSON when it begins like JSON, and a table when not.
    A JSON object with a ``resourceType`` is FHIR. A bad field refuses its record only.

    Parameters
    ----------
    as_of
        The decision date, against which FHIR laboratory values and pregnancies are held; without it the day on which
        the Bundle was made.

    Raises
    ------
    ClinicalInputError
        ``unreadable_file``, ``file_too_large``, ``not_utf8``, ``malformed_json``, ``no_patients``, ``malformed_csv``,
        ``not_a_bundle`` or ``fhir_not_installed``; ``file`` names the file.
    """
    path = Path(path)
    file = printable(path.name)
    if path.is_dir():
        found, digest = _folder(path, file, as_of)
    else:
        content = _bytes(path, file)
        digest = hashlib.sha256(content).hexdigest()
        found = _file(path, content, file, as_of)
    errors = [
        RecordError(file, None, printable(field), message, "danger_unassigned") for field, message in found.unassigned
    ]
    errors += [RecordError(file, None, printable(field), message) for field, message in found.faults]
    unread = [Unread(file, None, printable(field), message) for field, message in found.unread]
    records = []
    for one in found.records:
        read = validate_record(one, file)
        records.append(read.inputs)
        errors.extend(read.errors)
        unread.extend(read.unread)
    return ClinicalFile(share_dangers(records), tuple(errors), digest, tuple(unread))


def share_dangers(records: Sequence[ClinicalInputs]) -> tuple[ClinicalInputs, ...]:
    """The records, each with the dangers of others that speak of the same patient, study and time."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for number, record in enumerate(records):
        identity = (
            normal_form(record.patient_id),
            normal_form(record.accession_number),
            normal_uid(record.study_instance_uid),
        )
        if any(identity):
            groups.setdefault(identity, []).append(number)
    shared = list(records)
    for numbers in groups.values():
        if len(numbers) > 1:
            for number in numbers:
                others = [records[i] for i in numbers if i != number and _same_time(records[i], records[number])]
                shared[number] = with_dangers(records[number], others, "records")
    return tuple(shared)


def _same_time(first: ClinicalInputs, second: ClinicalInputs) -> bool:
    dates, others = ([date for date in record.dates if date is not None] for record in (first, second))
    if not dates or not others:
        return True
    return any(abs((one - other).days) <= SAME_TIME_DAYS for one in dates for other in others)


def _file(path: Path, content: bytes, file: str, as_of: datetime.date | None) -> _Found:
    kind = path.suffix.lower()
    if kind in _TABLES:
        return _Found(csv_reader.raw_records(_text(content, file, table=True), file))
    text = _text(content, file, table=False) if kind in _RESOURCES or content.lstrip()[:1] in (b"{", b"[") else None
    if text is None or (kind not in _RESOURCES and text.lstrip()[:1] not in {"{", "["}):
        text = _text(content, file, table=True)
        if text.lstrip()[:1] not in {"{", "["}:
            return _Found(csv_reader.raw_records(text, file))
    lines = _as_lines(text, file) if kind in _LINES or _looks_like_lines(text) else None
    document = lines if lines is not None else json_reader.parse_json(text, file)
    if lines is not None or (isinstance(document, dict) and "resourceType" in document):
        return _fhir([(file, document)], file, as_of)
    records, faults, unread = json_reader.raw_records(document, file)
    return _Found(records, faults, unread)


def _folder(path: Path, file: str, as_of: datetime.date | None) -> tuple[_Found, str]:
    """Every FHIR file of a folder as one input; a file that is none is listed, one that is damaged is a fault."""
    digest = hashlib.sha256()
    documents: list[tuple[str, Any]] = []
    faults: list[tuple[str, str]] = []
    unread: list[tuple[str, str]] = []
    left = MAX_BYTES
    for one in sorted(path.iterdir()):
        name = printable(one.name)
        if not one.is_file() or one.suffix.lower() not in _RESOURCES:
            unread.append((name, "is not a FHIR file (.json or .ndjson)"))
            continue
        content = _bytes(one, file, left)
        left -= len(content)
        digest.update(content)
        try:
            text = _text(content, name, table=False)
            by_line = one.suffix.lower() in _LINES or _looks_like_lines(text)
            documents.append((name, _as_lines(text, name) if by_line else json_reader.parse_json(text, name)))
        except ClinicalInputError as error:
            faults.append((name, error.message))
    if not documents:
        raise ClinicalInputError("no_patients", f"{file}: the folder holds no readable FHIR resource", file=file)
    found = _fhir(documents, file, as_of)
    found.faults, found.unread = [*faults, *found.faults], [*unread, *found.unread]
    return found, digest.hexdigest()


def _fhir(documents: Sequence[tuple[str, Any]], file: str, as_of: datetime.date | None) -> _Found:
    from vcfimg.clinical.fhir import fhir_reader  # late: an optional and heavy import

    read = fhir_reader.read_resources(documents, file, as_of)
    return _Found(read.records, read.faults, read.unread, read.unassigned)


def _looks_like_lines(text: str) -> bool:
    """Whether every line begins an object of its own, as in a bulk export."""
    start = text.lstrip()
    first, _, rest = start.partition("\n")
    return first.rstrip().endswith("}") and rest.lstrip()[:1] == "{" and '"resourceType"' in first


def _as_lines(text: str, file: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                found.append(json_reader.parse_json(line, file))
            except ClinicalInputError:
                message = f"{file}: not valid JSON at line {number}"
                raise ClinicalInputError("malformed_json", message, file=file) from None
    return found


def _bytes(path: Path, file: str, limit: int = MAX_BYTES) -> bytes:
    try:
        return read_given(path, max(0, limit))
    except NotGiven as error:
        if error.too_large:
            raise ClinicalInputError("file_too_large", f"{file}: larger than {MAX_BYTES} bytes", file=file) from error
        raise ClinicalInputError("unreadable_file", f"{file}: cannot be read ({error.reason})", file=file) from error


def _text(content: bytes, file: str, *, table: bool) -> str:
    """The text; a table that is not UTF-8 is read as cp1252, which spreadsheets in Western Europe write."""
    encodings = (
        ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", *(["cp1252"] if table else [])]
    )
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = f"{file}: not UTF-8 text; save it as UTF-8 (in Excel: CSV UTF-8)"
    raise ClinicalInputError("not_utf8", message, file=file)
