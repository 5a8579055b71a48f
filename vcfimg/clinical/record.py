"""One raw record, validated: the facts when all of it is valid, else its dangers and an error for every bad field."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from vcfimg.clinical.dangers import dangers_of, union_of_dangers
from vcfimg.clinical.inputs import IDENTIFIERS, ClinicalInputs, LevelInputs

MAX_SHOWN: Final = 60
"""Longest part of an offending value or key that is repeated in an error, in characters."""

_NUMBER: Final = "must be a number (without quotation marks)"
_WHOLE: Final = "must be a whole number (without quotation marks)"
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

    def to_dict(self) -> dict[str, str | None]:
        """The entry as JSON."""
        return {"file": self.file, "patient": self.patient, "field": self.field, "message": self.message}


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


def validate_record(raw: RawRecord, file: str) -> tuple[ClinicalInputs, tuple[RecordError, ...]]:
    """Validate one record; a refused one keeps its identifiers and valid dangers only."""
    faults = list(raw.faults)
    facts = raw.facts
    if isinstance(facts, dict) and "refused" in facts:
        faults.append(("refused", _unknown_key("refused")))
        facts = {key: value for key, value in facts.items() if key != "refused"}
    try:
        inputs = ClinicalInputs.model_validate(facts)
    except ValidationError as error:
        faults.extend(_faults_of(error))
    else:
        if not faults:
            return inputs, ()
    kept = dangers_of(salvage(facts))
    for alternative in raw.alternatives:
        kept = union_of_dangers(kept, dangers_of(salvage(alternative)))
    patient = next((value for name in IDENTIFIERS_BY_USE if (value := getattr(kept, name)) is not None), None)
    where = "" if patient is not None else f"{raw.position}: "
    return kept, tuple(
        RecordError(file, patient, printable(name), where + message) for name, message in dict.fromkeys(faults)
    )


IDENTIFIERS_BY_USE: Final = ("patient_id", "accession_number", "study_instance_uid")
"""The order in which an identifier is chosen to name a record in an error."""


def salvage(facts: object) -> ClinicalInputs:
    """The valid values of a record, whatever else is in it."""
    if not isinstance(facts, Mapping):
        return ClinicalInputs()
    kept: dict[str, Any] = {name: facts[name] for name in ClinicalInputs.model_fields if name in facts}
    kept.pop("refused", None)
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


def printable(text: str) -> str:
    """Hostile text made safe to show: one line, ASCII, shortened."""
    safe = text.encode("ascii", "backslashreplace").decode()
    safe = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in safe)
    return safe if len(safe) <= MAX_SHOWN else safe[: MAX_SHOWN - 3] + "..."


def shown(value: object) -> str:
    """An offending value for an error message; containers are named by their kind only."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{printable(value)}"'
    if isinstance(value, int | float):
        return printable(f"{value:g}" if isinstance(value, float) else str(value))
    return "a list" if isinstance(value, list | tuple) else "an object" if isinstance(value, Mapping) else "this value"


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
        if kind == "extra_forbidden":
            yield ".".join(path) or '""', _unknown_key(path[-1], LevelInputs if len(path) > 1 else ClinicalInputs)
            continue
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


def _unknown_key(key: str, model: type[ClinicalInputs] | type[LevelInputs] = ClinicalInputs) -> str:
    names = [name for name in model.model_fields if name != "refused"]
    near = [name for name in names if key in name.split("_")] or difflib.get_close_matches(key[:MAX_SHOWN], names, n=1)
    return "is not a known key" + (f"; did you mean {near[0]}?" if near else "")
