"""Every code that our objects carry, with its source; no other module writes a code.

``99VCFIMG`` holds what no public scheme was found to name: height loss, ratios and shares of the marrow signal, Genant
grades as values, advice. Its values never change their meaning.
"""

from typing import Final, NamedTuple

from vcfimg.level_names import canonical

PRIVATE: Final = "99VCFIMG"
PRIVATE_SYSTEM: Final = "urn:vcfimg:codes"
"""The private scheme as a FHIR code system."""

_RADELEMENT: Final = "RadElement, RSNA and ACR"
_PS3_16: Final = "DICOM PS3.16"
_CID_7603: Final = "DICOM PS3.16, CID 7603 Vertebra"


class Code(NamedTuple):
    """A coded concept and where it is defined."""

    value: str
    scheme: str
    meaning: str
    source: str


def _own(value: str, meaning: str) -> Code:
    return Code(value, PRIVATE, meaning, "vcfimg, docs/objects.md")


ANATOMICAL_STRUCTURE: Final = Code("91723000", "SCT", "Anatomical Structure", "DICOM PS3.16, CID 7150")
VERTEBRA: Final = Code("51282000", "SCT", "Vertebra", "DICOM PS3.16, CID 6114")
SACRUM: Final = Code("54735007", "SCT", "Sacrum", "DICOM PS3.16, CID 4")
CANAL: Final = Code("61853006", "SCT", "Vertebral canal", "DICOM PS3.16, CID 6115")
DISC: Final = _own("discs", "Intervertebral discs")
SPINE: Final = Code("421060004", "SCT", "Spine", "DICOM PS3.16, CID 4031")
ARTIFICIAL_INTELLIGENCE: Final = Code("123110", "DCM", "Artificial Intelligence", "DICOM PS3.16, CID 7162")

IMAGING_REPORT: Final = Code("126000", "DCM", "Imaging Measurement Report", "DICOM PS3.16, CID 7021")
QUALITATIVE_EVALUATIONS: Final = Code("C0034375", "UMLS", "Qualitative Evaluations", "DICOM PS3.16, TID 1500")
IMPRESSION: Final = Code("121073", "DCM", "Impression", "DICOM PS3.16, CID 7002")
RECOMMENDATION: Final = Code("121075", "DCM", "Recommendation", _PS3_16)
REJECTED_QUALITY: Final = Code("113001", "DCM", "Rejected for Quality Reasons", "DICOM PS3.16, CID 7010")
MR_LUMBAR: Final = Code("24968-0", "LN", "MR Lumbar spine", "LOINC")
MR_THORACIC: Final = Code("24980-5", "LN", "MR Thoracic spine", "LOINC")
MR_SPINE: Final = _own("mr_spine", "MR Spine")

HEIGHT: Final = Code("121207", "DCM", "Height", "DICOM PS3.16, CID 7469")
ANTERIOR: Final = Code("255549009", "SCT", "Anterior", "DICOM PS3.16, CID 2")
MIDDLE: Final = Code("C25569", "NCIt", "Middle", "DICOM PS3.16, CID 211")
POSTERIOR: Final = Code("255551008", "SCT", "Posterior", "DICOM PS3.16, CID 2")
COMPRESSION_FRACTURE: Final = Code("RDES230", "RADELEMENT", "Vertebral compression fracture", _RADELEMENT)
GENANT: Final = Code("RDES150", "RADELEMENT", "Genant classification", _RADELEMENT)
SINS: Final = Code("RDES21", "RADELEMENT", "Spinal Instability Neoplastic Score", _RADELEMENT)
ESCC: Final = Code("RDES288", "RADELEMENT", "Epidural spinal cord compression scale", _RADELEMENT)
EXPECTED_HEIGHT: Final = _own("expected_height", "Expected height")
INDEX_LOSS: Final = _own("height_loss", "Height loss, largest of three")
POSITION_LOSS: Final = _own("height_loss_at", "Height loss at position")
LOSS_UNCERTAINTY: Final = _own("loss_uncertainty", "Height loss, 95 % half-width")
WEDGE_ANGLE: Final = _own("wedge_angle", "Wedge angle of vertebral body")
STIR_RATIO: Final = _own("stir_ratio", "STIR signal ratio to normal marrow")
EDEMA_FRACTION: Final = _own("edema_fraction", "Share of body with marrow edema")
EDEMA: Final = _own("marrow_edema", "Marrow edema")
PRESENT: Final = _own("present", "Present")
ABSENT: Final = _own("absent", "Absent")
STATUS: Final = _own("status", "Status of vertebral augmentation")
PREFERENCE: Final = _own("preference", "Preferred procedure of augmentation")

MILLIMETRE: Final = Code("mm", "UCUM", "mm", "UCUM")
PERCENT: Final = Code("%", "UCUM", "%", "UCUM")
DEGREE: Final = Code("deg", "UCUM", "deg", "UCUM")
NO_UNITS: Final = Code("1", "UCUM", "no units", "UCUM")

_VERTEBRAE: Final[dict[str, str]] = {
    "C1": "14806007",
    "C2": "39976000",
    "C3": "113205007",
    "C4": "5329002",
    "C5": "36978003",
    "C6": "36054005",
    "C7": "87391001",
    "T1": "64864005",
    "T2": "53733008",
    "T3": "1626008",
    "T4": "73071006",
    "T5": "56401006",
    "T6": "45296009",
    "T7": "62487009",
    "T8": "11068009",
    "T9": "82687006",
    "T10": "7610001",
    "T11": "12989004",
    "T12": "23215003",
    "L1": "66794005",
    "L2": "14293000",
    "L3": "36470004",
    "L4": "11994002",
    "L5": "49668003",
}


def vertebra_code(level: str | None) -> Code:
    """The code of a level; that of a vertebra as such where the level is not known or has none (T13, L6)."""
    value = _VERTEBRAE.get(level or "")
    return Code(value, "SCT", f"{level} vertebra", _CID_7603) if value else VERTEBRA


def genant_code(grade: int, kind: str | None) -> Code:
    """Grade 0-3 with its type as one value, for instance ``genant2_wedge``; at most 16 characters, as SH holds."""
    return _own(
        f"genant{grade}" + (f"_{kind[:8]}" if kind else ""), f"Genant grade {grade}" + (f", {kind}" if kind else "")
    )


def own_code(value: str, meaning: str) -> Code:
    """A value of one of our enumerations as a code."""
    return _own(value, meaning)


def procedure_code(levels: list[str]) -> Code:
    """What was examined, by the levels seen: lumbar where one lumbar body was, else thoracic, else the spine."""
    regions = {canonical(level)[0] for level in levels}
    return MR_LUMBAR if "L" in regions else MR_THORACIC if "T" in regions else MR_SPINE


def code_table() -> tuple[Code, ...]:
    """Every code that does not depend on a result."""
    named = [value for name, value in globals().items() if name.isupper() and isinstance(value, Code)]
    return (*named, *(vertebra_code(level) for level in _VERTEBRAE))
