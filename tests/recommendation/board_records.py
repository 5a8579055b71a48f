"""Realistic records of a tumour board's clinic, each with the answer a board would expect, as of 10 January 2026.

Oncology letters turned into JSON, exports of two spreadsheets (German and English), and FHIR bundles with standard
codes only. Nobody real: every letter is invented.
"""

from dataclasses import dataclass
from typing import Any

SCT = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"


@dataclass(frozen=True)
class Board:
    """What a board would say."""

    levels: dict[str, str]
    """Status by level."""
    priority: str
    asks: tuple[str, ...] | None = ()
    """Fields asked for over all levels; None where the list is long and not held here."""


Letter = tuple[str, dict[str, Any], Board]

CLEAR: dict[str, Any] = {"neurology_normal": True, "infection": False, "coagulopathy_uncorrected": False}
STABLE_LUMBAR = {"escc": "0", "alignment": "normal", "posterolateral": "none"}

LETTERS: tuple[Letter, ...] = (
    (
        "breast, painful T12, all known",
        {
            **CLEAR,
            "age": 61,
            "sex": "F",
            "primaries": ["breast"],
            "pain_vas": "7/10",
            "pain_vas_date": "2026-01-07",
            "pain_positional": "yes",
            "exam_levels": ["Th12"],
            "exam_date": "2026-01-07",
            "all_levels": STABLE_LUMBAR,
            "levels": {"T12": {"loss_percent": 35, "stir_edema": True, "bone_quality": "mixed"}},
        },
        Board({"T12": "CANDIDATE"}, "soon"),
    ),
    (
        "myeloma, blood not yet back",
        {
            "age": 68,
            "sex": "M",
            "primaries": ["multiple myeloma"],
            "pain_vas": 8,
            "pain_positional": True,
            "exam_levels": ["L1"],
            "neurology_normal": True,
            "infection": False,
            "surgeon_stable": "ja",
            "all_levels": STABLE_LUMBAR,
            "levels": {"L1": {"loss_percent": 45, "stir_edema": True, "bone_quality": "mixed"}},
        },
        Board({"L1": "INDETERMINATE"}, "soon", ("coagulopathy_uncorrected",)),
    ),
    (
        "lung, weak legs since yesterday",
        {
            "age": 59,
            "primaries": ["lung"],
            "pain_vas": 9,
            "new_neurological_deficit": "ja",
            "levels": {"T6": {"loss_percent": 50}},
        },
        Board({"T6": "EMERGENCY_REVIEW"}, "emergency"),
    ),
    (
        "prostate, blastic, ESCC 2 at T8",
        {**CLEAR, "age": 74, "sex": "M", "primaries": ["prostate"], "levels": {"T8": {"escc": 2, "loss_percent": 25}}},
        Board({"T8": "SURGICAL_REVIEW"}, "urgent"),
    ),
    (
        "kidney, neurology not written down",
        {
            "age": 66,
            "primaries": ["renal cell carcinoma"],
            "pain_vas": 6,
            "pain_positional": True,
            "exam_levels": ["L2"],
            "infection": False,
            "coagulopathy_uncorrected": False,
            "levels": {"L2": {**STABLE_LUMBAR, "loss_percent": 40, "stir_edema": True, "bone_quality": "mixed"}},
        },
        Board({"L2": "INDETERMINATE"}, "urgent", ("neurology_normal",)),
    ),
    (
        "breast, discitis under treatment",
        {
            "age": 55,
            "primaries": ["breast"],
            "neurology_normal": True,
            "coagulopathy_uncorrected": False,
            "infection": "positiv",
            "pain_vas": 8,
            "pain_positional": True,
            "exam_levels": ["L4"],
            "levels": {"L4": {**STABLE_LUMBAR, "loss_percent": 22, "stir_edema": True, "bone_quality": "mixed"}},
        },
        Board({"L4": "CONTRAINDICATED"}, "urgent"),
    ),
    (
        "anticoagulated, not bridged",
        {
            "age": 71,
            "primaries": ["bladder"],
            "neurology_normal": True,
            "infection": "nein",
            "coagulopathy_uncorrected": "yes",
            "pain_vas": 6,
            "pain_positional": True,
            "exam_levels": ["L1"],
            "levels": {"L1": {**STABLE_LUMBAR, "loss_percent": 30, "stir_edema": True, "bone_quality": "lytic"}},
        },
        Board({"L1": "CONTRAINDICATED"}, "soon"),
    ),
    (
        "old healed fracture, no pain there",
        {
            **CLEAR,
            "age": 77,
            "primaries": ["colon"],
            "pain_vas": 1,
            "levels": {"L1": {"loss_percent": 28, "stir_edema": False}},
        },
        Board({"L1": "NOT_INDICATED"}, "soon"),
    ),
    (
        "follow-up, nothing found",
        {**CLEAR, "age": 58, "primaries": ["breast"], "pain_vas": 2, "pain_positional": False}
        | {"levels": {"L3": {"escc": "0", "loss_percent": 3, "stir_edema": False}}},
        Board({"L3": "NOT_INDICATED"}, "routine"),
    ),
    (
        "staging, back pain on lying down, spine sound",
        {**CLEAR, "age": 49, "primaries": ["melanoma"], "pain_vas": 4, "pain_positional": "no"}
        | {"exam_levels": ["T10"], "levels": {"T10": {"escc": "0", "loss_percent": 5, "stir_edema": False}}},
        Board({"T10": "NOT_INDICATED"}, "routine"),
    ),
    (
        "no cancer known, lytic L2",
        {**CLEAR, "age": 63, "cancer": False, "pain_vas": 7}
        | {"levels": {"L2": {"escc": "0", "bone_quality": "lytic", "loss_percent": 30, "stir_edema": True}}},
        Board({"L2": "OUT_OF_SCOPE"}, "soon"),
    ),
    (
        "fell down the stairs, high energy",
        {**CLEAR, "age": 52, "primaries": ["thyroid"], "trauma": True}
        | {"levels": {"T12": {**STABLE_LUMBAR, "bone_quality": "mixed", "loss_percent": 30, "stir_edema": True}}},
        Board({"T12": "OUT_OF_SCOPE"}, "soon"),
    ),
    (
        "four painful levels, for the board",
        {
            **CLEAR,
            "age": 60,
            "primaries": ["myeloma"],
            "pain_vas": 8,
            "pain_positional": True,
            "exam_levels": ["T11", "T12", "L1", "L2"],
            "all_levels": {**STABLE_LUMBAR, "bone_quality": "mixed"},
            "levels": {level: {"loss_percent": 30, "stir_edema": True} for level in ("T11", "T12", "L1", "L2")},
        },
        Board(dict.fromkeys(("T11", "T12", "L1", "L2"), "CANDIDATE_MDT"), "soon"),
    ),
    (
        "translation, no surgeon asked yet",
        {**CLEAR, "age": 64, "primaries": ["lung"], "pain_vas": 8, "pain_positional": True, "exam_levels": ["L4"]}
        | {"levels": {"L4": {"escc": "0", "alignment": "translation", "loss_percent": 30, "stir_edema": True}}},
        Board({"L4": "SURGICAL_REVIEW"}, "urgent"),
    ),
    (
        "a short referral: pain and a level",
        {"age": 70, "primaries": ["breast"], "pain_vas": 6, "exam_levels": ["L3"], "levels": {"L3": {}}},
        Board({"L3": "INDETERMINATE"}, "soon", None),
    ),
)
"""Name, record, and what a board would say."""

