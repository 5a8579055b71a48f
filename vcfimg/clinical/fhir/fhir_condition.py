"""What one FHIR Condition or AllergyIntolerance states. It can make a fact true; its absence makes nothing false."""

import datetime
from typing import Any, Final

from vcfimg.clinical.dangers import DANGERS
from vcfimg.clinical.fhir import fhir_codes as codes
from vcfimg.clinical.fhir.fhir_elements import (
    Resource,
    code_label,
    codings,
    day,
    label,
    levels_named,
    profiles,
    status,
    text,
    words_of,
)
from vcfimg.clinical.fhir.fhir_statement import CONDITION, PROVISIONAL, Stated, Statement
from vcfimg.clinical.inputs import DANGER_UNREADABLE
from vcfimg.clinical.printable import shown
from vcfimg.clinical.spelling.danger_words import facts_named

NOT_ASSERTED: Final = frozenset({"refuted", "entered-in-error"})
"""Verification statuses of what is not so; ruling out one disease does not rule out its kind."""

SUSPECTED: Final = frozenset({"unconfirmed", "provisional", "differential"})
CURRENT: Final = frozenset({"active", "recurrence", "relapse"})
PAST: Final = frozenset({"inactive", "remission", "resolved"})

FLAGS: Final = frozenset(
    {
        "cancer",
        "first_metastasis",
        "clinical_cord_compression",
        "new_neurological_deficit",
        "overt_instability",
        "infection",
        "coagulopathy_uncorrected",
        "cement_allergy",
        "pregnancy",
        "trauma",
        "primary_bone_tumour",
    }
)
"""Facts that a Condition of the project's own code system may state."""

LASTING: Final = frozenset({"cancer", "cancer_history", "primaries", "primary_bone_tumour", "first_metastasis"})
"""Facts that a disease in remission or inactive still states; only ``resolved`` ends them."""

PREGNANCY_DAYS: Final = 300
"""A pregnancy coded longer ago than this has ended (clinical.md 10.10)."""

_CEMENT: Final = ("cement", "pmma", "polymethyl", "methyl methacrylate", "methacrylat", "zement", "acrylic")


def statements(condition: Resource, as_of: datetime.date | None) -> Stated:
    """The facts and faults of a Condition; what it says that is not understood is unread."""
    true, left_open, levels = _meaning(condition)
    when, complete = day(condition, "onsetDateTime", "onsetPeriod", "recordedDate")
    recorded, dated = day(condition, "recordedDate", "onsetDateTime", "onsetPeriod")
    asserted = status(condition.get("verificationStatus"), codes.VERIFICATION_STATUS)
    course = status(condition.get("clinicalStatus"), codes.CLINICAL_STATUS)
    if course is None and any(key.startswith("abatement") for key in condition):
        course = "resolved"
    source = label(condition)
    ended = asserted in NOT_ASSERTED or course in PAST
    found: list[Statement] = []
    if not true and not left_open and not levels:
        named = () if ended else facts_named(*words_of(condition.get("code")))
        found = [_open(fact, source, recorded if dated else None, DANGER_UNREADABLE) for fact in named]
        return Stated(tuple(found), (("Condition", f"code {code_label(condition)} is not one that is used"),))
    first = next(iter((*true, *left_open)), "record")
    if asserted in NOT_ASSERTED:
        return Stated()
    if asserted in SUSPECTED:
        dangers = [fact for fact in (*true, *left_open) if fact in DANGERS]
        if course in PAST:
            return Stated()
        found = [_open(fact, source, recorded if dated else None, PROVISIONAL) for fact in dangers]
        unread = () if dangers else (("Condition", f"{code_label(condition)} is only suspected"),)
        return Stated(tuple(found), unread)
    if asserted not in {None, "confirmed"} or (asserted is None and condition.get("verificationStatus") is not None):
        found.append(_fault(source, first, f"has the unknown verificationStatus {shown(asserted)}"))
    if (course is None and condition.get("clinicalStatus") is not None) or course not in {None, *CURRENT, *PAST}:
        found.append(_fault(source, first, f"has the unknown clinicalStatus {shown(course)}"))
    for name, value in true.items():
        if name not in FLAGS and name not in {"primaries", "cancer_history"}:
            found.append(_fault(source, name, "is not a fact a Condition may state"))
        elif course in PAST and not (name in LASTING and course != "resolved"):
            continue
        elif name == "pregnancy" and complete and _older(when, as_of, PREGNANCY_DAYS):
            found.append(_open(name, source, when, PROVISIONAL))
        else:
            found.append(Statement((name,), value, None, source, kind=CONDITION))
    if course not in PAST:
        found.extend(_open(fact, source, recorded if dated else None, PROVISIONAL) for fact in left_open)
        found.extend(Statement(("levels", level), {}, None, source, kind=CONDITION) for level in levels)
    return Stated(tuple(found))


