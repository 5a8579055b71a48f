"""What one FHIR Observation states."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcfimg.clinical import fhir_codes as codes
from vcfimg.clinical.fhir_elements import Resource, codings, day, label, objects, text
from vcfimg.clinical.fhir_facts import Statement
from vcfimg.clinical.inputs import IDENTIFIERS, ClinicalInputs, LevelInputs
from vcfimg.clinical.record import shown
from vcfimg.level_names import is_level

USED: Final = frozenset({"final", "amended", "corrected"})
IGNORED: Final = frozenset({"registered", "preliminary", "cancelled", "entered-in-error", "unknown"})

COUNTS: Final = frozenset({"planned_levels"})
CODED: Final = frozenset({"sex", "escc", "bone_quality", "alignment", "posterolateral", "posterior_wall"})
_ELSEWHERE: Final = frozenset({"levels", "refused", "primaries", "pain_vas_date", "exam_date", *IDENTIFIERS})
PATIENT_FACTS: Final = frozenset(ClinicalInputs.model_fields) - _ELSEWHERE
LEVEL_FACTS: Final = frozenset(LevelInputs.model_fields)

PAIN_SCALE: Final = (0, 10)
"""Ends of the pain scale (clinical safety requirement: another scale is refused, never rescaled)."""


def statements(observation: Resource) -> Iterator[Statement]:
    """The facts and faults of an Observation; nothing when it is about something else or not valid at present."""
    state = text(observation.get("status"))
    for name in _facts(observation):
        if name not in PATIENT_FACTS and name not in LEVEL_FACTS:
            yield _fault(observation, name, "is not a fact an Observation may state")
        elif state in USED:
            yield from _stated(observation, name)
        elif state not in IGNORED:
            yield _fault(observation, name, f"has the unknown status {shown(state)}")
            yield from (one for one in _stated(observation, name) if one.message is None)


def _facts(observation: Resource) -> list[str]:
    """Field names that the codes of an Observation mean; several codings of one fact count once."""
    found: dict[str, None] = {}
    for system, code, _ in codings(observation.get("code")):
        name = code if system == codes.FACTS else codes.OBSERVATION_CODES.get((system, code))
        if name is not None:
            found[name] = None
    return list(found)


def _stated(observation: Resource, name: str) -> Iterator[Statement]:
    when, complete = day(observation, "effectiveDateTime", "effectiveInstant", "effectivePeriod")
    if not complete:
        yield _fault(observation, f"{name}_date" if name == "pain_vas" else name, "needs a date with year, month, day")
    path: tuple[str, ...] = (name,)
    if name in LEVEL_FACTS or name == "exam_levels":
        level, reason = _level(observation)
        if level is None:
            yield _fault(observation, name, reason)
            return
        path = (name, level) if name == "exam_levels" else ("levels", level, name)
    value, reason = _value(observation, name)
    if reason:
        yield _fault(observation, ".".join(path) if path[0] == "levels" else name, reason)
    if value is not None:
        yield Statement(path, value, when if complete else None, label(observation))


def _level(observation: Resource) -> tuple[str | None, str]:
    found = {
        code if system == codes.LEVEL_SYSTEM else codes.LEVELS_SCT[code]
        for system, code, _ in codings(observation.get("bodySite"))
        if system == codes.LEVEL_SYSTEM or (system == codes.SCT and code in codes.LEVELS_SCT)
    }
    if len(found) != 1:
        return None, "needs a bodySite that names one vertebral level"
    (level,) = found
    return (level, "") if is_level(level) else (None, f"has a bodySite that is no vertebral level: {shown(level)}")


def _value(observation: Resource, name: str) -> tuple[Any, str]:
    """The value in the shape of the canonical JSON, and what is wrong with how it is given."""
    given = {key: value for key, value in observation.items() if key.startswith("value") and value is not None}
    if not given:
        return None, ""
    (key, value) = next(iter(given.items()))
    if name in codes.UNITS:
        return _quantity(observation, name, key, value)
    if name in COUNTS:
        return (value, "") if key == "valueInteger" else (None, f"must be a valueInteger, got {shown(key)}")
    if name in CODED:
        return _coded(key, value)
    if name == "pregnancy" and key == "valueCodeableConcept":
        answers = [code for *code, _ in codings(value)]
        known = [codes.PREGNANCY_ANSWERS[(a, b)] for a, b in answers if (a, b) in codes.PREGNANCY_ANSWERS]
        return (known[0], "") if len(set(known)) == 1 else (None, "has an answer that is not a known pregnancy status")
    return (value, "") if key == "valueBoolean" else (None, f"must be a valueBoolean, got {shown(key)}")


def _quantity(observation: Resource, name: str, key: str, value: Any) -> tuple[Any, str]:
    if name == "pain_vas" and (reason := _wrong_scale(observation)):
        return None, reason
    if name == "pain_vas" and key == "valueInteger":
        return value, ""
    if key != "valueQuantity" or not isinstance(value, Mapping):
        return None, f"must be a valueQuantity, got {shown(key)}"
    if value.get("comparator") is not None:
        return None, f"must be an exact value, got the comparator {shown(value['comparator'])}"
    unit = text(value.get("code"))
    allowed = codes.UNITS[name]
    bare = unit is None and value.get("unit") is None
    if unit not in allowed or (unit is None and not bare) or (unit is not None and value.get("system") != codes.UCUM):
        wanted = " or ".join(sorted(one for one in allowed if one is not None))
        return None, f"must have the UCUM unit {wanted}, got {shown(unit or value.get('unit'))}"
    return value.get("value"), ""


def _wrong_scale(observation: Resource) -> str:
    for limits in objects(observation.get("referenceRange")):
        for end, wanted in zip(("low", "high"), PAIN_SCALE, strict=True):
            limit = limits.get(end)
            if isinstance(limit, Mapping) and limit.get("value") != wanted:
                return "must be on the scale 0-10; another scale is not converted"
    return ""


def _coded(key: str, value: Any) -> tuple[Any, str]:
    if key == "valueString":
        return value, ""
    if key == "valueCodeableConcept":
        found = [code for system, code, _ in codings(value) if system == codes.FACTS]
        if len(found) == 1:
            return found[0], ""
    return None, f"must be a valueString or a valueCodeableConcept of {codes.FACTS}"


def _fault(observation: Resource, name: str, message: str) -> Statement:
    return Statement((name,), None, None, label(observation), message)