GERMAN = """Patient_ID;Age;primaries;pain_vas;pain_positional;exam_levels;neurology_normal;infection;\
coagulopathy_uncorrected;level;escc;alignment;posterolateral;bone_quality;loss_percent;stir_edema
0071;66;Mammakarzinom;7,5;ja;LWK 2;ja;nein;nein;LWK 2;0;normal;none;mixed;38,5;ja
0072;72;Prostatakarzinom;6;ja;BWK 12;;nein;nein;BWK 12;0;normal;none;blastic;33,0;ja
0073;58;Bronchialkarzinom;2;nein;;ja;nein;nein;L1;0;normal;none;;4,0;nein
"""
"""Semicolons, decimal commas, leading zeros, German words; to be written as cp1252."""

GERMAN_BOARD = {
    "0071": Board({"L2": "CANDIDATE"}, "soon"),
    "0072": Board({"T12": "INDETERMINATE"}, "urgent", ("neurology_normal",)),
    "0073": Board({"L1": "NOT_INDICATED"}, "routine"),
}

ENGLISH = """patient_id\tcancer\tpain_vas\tpain_positional\texam_levels\tneurology_normal\tinfection\t\
coagulopathy_uncorrected\tlevel\tescc\tsurgeon_stable\tloss_percent\tstir_edema
E1\tTRUE\t8\tTRUE\tL1\tTRUE\tFALSE\tFALSE\tL1\t0\t\t41\tTRUE
E1\t\t\t\t\t\t\t\tall\t0\t\t\t
E2\tTRUE\t7\tTRUE\tT9\tFALSE\tFALSE\tFALSE\tT9\t1b\t\t30\tTRUE
"""
"""Tabs, byte-order mark, words in capitals; a row for all levels."""

