"""What one FHIR Observation states."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Final

from vcfimg.clinical.dangers import DANGERS, is_danger
from vcfimg.clinical.fhir import fhir_codes as codes
from vcfimg.clinical.fhir.fhir_elements import Resource, code_label, codings, day, label, objects, text, words_of
from vcfimg.clinical.fhir.fhir_statement import PROPOSED, PROVISIONAL, Stated, Statement
from vcfimg.clinical.inputs import DANGER_UNREADABLE, IDENTIFIERS, READ_BY_US, ClinicalInputs, LevelInputs
from vcfimg.clinical.printable import shown
from vcfimg.clinical.spelling.danger_words import facts_named
from vcfimg.clinical.spelling.reading import GROUP_WORDS
from vcfimg.clinical.spelling.spellings import UnreadableError
from vcfimg.clinical.spelling.spellings import level as read_level
from vcfimg.clinical.spelling.value_kinds import GROUPS, READERS, SHARED_FIELDS, read_or_keep
from vcfimg.level_names import is_level

USED: Final = frozenset({"final", "amended", "corrected"})
SUSPECTED: Final = frozenset({"registered", "preliminary"})
"""Statuses of what may yet change: a danger in it leaves the fact open."""

IGNORED: Final = frozenset({"cancelled", "entered-in-error", "unknown"})

COUNTS: Final = frozenset({"planned_levels", "sins_reported", "prior_rt_fractions"})
CODED: Final = frozenset(
    {"sex", "escc", "bone_quality", "alignment", "posterolateral", "posterior_wall", "collapse", "biopsy_result"}
)
DATED: Final = {
    "pain_vas": "pain_vas_date",
    "exam_tenderness": "exam_date",
    **dict.fromkeys(("neurology_normal", "clinical_cord_compression", "new_neurological_deficit"), "neurology_date"),
    **dict.fromkeys(("infection", "coagulopathy_uncorrected"), "labs_date"),
}
"""Fact to the field that its day gives."""

_ELSEWHERE: Final = frozenset(
    {"levels", "all_levels", "other_levels", "primaries", "biopsy_level", *DATED.values(), *IDENTIFIERS, *READ_BY_US}
)
PATIENT_FACTS: Final = frozenset(ClinicalInputs.model_fields) - _ELSEWHERE
LEVEL_FACTS: Final = frozenset(LevelInputs.model_fields)

PAIN_SCALE: Final = (0, 10)
"""Ends of the pain scale (clinical safety requirement: another scale is refused, never rescaled)."""


PROPOSAL_DAYS: Final = 14
"""Laboratory values older than this are not looked at (clinical.md 10.10)."""

_ABNORMAL: Final = frozenset({"H", "HH", "HU", "L", "LL", "LU", "A", "AA", "POS"})


def statements(observation: Resource, as_of: datetime.date | None) -> Stated:
    """The facts and faults of an Observation; one about something else is unread."""
    state = text(observation.get("status"))
    names = _facts(observation)
    if not names:
        return _other(observation, state, as_of)
    found: list[Statement] = []
    for name in names:
        if name not in PATIENT_FACTS and name not in LEVEL_FACTS:
            found.append(_fault(observation, name, "is not a fact an Observation may state"))
        elif state in USED:
            found.extend(_stated(observation, name))
        elif state in SUSPECTED:
            found.extend(
                Statement(one.path, None, one.when, one.source, doubt=PROVISIONAL)
                for one in _stated(observation, name)
                if one.message is None and one.path[-1] in DANGERS and is_danger(one.path[-1], one.value)
            )
        elif state not in IGNORED:
            found.append(_fault(observation, name, f"has the unknown status {shown(state)}"))
            found.extend(one for one in _stated(observation, name) if one.message is None)
    return Stated(
        tuple(found), () if found else (("Observation", f"{code_label(observation)} has the status {state}"),)
    )


def _other(observation: Resource, state: str | None, as_of: datetime.date | None) -> Stated:
    """A laboratory value that may speak of a danger, or an Observation that nothing is known of."""
    loinc = [code for system, code, _ in codings(observation.get("code")) if system == codes.LOINC]
    source, (when, complete) = label(observation), day(observation, "effectiveDateTime", "effectiveInstant", "issued")
    if state in USED:
        for lab in (codes.LABS[code] for code in loinc if code in codes.LABS):
            value = _lab_value(observation, lab)
            if value is None:
                continue
            beyond = value > lab.limit if lab.above else value < lab.limit
            recent = not complete or when is None or _within(when, as_of, PROPOSAL_DAYS)
            # A normal value is stated too: it may be the newest.
            doubt = PROPOSED if beyond else ""
            day_known = when if complete else None
            kind = next(code for code, one in codes.LABS.items() if one is lab)
            return Stated((Statement((lab.fact,), source, day_known, kind, doubt=doubt),) if recent else ())
    unread = (("Observation", f"code {code_label(observation)} is not one that is used"),)
    if state in IGNORED | SUSPECTED or set(loinc) & codes.OTHER_LABS:
        return Stated((), unread)
    words = facts_named(*words_of(observation.get("code")), *words_of(observation.get("valueCodeableConcept")))
    quantity = isinstance(observation.get("valueQuantity"), Mapping)
    abnormal = any(code in _ABNORMAL for _, code, _ in codings(observation.get("interpretation")))
    if (
        quantity
        and not abnormal
        and not any("inr" in word.casefold().split() for word in words_of(observation.get("code")))
    ):
        words = ()
    return Stated(
        tuple(Statement((fact,), None, when if complete else None, source, doubt=DANGER_UNREADABLE) for fact in words),
        unread,
    )


def _lab_value(observation: Resource, lab: codes.Lab) -> float | None:
    quantity = observation.get("valueQuantity")
    if not isinstance(quantity, Mapping):
        return None
    value, unit = quantity.get("value"), text(quantity.get("code")) or text(quantity.get("unit"))
    factor = lab.factors.get(unit.casefold().replace("\u00b5", "u").replace("\u03bc", "u") if unit else None)
    if isinstance(value, bool) or not isinstance(value, int | float) or factor is None:
        return None
    return value * factor


def _within(when: str, as_of: datetime.date | None, days: int) -> bool:
    if as_of is None:
        return True
    try:
        return (as_of - datetime.date.fromisoformat(when)).days <= days
    except ValueError:
        return True


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
        yield _fault(observation, DATED.get(name, name), "needs a date with year, month, day")
    path: tuple[str, ...] = (name,)
    placed = observation.get("bodySite") is not None
    if name == "exam_levels" or (name in LEVEL_FACTS and (placed or name not in PATIENT_FACTS)):
        level, reason = _level(observation)
        if level is None:
            yield _fault(observation, name, reason)
            return
        if level in GROUPS:
            if name not in SHARED_FIELDS:
                yield _fault(observation, name, "is a fact of one level")
                return
            path = (level, name)
        else:
            path = (name, level) if name == "exam_levels" else ("levels", level, name)
    elif name == "biopsy_result" and placed:
        level, reason = _level(observation)
        if level is None or level in GROUPS:
            yield _fault(observation, "biopsy_level", reason or "must be one level")
        else:
            yield Statement(("biopsy_level",), level, when if complete else None, label(observation))
    value, reason = _value(observation, name)
    if not reason and value is not None and name in READERS and name != "exam_levels":
        value = read_or_keep(name, value)  # the record names what cannot be read
    if reason:
        yield _fault(observation, ".".join(path) if len(path) > 1 and path[0] != "exam_levels" else name, reason)
    if value is not None:
        yield Statement(path, value, when if complete else None, label(observation))


def _level(observation: Resource) -> tuple[str | None, str]:
    found = {
        _own_level(code) if system == codes.LEVEL_SYSTEM else codes.LEVELS_SCT[code]
        for system, code, _ in codings(observation.get("bodySite"))
        if system == codes.LEVEL_SYSTEM or (system == codes.SCT and code in codes.LEVELS_SCT)
    }
    if len(found) != 1:
        return None, "needs a bodySite that names one vertebral level"
    (level,) = found
    known = is_level(level) or level in GROUPS
    return (level, "") if known else (None, f"has a bodySite that is not a vertebral level: {shown(level)}")


def _own_level(code: str) -> str:
    """A level, or the group of levels, that a code of the project's own system names; else the code."""
    if group := GROUP_WORDS.get(code.casefold()):
        return group
    try:
        return read_level(code) or code
    except UnreadableError:
        return code


