"""The canonical JSON of clinical inputs: ``{"patients": [...]}`` or a bare list of patients."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from vcfimg.clinical.record import RawRecord
from vcfimg.clinical.spelling.reading import judge_key
from vcfimg.errors import ClinicalInputError

MAX_DIGITS: Final = 30
"""Integers with more digits are read as floating point, where they fail every range check."""

Pairs = list[tuple[str, Any]]


class JsonObject(dict[str, Any]):
    """A JSON object that remembers the keys it was given twice, with the values that lost."""

    repeated: Sequence[tuple[str, Any]] = ()


def parse_json(text: str, file: str) -> Any:
    """Parse JSON text; objects become :class:`JsonObject`, NaN and Infinity become the numbers they name.

    Raises
    ------
    ClinicalInputError
        ``malformed_json`` when the text is not JSON at all.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ClinicalInputError("malformed_json", f"{file}: not valid JSON{where}", file=file) from None


Faults = list[tuple[str, str]]
"""``(field, message)`` of what belongs to the file as a whole."""


def raw_records(document: Any, file: str) -> tuple[list[RawRecord], Faults, Faults]:
    """Records of a parsed document, the faults of the file and what of it was not used.

    A key beside ``patients`` is not used; one that may speak of a danger is a fault, for nobody knows whose it is.
    """
    faults: Faults = []
    unread: Faults = []
    patients = document
    if isinstance(document, JsonObject):
        if "patients" not in document or any(key == "patients" for key, _ in document.repeated):
            message = f"{file}: the object must hold one list named patients"
            raise ClinicalInputError("no_patients", message, file=file)
        patients = document["patients"]
        for key in document:
            if key != "patients":
                meant, dangers = judge_key(key, document[key])
                (faults if meant or dangers else unread).append((key, "is not a known key beside patients"))
    if not isinstance(patients, list):
        message = f"{file}: must hold a list of patients, or an object with a list named patients"
        raise ClinicalInputError("no_patients", message, file=file)
    return [_raw_record(facts, f"record {number}") for number, facts in enumerate(patients, start=1)], faults, unread


def repeated_keys(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and losing value of every key that occurs twice anywhere in ``value``."""
    if isinstance(value, JsonObject):
        for key, lost in value.repeated:
            yield f"{path}{key}", lost
            yield from repeated_keys(lost, f"{path}{key}.")
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                yield from repeated_keys(inner, f"{path}{key}.")
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict | list):
                yield from repeated_keys(inner, path)


def _raw_record(facts: Any, position: str) -> RawRecord:
    repeated = list(repeated_keys(facts))
    if not repeated:
        return RawRecord(facts, position)
    faults = tuple((path, "occurs twice") for path, _ in repeated)
    return RawRecord(facts, position, faults, tuple(_as_record(path, lost) for path, lost in repeated))


def _as_record(path: str, value: Any) -> Mapping[str, Any]:
    """``levels.T12.escc`` and its value as a record of its own."""
    for part in reversed(path.split(".")):
        value = {part: value}
    assert isinstance(value, dict)
    return value


def _object(pairs: Pairs) -> JsonObject:
    made = JsonObject(pairs)
    if len(made) < len(pairs):
        lost = dict(enumerate(pairs))
        last = {key: number for number, (key, _) in enumerate(pairs)}
        made.repeated = [pair for number, pair in lost.items() if last[pair[0]] != number]
    return made


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= MAX_DIGITS else float(digits)