ENGLISH_BOARD = {
    "E1": Board({"L1": "INDETERMINATE"}, "soon", ("levels.L1.surgeon_stable",)),
    "E2": Board({"T9": "INDETERMINATE"}, "urgent", None),
}


def _condition(system: str, code: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/p"},
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "code": {"coding": [{"system": system, "code": code}]},
        "recordedDate": "2026-01-08",
        **more,
    }


def _pain(value: float) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": LOINC, "code": "72514-3"}]},
        "valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": "{score}"},
        "effectiveDateTime": "2026-01-08",
    }


def _bundle(name: str, *resources: dict[str, Any]) -> dict[str, Any]:
    identifier = {
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
        "value": name,
    }
    patient = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1958-03-01"}
    entries = [{"resource": one} for one in ({**patient, "identifier": [identifier]}, *resources)]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": "2026-01-09T12:00:00Z", "entry": entries}


_L1 = {"bodySite": [{"coding": [{"system": SCT, "code": "66794005"}]}]}

BUNDLES: tuple[Letter, ...] = (
    (
        "breast cancer with cauda equina syndrome",
        _bundle("f1", _condition(ICD, "C50.911"), _condition(ICD, "G83.4"), _pain(8)),
        Board({}, "emergency"),
    ),
    (
        "lung cancer with vertebral osteomyelitis",
        _bundle("f2", _condition(ICD, "C34.90"), _condition(ICD, "M46.26"), _pain(7)),
        Board({}, "urgent"),
    ),
    (
        "myeloma with a pathological fracture of L1",
        _bundle("f3", _condition(ICD, "C90.00"), _condition(ICD, "M84.58XA", **_L1), _pain(7)),
        Board({"L1": "INDETERMINATE"}, "soon", None),
    ),
    (
        "breast cancer, a fracture of L1, in disseminated coagulation",
        _bundle("f4", _condition(SCT, "254837009"), _condition(ICD, "M84.58XA", **_L1), _condition(ICD, "D65")),
        Board({"L1": "CONTRAINDICATED"}, "soon"),
    ),
    (
        "breast cancer, a fracture of L1, paraplegia",
        _bundle("f5", _condition(SCT, "254837009"), _condition(ICD, "M84.58XA", **_L1), _condition(SCT, "60389000")),
        Board({"L1": "EMERGENCY_REVIEW"}, "emergency"),
    ),
)
"""Standard codes only."""
