"""What one FHIR Condition states. A Condition can make a fact true; its absence makes nothing false."""

from collections.abc import Iterator
from typing import Final

from vcfimg.clinical import fhir_codes as codes
from vcfimg.clinical.fhir_elements import Resource, codings, label, status, text
from vcfimg.clinical.fhir_facts import Statement
from vcfimg.clinical.record import shown

NOT_ASSERTED: Final = frozenset({"unconfirmed", "provisional", "differential", "refuted", "entered-in-error"})
"""Verification statuses that leave the fact unknown. Refuted too: ruling out one disease does not rule out its kind."""

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

LASTING: Final = frozenset({"cancer", "primaries", "primary_bone_tumour", "first_metastasis"})
"""Facts that a disease in remission or inactive still states; only ``resolved`` ends them."""


def statements(condition: Resource) -> Iterator[Statement]:
    """The facts and faults of a Condition; nothing when it is about something else or not asserted at present."""
    facts = _facts(condition)
    if not facts:
        return
    asserted = status(condition.get("verificationStatus"), codes.VERIFICATION_STATUS)
    course = status(condition.get("clinicalStatus"), codes.CLINICAL_STATUS)
    if asserted in NOT_ASSERTED:
        return
    if asserted not in {None, "confirmed"} or (asserted is None and condition.get("verificationStatus") is not None):
        yield _fault(condition, next(iter(facts)), f"has the unknown verificationStatus {shown(asserted)}")
    if (course is None and condition.get("clinicalStatus") is not None) or course not in {None, *CURRENT, *PAST}:
        yield _fault(condition, next(iter(facts)), f"has the unknown clinicalStatus {shown(course)}")
    if course is None and any(key.startswith("abatement") for key in condition):
        course = "resolved"
    for name, value in facts.items():
        if name not in FLAGS and name != "primaries":
            yield _fault(condition, name, "is not a fact a Condition may state")
        elif course in PAST and not (name in LASTING and course != "resolved"):
            continue
        else:
            yield Statement((name,), value, None, label(condition))


def _facts(condition: Resource) -> dict[str, object]:
    """Fields and values that the codes of a Condition mean."""
    found: dict[str, object] = {}
    concept = condition.get("code")
    name = text(concept.get("text")) if isinstance(concept, dict) else None
    for system, code, coding in codings(concept):
        title = name or text(coding.get("display")) or code
        if system == codes.FACTS:
            meant: tuple[str, ...] = (code,)
        elif system in codes.ICD10:
            meant = codes.icd10_facts(code)
        elif system == codes.SCT and code in codes.CANCER_SCT:
            meant = ("cancer", "primaries") if codes.CANCER_SCT[code] else ("cancer",)
        elif codes.PREGNANCY_ANSWERS.get((system, code)):
            meant = ("pregnancy",)
        else:
            continue
        for fact in meant:
            found.setdefault(fact, title if fact == "primaries" else True)
    return found


def _fault(condition: Resource, name: str, message: str) -> Statement:
    return Statement((name,), None, None, label(condition), message)
