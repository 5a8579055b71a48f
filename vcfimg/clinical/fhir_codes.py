"""Codes by which FHIR resources are recognised; the table in the documentation of clinical inputs says the same.

Standard codes are used where one means exactly the fact; every other fact has a code of its own, its field name, in
the project's code system. A code that is not listed is left unknown, never guessed.
"""

import re
from typing import Final

FACTS: Final = "urn:vcfimg:clinical-input"
"""Code system whose codes are the field names of the canonical JSON."""

LEVEL_SYSTEM: Final = "urn:vcfimg:level"
"""Code system whose codes are the level names, for levels without a SNOMED CT code here (T13, L6, S1)."""

SCT: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
DICOM_UID: Final = "urn:dicom:uid"
IDENTIFIER_TYPE: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
CLINICAL_STATUS: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION_STATUS: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
ICD10: Final = frozenset(
    {
        "http://hl7.org/fhir/sid/icd-10",
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
    }
)

OBSERVATION_CODES: Final[dict[tuple[str, str], str]] = {
    (LOINC, "30525-0"): "age",
    (LOINC, "38214-3"): "pain_vas",  # pain severity, visual analogue score
    (LOINC, "72514-3"): "pain_vas",  # pain severity, 0-10 verbal numeric rating
    (LOINC, "82810-3"): "pregnancy",
}

PREGNANCY_ANSWERS: Final[dict[tuple[str, str], bool | None]] = {
    (LOINC, "LA15173-0"): True,
    (LOINC, "LA26683-5"): False,
    (LOINC, "LA4489-6"): None,
    (SCT, "77386006"): True,
    (SCT, "60001007"): False,
}

UNITS: Final[dict[str, frozenset[str | None]]] = {
    "age": frozenset({"a"}),
    "latency_years": frozenset({"a"}),
    "pain_vas": frozenset({"{score}", "1", None}),
    "prior_rt_gy": frozenset({"Gy"}),
    "fracture_age_weeks": frozenset({"wk"}),
    "retropulsion_mm": frozenset({"mm"}),
    "canal_narrowing_percent": frozenset({"%"}),
    "loss_percent": frozenset({"%"}),
    "loss_uncertainty": frozenset({"%"}),
}
"""UCUM codes a Quantity must carry; None where no unit at all is accepted too."""

LEVELS_SCT: Final[dict[str, str]] = {
    **dict(
        zip(
            ("14806007", "39976000", "113205007", "5329002", "36978003", "36054005", "87391001"),
            (f"C{number}" for number in range(1, 8)),
            strict=True,
        )
    ),
    **dict(
        zip(
            (
                *("64864005", "53733008", "1626008", "73071006", "56401006", "45296009"),
                *("62487009", "11068009", "82687006", "7610001", "12989004", "23215003"),
            ),
            (f"T{number}" for number in range(1, 13)),
            strict=True,
        )
    ),
    **dict(
        zip(
            ("66794005", "14293000", "36470004", "11994002", "49668003"),
            (f"L{number}" for number in range(1, 6)),
            strict=True,
        )
    ),
}
"""SNOMED CT code of a vertebra to its level name (DICOM PS3.16 CID 7603)."""

CANCER_SCT: Final[dict[str, bool]] = {
    "363346000": False,  # malignant neoplastic disease
    "94222008": False,  # metastasis to bone
    "254837009": True,  # breast
    "363358000": True,  # lung
    "399068003": True,  # prostate
    "109989006": True,  # multiple myeloma
    "118600007": True,  # lymphoma
}
"""SNOMED CT codes that mean cancer, and whether they name the primary."""

_ICD_CANCER: Final = re.compile(r"C(\d\d)")
_ICD_FACTS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"G952|G834"), "clinical_cord_compression"),  # cord compression, cauda equina syndrome
    (re.compile(r"A40|A41|G061|M462|M463"), "infection"),  # sepsis, intraspinal abscess, vertebral osteomyelitis
    (re.compile(r"Z33$|Z331$|Z333$|Z34"), "pregnancy"),
)
_SECONDARY: Final = range(77, 81)
_BONE: Final = range(40, 42)


def icd10_facts(code: str) -> tuple[str, ...]:
    """Facts that an ICD-10 code states: field names, ``primaries`` for a code that names the primary.

    C00-C97 is cancer; C77-C80 (secondary, unspecified) names no primary; C40-C41 is a primary bone tumour.
    """
    plain = code.upper().replace(".", "")
    cancer = _ICD_CANCER.match(plain)
    if cancer and (block := int(cancer.group(1))) <= 97:
        return (
            "cancer",
            *(() if block in _SECONDARY else ("primaries",)),
            *(("primary_bone_tumour",) if block in _BONE else ()),
        )
    return tuple(fact for pattern, fact in _ICD_FACTS if pattern.match(plain))
