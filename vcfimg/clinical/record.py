"""One raw record, validated: the facts when all of it is valid, else its dangers and an error for every bad field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from vcfimg.clinical.dangers import dangers_of, union_of_dangers
from vcfimg.clinical.inputs import IDENTIFIERS, READ_BY_US, ClinicalInputs, LevelInputs, Remark
from vcfimg.clinical.printable import printable, shown
from vcfimg.clinical.spelling.reading import read_record

_NUMBER: Final = "must be a number"
_WHOLE: Final = "must be a whole number"
_MESSAGES: Final[dict[str, str]] = {
    "bool_type": "must be true or false",
    "float_type": _NUMBER,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "string_unicode": "must be valid Unicode text",
    "string_too_long": "is too long",
    "tuple_type": "must be a list",
    "dict_type": "must be an object that maps levels to their facts",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}


@dataclass(frozen=True)
class RecordError:
    """What is wrong with one field of one record: an entry of ``errors[]``.

    ``patient`` is the record's identifier (patient id, else accession number, else study UID; None when it has none).
    It belongs in that output and nowhere else: never log it.
    """

    file: str
    patient: str | None
    field: str
    message: str
    code: str = "clinical_record_refused"
    """Under which it is listed among the problems of a run."""

    def to_dict(self) -> dict[str, str | None]:
        """The entry as JSON."""
        return {"file": self.file, "patient": self.patient, "field": self.field, "message": self.message}


@dataclass(frozen=True)
class Unread:
    """What of a record was not used: an entry of ``unread[]``; names a key or a resource type, never a value."""

    file: str
    patient: str | None
    field: str
    message: str

    def to_dict(self) -> dict[str, str | None]:
        """The entry as JSON."""
        return {"file": self.file, "patient": self.patient, "field": self.field, "message": self.message}


MAX_UNREAD: Final = 100
"""Most entries of one record that are listed one by one."""


@dataclass(frozen=True)
class RawRecord:
    """A record as a reader found it, not yet validated.

    Parameters
    ----------
    facts
        Field names to values, in the shape of the canonical JSON.
    position
        Where it stands, for the reader of an error: ``"record 3"``.
    faults
        ``(field, message)`` pairs that the reader itself found; any of them refuses the record.
    alternatives
        Further values that were given for a field (a key twice, rows that differ): they are never used as facts, but
        a danger in them is kept.
    """

    facts: object
    position: str
    faults: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[Mapping[str, Any], ...] = field(default=())
    unread: tuple[tuple[str, str], ...] = ()
    """What the reader did not use, as ``(field, message)``."""
    remarks: tuple[Remark, ...] = ()
    """What the reader left open, or found in conflict."""


@dataclass(frozen=True)
class Validated:
    """A record with everything that must be said about it."""

    inputs: ClinicalInputs
    errors: tuple[RecordError, ...] = ()
    unread: tuple[Unread, ...] = ()


def validate_record(raw: RawRecord, file: str) -> Validated:
    """Read and validate one record; a refused one keeps its identifiers and valid dangers only."""
    faults = list(raw.faults)
    if not isinstance(raw.facts, Mapping):
        faults.append(("record", f"must be an object, got {shown(raw.facts)}"))
        return _named(ClinicalInputs(refused=True), raw, file, faults, [])
    reading = read_record(raw.facts, raw.remarks)
    faults.extend(reading.faults)
    unread = [*reading.unread, *raw.unread]
    said = {
        "remarks": tuple(dict.fromkeys(reading.remarks)),
        "unread": tuple(dict.fromkeys(_listed([printable(name) for name, _ in unread]))),
    }
    try:
        inputs = ClinicalInputs.model_validate({**reading.facts, **said})
    except ValidationError as error:
        faults.extend(_faults_of(error))
    else:
        if not faults:
            return _named(inputs, raw, file, reading.complaints, unread)
    kept = dangers_of(salvage(reading.facts))
    for alternative in (*raw.alternatives, *reading.alternatives()):
        kept = union_of_dangers(kept, dangers_of(salvage(read_record(alternative).facts)))
    kept = kept.model_copy(update=said)
    return _named(kept, raw, file, [*faults, *reading.complaints], unread)


def _named(
    inputs: ClinicalInputs,
    raw: RawRecord,
    file: str,
    faults: list[tuple[str, str]],
    unread: list[tuple[str, str]],
) -> Validated:
    """The record, its errors and its unread entries, under its own identifier."""
    if not faults and not unread:
        return Validated(inputs)
    patient = next((value for name in IDENTIFIERS_BY_USE if (value := getattr(inputs, name)) is not None), None)
    where = "" if patient is not None else f"{raw.position}: "
    errors = (RecordError(file, patient, printable(name), where + message) for name, message in dict.fromkeys(faults))
    entries = _listed([(printable(name), message) for name, message in dict.fromkeys(unread)], last=("...", "and more"))
    return Validated(inputs, tuple(errors), tuple(Unread(file, patient, name, where + text) for name, text in entries))


def _listed(entries: list[Any], *, last: Any = "...") -> list[Any]:
    return entries if len(entries) <= MAX_UNREAD else [*entries[:MAX_UNREAD], last]


IDENTIFIERS_BY_USE: Final = ("patient_id", "accession_number", "study_instance_uid")
"""The order in which an identifier is chosen to name a record in an error."""


def salvage(facts: object) -> ClinicalInputs:
    """The valid values of a record, whatever else is in it."""
    if not isinstance(facts, Mapping):
        return ClinicalInputs()
    kept: dict[str, Any] = {name: facts[name] for name in ClinicalInputs.model_fields if name in facts}
    for name in READ_BY_US:
        kept.pop(name, None)
    while True:
        try:
            return ClinicalInputs.model_validate(kept)
        except ValidationError as error:
            paths = [one["loc"] for one in error.errors(include_url=False, include_input=False, include_context=False)]
        smaller = kept
        for path in paths:
            smaller = _without(smaller, path)
        if smaller == kept:  # the path does not lead back to the value: give up the whole field
            smaller = {name: value for name, value in kept.items() if name not in {path[0] for path in paths if path}}
        kept = smaller if smaller != kept else {}


def _without(facts: dict[str, Any], path: tuple[int | str, ...]) -> dict[str, Any]:
    """A copy of ``facts`` without what ``path`` points at; a bad list entry takes the whole list with it."""
    top = path[0] if path else None
    if not isinstance(top, str):
        return {}
    rest = {key: value for key, value in facts.items() if key != top}
    levels = facts.get(top)
    if top != "levels" or len(path) == 1 or not isinstance(levels, dict):
        return rest
    level, *inner = path[1:]
    kept = {key: value for key, value in levels.items() if key != level and isinstance(key, str)}
    body = levels.get(level)
    if inner and inner[0] in LevelInputs.model_fields and isinstance(body, dict):
        kept[str(level)] = {key: value for key, value in body.items() if key != inner[0]}
    elif inner and inner[0] != "[key]" and isinstance(body, dict):
        kept[str(level)] = {key: value for key, value in body.items() if key in LevelInputs.model_fields}
    return {**rest, "levels": kept}


def _faults_of(error: ValidationError) -> Iterator[tuple[str, str]]:
    for details in _details(error):
        path = [part for part in details["loc"] if isinstance(part, str) and part != "[key]"]
        kind = details["type"]
        got = "" if path and path[-1] in IDENTIFIERS else f", got {shown(details['input'])}"
        yield ".".join(path) or "record", _sentence(kind, details) + got


def _details(error: ValidationError) -> Iterable[Any]:
    try:
        return error.errors(include_url=False)
    except UnicodeEncodeError:  # a lone surrogate cannot be handed back as input
        return [{**details, "input": "\N{REPLACEMENT CHARACTER}"} for details in error.errors(include_input=False)]


def _sentence(kind: str, details: Any) -> str:
    context = details.get("ctx", {})
    if kind == "greater_than_equal":
        return f"must be at least {context['ge']:g}"
    if kind == "less_than_equal":
        return f"must be at most {context['le']:g}"
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    if kind == "value_error":
        return str(context["error"])
    return _MESSAGES.get(kind, str(details["msg"]))