def _value(observation: Resource, name: str) -> tuple[Any, str]:
    """The value in the shape of the canonical JSON, and what is wrong with how it is given."""
    given = {key: value for key, value in observation.items() if key.startswith("value") and value is not None}
    if not given:
        return None, ""
    (key, value) = next(iter(given.items()))
    if name in codes.UNITS and not (key == "valueString" and _wrong_scale(observation) == ""):
        return _quantity(observation, name, key, value)
    if key == "valueString" and name != "exam_levels":
        return value, ""
    if name in COUNTS:
        return (value, "") if key == "valueInteger" else (None, f"must be a valueInteger, got {shown(key)}")
    if name in CODED:
        return _coded(key, value)
    if key == "valueCodeableConcept":
        answers = codes.PREGNANCY_ANSWERS | codes.YES_NO if name == "pregnancy" else codes.YES_NO
        known = {answers[system, code] for system, code, _ in codings(value) if (system, code) in answers}
        if len(known) == 1:
            return known.pop(), ""
        what = "pregnancy status" if name == "pregnancy" else "yes or no"
        return None, f"has an answer that is not a known {what}"
    if key == "valueBoolean" or (key == "valueInteger" and value in (0, 1)):
        return value, ""
    return None, f"must be a valueBoolean, got {shown(key)}"


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
    if key == "valueInteger":
        return value, ""
    if key == "valueCodeableConcept":
        found = [code for system, code, _ in codings(value) if system == codes.FACTS]
        if len(found) == 1:
            return found[0], ""
        if not found and (words := words_of(value)):
            return words[0], ""
    return None, f"must be a valueString or a valueCodeableConcept of {codes.FACTS}"


def _fault(observation: Resource, name: str, message: str) -> Statement:
    return Statement((name,), None, None, label(observation), message)