def allergy_statements(allergy: Resource, as_of: datetime.date | None) -> Stated:
    """An allergy to bone cement, whatever the reaction; another allergy is unread."""
    words = [*words_of(allergy.get("code"))]
    for reaction in allergy.get("reaction") or [] if isinstance(allergy.get("reaction"), list) else []:
        words += words_of(reaction.get("substance")) if isinstance(reaction, dict) else []
    source = label(allergy)
    if not any(stem in word.casefold() for word in words for stem in _CEMENT):
        return Stated((), (("AllergyIntolerance", f"code {code_label(allergy)} is not bone cement"),))
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"
    asserted = status(allergy.get("verificationStatus"), f"{system}verification")
    course = status(allergy.get("clinicalStatus"), f"{system}clinical")
    if asserted in NOT_ASSERTED or course in {"inactive", "resolved"}:
        return Stated()
    if asserted in {"unconfirmed", "presumed"}:
        return Stated((_open("cement_allergy", source, day(allergy, "recordedDate")[0], PROVISIONAL),))
    return Stated((Statement(("cement_allergy",), True, None, source, kind=CONDITION),))


def _meaning(condition: Resource) -> tuple[dict[str, object], list[str], list[str]]:
    """Facts that are true with their values, facts left open, and the levels named by a collapse or a metastasis."""
    true: dict[str, object] = {}
    left_open: dict[str, None] = {}
    concept = condition.get("code")
    name = text(concept.get("text")) if isinstance(concept, dict) else None
    places = False
    for system, code, coding in codings(concept):
        title = name or text(coding.get("display")) or code
        meant: tuple[str, ...] = ()
        if system == codes.FACTS:
            meant = (code,)
        elif system in codes.ICD10:
            meaning = codes.icd10_meaning(code) or codes.Meaning()
            meant = meaning.true
            left_open |= dict.fromkeys(meaning.open)
            places = places or meaning.collapse or code.upper().startswith("C79.5")
            title = meaning.primary or title
        elif system == codes.SCT and code in codes.CANCER_SCT:
            meant = ("cancer", "primaries") if codes.CANCER_SCT[code] else ("cancer",)
            places = places or not codes.CANCER_SCT[code]
        elif system == codes.SCT and code in codes.FACTS_SCT:
            meant = (codes.FACTS_SCT[code],)
        elif system == codes.SCT and code in codes.OPEN_SCT:
            left_open[codes.OPEN_SCT[code]] = None
        for fact in meant:
            true.setdefault(fact, title if fact == "primaries" else True)
    kinds = profiles(condition)
    if codes.PRIMARY_CANCER in kinds:
        named = name or next((text(coding.get("display")) or code for _, code, coding in codings(concept)), None)
        true |= {"cancer": True} | ({"primaries": named} if named and "primaries" not in true else {})
    elif codes.SECONDARY_CANCER in kinds:
        true["cancer"], places = True, True
        true.pop("primaries", None)
    return true, list(left_open), levels_named(condition.get("bodySite")) if places else []


def _older(when: str | None, as_of: datetime.date | None, days: int) -> bool:
    if when is None or as_of is None:
        return False
    try:
        return (as_of - datetime.date.fromisoformat(when)).days > days
    except ValueError:
        return False


def _open(name: str, source: str, when: str | None, doubt: str) -> Statement:
    return Statement((name,), None, when, source, kind=CONDITION, doubt=doubt)


def _fault(source: str, name: str, message: Any) -> Statement:
    return Statement((name,), None, None, source, message)
