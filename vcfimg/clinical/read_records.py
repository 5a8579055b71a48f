"""Read a file of clinical inputs, whichever of the three ways it is written."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vcfimg.clinical import csv_reader, json_reader
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.clinical.record import RawRecord, RecordError, printable, validate_record
from vcfimg.errors import ClinicalInputError

MAX_BYTES: Final = 256 * 2**20
"""Largest file that is read, in bytes."""

_TABLES: Final = frozenset({".csv", ".tsv", ".txt"})


@dataclass(frozen=True)
class ClinicalFile:
    """All records of one file, valid and refused, in the order of the file.

    ``errors`` has an entry for every bad field of a refused record. ``sha256`` is the hash of the file's bytes.
    """

    records: tuple[ClinicalInputs, ...]
    errors: tuple[RecordError, ...]
    sha256: str


def read_clinical(path: str | Path) -> ClinicalFile:
    """Read clinical inputs from canonical JSON, CSV or a FHIR R4B Bundle.

    ``.csv``, ``.tsv`` and ``.txt`` are tables; anything else is JSON when it begins like JSON, and a table when not.
    A JSON object with a ``resourceType`` is FHIR. A bad field refuses its record only.

    Raises
    ------
    ClinicalInputError
        ``unreadable_file``, ``file_too_large``, ``not_utf8``, ``malformed_json``, ``no_patients``, ``malformed_csv``,
        ``not_a_bundle`` or ``fhir_not_installed``; ``file`` names the file.
    """
    path = Path(path)
    file = printable(path.name)
    content = _bytes(path, file)
    text = _text(content, file)
    start = text.lstrip()[:1]
    raw: list[RawRecord]
    faults: list[tuple[str, str]] = []
    if path.suffix.lower() in _TABLES or (path.suffix.lower() != ".json" and start not in {"{", "["}):
        raw = csv_reader.raw_records(text, file)
    else:
        document = json_reader.parse_json(text, file)
        if isinstance(document, dict) and "resourceType" in document:
            from vcfimg.clinical import fhir_reader  # late: an optional and heavy import

            raw, faults = fhir_reader.raw_records(document, file)
        else:
            raw, faults = json_reader.raw_records(document, file)
    errors = [RecordError(file, None, printable(field), message) for field, message in faults]
    records = []
    for one in raw:
        inputs, record_errors = validate_record(one, file)
        records.append(inputs)
        errors.extend(record_errors)
    return ClinicalFile(tuple(records), tuple(errors), hashlib.sha256(content).hexdigest())


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ClinicalInputError("file_too_large", f"{file}: larger than {MAX_BYTES} bytes", file=file)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise ClinicalInputError("unreadable_file", f"{file}: cannot be read ({reason})", file=file) from error


def _text(content: bytes, file: str) -> str:
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        message = f"{file}: not UTF-8 text; save it as UTF-8 (in Excel: CSV UTF-8)"
        raise ClinicalInputError("not_utf8", message, file=file) from None
