"""The FHIR R4B report: a DiagnosticReport that nobody has signed, with an Observation per vertebra.

The mapping is the table of ``docs/objects.md``, after the HL7 guide from DICOM SR to FHIR: a measurement group becomes
an Observation, its numbers components, its finding site the body site, its tracking UID an identifier.
"""

import uuid
from typing import Any, Final

from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.imaging.raw import POSITIONS, at
from vcfimg.reports.objects import codes
from vcfimg.reports.objects.conclusion import basis, impression, statement
from vcfimg.reports.objects.dicom_parts import tracking_uid
from vcfimg.reports.objects.object_identity import content_sha256
from vcfimg.reports.objects.segmentation_object import body_part
from vcfimg.reports.wording.vertebra_names import vertebra_name
from vcfimg.result import ScreeningResult

SYSTEMS: Final[dict[str, str]] = {
    "SCT": "http://snomed.info/sct",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    "LN": "http://loinc.org",
    "NCIt": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "RADELEMENT": "https://www.radelement.org",
    "UCUM": "http://unitsofmeasure.org",
    codes.PRIVATE: codes.PRIVATE_SYSTEM,
}
_PRIORITY: Final = "urn:vcfimg:proposed-priority"


def build_bundle(result: ScreeningResult) -> str:
    """A Bundle of type collection as JSON text; validated by ``fhir.resources``.

    Raises
    ------
    ValidationError
        Of pydantic, where the bundle is not valid FHIR R4B.
    """
    from fhir.resources.R4B.bundle import Bundle

    study = result.study
    content = content_sha256(result)
    subject = {"identifier": {"value": study.patient_id}} if study.patient_id else {"display": "Patient not named"}
    imaging = {
        "resourceType": "ImagingStudy",
        "status": "available",
        "subject": subject,
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{study.study_instance_uid}"}],
        "modality": [{"system": SYSTEMS["DCM"], "code": "MR"}],
        **({"started": study.study_date} if study.study_date else {}),
    }
    levels = [one.level for one in result.vertebrae if one.level]
    imaging_at = _urn(content, "imaging study")
    seen = [(one, _urn(content, body_part(one.id))) for one in sorted(result.vertebrae, key=lambda one: one.order)]
    report: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "status": "preliminary",
        "identifier": [{"system": "urn:vcfimg:report", "value": content}],
        "category": [_concept(codes.own_code("imaging", "Imaging"))],
        "code": _concept(codes.procedure_code(levels)),
        "subject": subject,
        "issued": result.provenance.started,
        "imagingStudy": [{"reference": imaging_at}],
        "result": [{"reference": place} for _, place in seen],
        "conclusion": "\n".join((*impression(result), basis(result), statement(result))),
        "extension": [{"url": _PRIORITY, "valueCode": result.priority.fhir}],
    }
    if study.study_date:
        report["effectiveDateTime"] = study.study_date
    if not report["result"]:
        del report["result"]
    entries = [(_urn(content, "report"), report), (imaging_at, imaging)]
    entries += [(place, _observation(result, one, subject, imaging_at)) for one, place in seen]
    bundle = Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": result.provenance.started,
            "entry": [{"fullUrl": place, "resource": resource} for place, resource in entries],
        }
    )
    return str(bundle.model_dump_json(indent=1, exclude_none=True))


def _urn(content: str, part: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'vcfimg {content} {part}')}"


def _concept(code: codes.Code) -> dict[str, Any]:
    return {"coding": [{"system": SYSTEMS[code.scheme], "code": code.value, "display": code.meaning}]}


def _observation(
    result: ScreeningResult, one: VertebraMeasurement, subject: dict[str, Any], imaging: str
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "preliminary",
        "identifier": [
            {"system": "urn:dicom:uid", "value": f"urn:oid:{tracking_uid(result, body_part(one.id))}"},
        ],
        "code": _concept(codes.COMPRESSION_FRACTURE),
        "subject": subject,
        "derivedFrom": [{"reference": imaging}],
        "bodySite": {**_concept(codes.vertebra_code(one.level)), "text": vertebra_name(one)},
    }
    components = [
        _quantity(codes.HEIGHT, at(one.height_mm, place), codes.MILLIMETRE, f"{place} height") for place in POSITIONS
    ]
    components += [
        _quantity(
            codes.EXPECTED_HEIGHT, at(one.expected_height_mm, place), codes.MILLIMETRE, f"expected {place} height"
        )
        for place in POSITIONS
    ]
    components += [
        _quantity(codes.INDEX_LOSS, one.loss_percent.index, codes.PERCENT, "height loss"),
        _quantity(codes.LOSS_UNCERTAINTY, one.loss_uncertainty, codes.PERCENT, "height loss, 95 % half-width"),
        _quantity(codes.WEDGE_ANGLE, one.wedge_angle_deg, codes.DEGREE, "wedge angle"),
        _quantity(codes.STIR_RATIO, one.stir.ratio_to_normal, codes.NO_UNITS, "STIR ratio"),
        _quantity(codes.EDEMA_FRACTION, one.stir.edema_fraction, codes.NO_UNITS, "edema fraction"),
    ]
    found = [component for component in components if component is not None]
    if one.genant is not None:
        value = _concept(codes.genant_code(one.genant.grade, one.genant.type))
        found.append({"code": _concept(codes.GENANT), "valueCodeableConcept": value})
    if one.stir.edema is not None:
        found.append({"code": _concept(codes.EDEMA), "valueBoolean": one.stir.edema})
    if found:
        made["component"] = found
    if not one.quality.measured:
        made["dataAbsentReason"] = {"text": f"not measured: {', '.join(one.quality.reasons) or 'unknown'}"}
    return made


def _quantity(code: codes.Code, value: float | None, unit: codes.Code, text: str) -> dict[str, Any] | None:
    """A component, or None where the number is unknown."""
    if value is None:
        return None
    return {
        "code": {**_concept(code), "text": text},
        "valueQuantity": {"value": value, "unit": unit.value, "system": SYSTEMS["UCUM"], "code": unit.value},
    }
