"""Write clinical inputs the three ways they may be read; the readers must agree on them."""

import csv
import io
import json
from typing import Any

from vcfimg.clinical import ClinicalInputs, to_dict
from vcfimg.clinical.csv_reader import LEVEL_COLUMNS, PATIENT_COLUMNS
from vcfimg.clinical.fhir.fhir_codes import FACTS, LEVEL_SYSTEM, LEVELS_SCT, SCT, UCUM, UNITS
from vcfimg.clinical.fhir.fhir_observation import CODED, COUNTS, DATED
from vcfimg.clinical.inputs import IDENTIFIERS, READ_BY_US

SCT_OF = {level: code for code, level in LEVELS_SCT.items()}


def as_json(records: list[ClinicalInputs]) -> str:
    return json.dumps({"patients": [written(record) for record in records]})


def written(record: ClinicalInputs) -> dict[str, Any]:
    """The facts of a record as a person may write them: without what only reading says."""
    return {name: value for name, value in to_dict(record).items() if name not in READ_BY_US}


def as_csv(records: list[ClinicalInputs], delimiter: str = ",", newline: str = "\r\n") -> str:
    """Patient columns only on the first row of a patient, identifiers on every row."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    writer.writerow([*PATIENT_COLUMNS, "level", *LEVEL_COLUMNS])
    for record in records:
        facts = to_dict(record)
        groups = {word: facts[name] for word, name in (("all", "all_levels"), ("other", "other_levels"))}
        # A level's own stable word stands in rows with a level, the patient's in one without.
        rows = [(None, {}), *((word, group) for word, group in groups.items() if group), *facts["levels"].items()]
        for number, (level, of_level) in enumerate(rows):
            own = {name: facts[name] for name in PATIENT_COLUMNS if number == 0 or name in IDENTIFIERS}
            if number:
                own["surgeon_stable"] = of_level.get("surgeon_stable")
            patient = [own.get(name) for name in PATIENT_COLUMNS]
            writer.writerow([cell(value) for value in (*patient, level, *(of_level.get(one) for one in LEVEL_COLUMNS))])
    return out.getvalue()


def cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(value) if isinstance(value, list) else str(value)


def as_fhir(records: list[ClinicalInputs]) -> dict[str, Any]:
    resources: list[dict[str, Any]] = []
    for number, record in enumerate(records):
        resources.extend(fhir_resources(record, f"p{number}"))
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources],
    }


def fhir_resources(record: ClinicalInputs, patient: str) -> list[dict[str, Any]]:
    facts = to_dict(record)
    resources = [fhir_patient(facts, patient)]
    dates = {name: facts[date] for name, date in DATED.items()}
    for name in PATIENT_COLUMNS:
        value = facts[name]
        if value is None or name in {"patient_id", "accession_number", "study_instance_uid", "sex"}:
            continue
        if name.endswith("_date"):
            continue
        if name == "primaries":
            resources.extend(condition("primaries", patient, text=primary) for primary in value)
        elif name == "exam_levels":
            resources.extend(observation(name, True, patient, when=facts["exam_date"], level=one) for one in value)
        elif name == "biopsy_result":
            resources.append(observation(name, value, patient, level=facts["biopsy_level"]))
        elif name != "biopsy_level":
            resources.append(observation(name, value, patient, when=dates.get(name)))
    groups = {word: facts[name] for word, name in (("all", "all_levels"), ("other", "other_levels")) if facts[name]}
    for level, of_level in (*groups.items(), *facts["levels"].items()):
        resources.extend(
            observation(name, value, patient, level=level) for name, value in of_level.items() if value is not None
        )
    return resources


def fhir_patient(facts: dict[str, Any], patient: str) -> dict[str, Any]:
    identifiers = []
    if facts["patient_id"]:
        identifiers.append({"type": identifier_type("MR"), "value": facts["patient_id"]})
    if facts["accession_number"]:
        identifiers.append({"type": identifier_type("ACSN"), "value": facts["accession_number"]})
    if facts["study_instance_uid"]:
        identifiers.append({"system": "urn:dicom:uid", "value": "urn:oid:" + facts["study_instance_uid"]})
    made: dict[str, Any] = {"resourceType": "Patient", "id": patient}
    if identifiers:
        made["identifier"] = identifiers
    if facts["sex"]:
        made["gender"] = {"F": "female", "M": "male", "O": "other"}[facts["sex"]]
    return made


def identifier_type(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": code}]}


def status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def condition(
    code: str, patient: str = "p0", /, *, system: str = FACTS, text: str | None = None, **elements: Any
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Condition",
        "subject": {"reference": f"Patient/{patient}"},
        "clinicalStatus": status("condition-clinical", "active"),
        "verificationStatus": status("condition-ver-status", "confirmed"),
        "code": {"coding": [{"system": system, "code": code}]},
        **elements,
    }
    if text is not None:
        made["code"]["text"] = text
    return {key: value for key, value in made.items() if value is not None}


def observation(
    name: str,
    value: Any = None,
    patient: str = "p0",
    *,
    system: str = FACTS,
    when: str | None = None,
    level: str | None = None,
    **elements: Any,
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": system, "code": name}]},
    }
    if when is not None:
        made["effectiveDateTime"] = when
    if level is not None:
        site = (SCT, SCT_OF[level]) if level in SCT_OF else (LEVEL_SYSTEM, level)
        made["bodySite"] = {"coding": [{"system": site[0], "code": site[1]}]}
    if value is not None:
        made |= value_of(name, value)
    return {key: value for key, value in (made | elements).items() if value is not None}


def value_of(name: str, value: Any) -> dict[str, Any]:
    if name in UNITS:
        unit = sorted(one for one in UNITS[name] if one)[-1]
        return {"valueQuantity": {"value": value, "system": UCUM, "code": unit}}
    if name in COUNTS:
        return {"valueInteger": value}
    if name in CODED:
        return {"valueCodeableConcept": {"coding": [{"system": FACTS, "code": value}]}}
    return {"valueBoolean": value}
