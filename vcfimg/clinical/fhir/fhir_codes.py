"""Codes by which FHIR resources are recognised; the table in the documentation of clinical inputs says the same.

Standard codes are used where one means exactly the fact; every other fact has a code of its own, its field name, in
the project's code system. A code that is not listed is left unknown, never guessed.
"""

import re
from typing import Final, NamedTuple

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
    (LOINC, "38208-5"): "pain_vas",  # pain severity, reported
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
    "128462008": False,  # metastatic neoplasm (mCODE: secondary cancer)
    "94222008": False,  # metastasis to bone
    "254837009": True,  # breast
    "363358000": True,  # lung
    "399068003": True,  # prostate
    "109989006": True,  # multiple myeloma
    "118600007": True,  # lymphoma
}
"""SNOMED CT codes that mean cancer, and whether they name the primary."""

FACTS_SCT: Final[dict[str, str]] = {
    "71286001": "clinical_cord_compression",  # compression of spinal cord
    "192970008": "clinical_cord_compression",  # cauda equina syndrome
    "60389000": "new_neurological_deficit",  # paraplegia
    "91302008": "infection",  # sepsis
    "60168000": "infection",  # osteomyelitis
    "67406007": "coagulopathy_uncorrected",  # disseminated intravascular coagulation
    "77386006": "pregnancy",
}
OPEN_SCT: Final[dict[str, str]] = {
    "64779008": "coagulopathy_uncorrected",  # blood coagulation disorder
    "302215000": "coagulopathy_uncorrected",  # thrombocytopenic disorder
}
"""SNOMED CT codes that leave a fact open."""

RADIOTHERAPY_COURSE: Final = "1217123003"
"""SNOMED CT radiotherapy course of treatment (mCODE RadiotherapyCourseSummary)."""
DOSE_TO_VOLUME: Final = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-radiotherapy-dose-delivered-to-volume"
PRIMARY_CANCER: Final = "mcode-primary-cancer-condition"
SECONDARY_CANCER: Final = "mcode-secondary-cancer-condition"

YES_NO: Final[dict[tuple[str, str], bool | None]] = {
    (SCT, "373066001"): True,
    (SCT, "373067005"): False,
    (SCT, "261665006"): None,
    (LOINC, "LA33-6"): True,
    (LOINC, "LA32-8"): False,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "Y"): True,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "N"): False,
}
"""Coded answers to a yes-or-no question."""

_CORD, _DEFICIT, _INFECTION = "clinical_cord_compression", "new_neurological_deficit", "infection"
_COAGULATION, _PREGNANCY = "coagulopathy_uncorrected", "pregnancy"

_ICD_FACTS: Final[dict[str, tuple[str, ...]]] = {
    _CORD: ("G952", "G992", "G834", "S140", "S141", "S240", "S241", "S340", "S341", "S343"),
    _DEFICIT: ("G82", "G831", "G832", "G833"),
    _INFECTION: (
        *("M462", "M463", "M464", "M465", "M490", "M491", "M492", "M493", "M86", "G061", "A180", "A40", "A41", "I33"),
        *("R7881", "T814", "T846"),
    ),
    _COAGULATION: ("D65", "D683"),
    _PREGNANCY: ("Z331", "Z333", "Z34", "Z3A", *(f"O{number:02d}" for number in range(49))),
}
"""ICD-10 prefixes (CM, and WHO for M49.0-M49.3) that make a fact true."""

_ICD_OPEN: Final[dict[str, tuple[str, ...]]] = {
    _CORD: ("G061",),  # intraspinal abscess: whether the cord is pressed is for the examination to say
    _COAGULATION: (
        *("D66", "D67", "D680", "D681", "D682", "D684", "D688", "D689", "D693", "D694", "D695", "D696"),
        *("R791", "Z7901"),
    ),
    "trauma": ("S12", "S220", "S320"),
}
"""ICD-10 prefixes that leave a fact open: a person must answer it."""

_ICD_COLLAPSE: Final = ("M485", "M495", "M8458", "M8008", "M8088")
_ICD_SKIN: Final = ("C44", "Z85828")
_ICD_CANCER: Final = re.compile(r"C(\d\d)")
_SECONDARY: Final = range(77, 81)
_BONE: Final = range(40, 42)

SOLITARY: Final = "solitary plasmacytoma"


class Meaning(NamedTuple):
    """What a code states: facts that are true, facts it leaves open, and whether it speaks of a collapsed vertebra."""

    true: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    collapse: bool = False
    primary: str | None = None
    """The primary's name where the code gives one that the text may not."""


def icd10_meaning(code: str) -> Meaning | None:
    """What an ICD-10 code states; ``primaries`` for a code that names the primary; None when nothing here.

    C00-C97 is cancer except C44 (skin); C77-C80 (secondary, unspecified) names no primary; C40-C41 is a primary bone
    tumour. Z85 is cancer known from the history.
    """
    plain = code.upper().replace(".", "").strip()
    if plain.startswith(_ICD_SKIN):
        return None
    if plain.startswith("Z85"):
        return Meaning(("cancer", "cancer_history"))
    cancer = _ICD_CANCER.match(plain)
    if cancer and (block := int(cancer.group(1))) <= 97:
        named = () if block in _SECONDARY else ("primaries",)
        bone = ("primary_bone_tumour",) if block in _BONE else ()
        return Meaning(("cancer", *named, *bone), primary=SOLITARY if plain.startswith("C903") else None)
    if plain == "Z33":  # WHO; Z33.2 is an ended pregnancy
        return Meaning((_PREGNANCY,))
    true = tuple(fact for fact, prefixes in _ICD_FACTS.items() if plain.startswith(prefixes))
    left_open = tuple(fact for fact, prefixes in _ICD_OPEN.items() if plain.startswith(prefixes))
    collapse = plain.startswith(_ICD_COLLAPSE)
    return Meaning(true, left_open, collapse) if true or left_open or collapse else None


class Lab(NamedTuple):
    """A laboratory value that may speak of a danger; beyond ``limit`` a person must answer (D)."""

    fact: str
    limit: float
    above: bool
    factors: dict[str | None, float]
    """Unit as written, in small letters, to its factor; a unit that is not here is not understood."""


_INR: Final = Lab(_COAGULATION, 1.5, True, {None: 1, "1": 1, "{inr}": 1, "inr": 1, "ratio": 1, "{ratio}": 1, "": 1})
_PLATELETS: Final = Lab(
    _COAGULATION,
    50,
    False,
    {
        **dict.fromkeys(("10*3/ul", "10^3/ul", "10*9/l", "10^9/l", "k/ul", "g/l", "gpt/l", "thousand/ul", "/nl"), 1.0),
        **dict.fromkeys(("/ul", "{cells}/ul"), 0.001),
    },
)
_CRP: Final = Lab(_INFECTION, 50, True, {"mg/l": 1, "mg/dl": 10, "ug/ml": 1})
LABS: Final[dict[str, Lab]] = {
    **dict.fromkeys(("6301-6", "34714-6", "46418-0"), _INR),
    **dict.fromkeys(("777-3", "26515-7", "778-1"), _PLATELETS),
    "1988-5": _CRP,
}
"""LOINC codes of the laboratory values that are looked at."""

OTHER_LABS: Final = frozenset({"32623-1", "28542-9", "32207-3", "51637-7", "3173-2", "14979-9", "5902-2", "5964-2"})
"""LOINC codes of values that name platelets or coagulation and say nothing about this danger by themselves."""
