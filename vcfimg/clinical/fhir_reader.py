"""Clinical inputs from a FHIR R4B Bundle of Patient, Condition and Observation resources.

Structure is checked by ``fhir.resources`` (optional extra ``fhir``); values go through the same validation as the
canonical JSON. Every other kind of resource is ignored.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from vcfimg.clinical import fhir_codes as codes
from vcfimg.clinical import fhir_condition, fhir_observation
from vcfimg.clinical.fhir_elements import Resource, codings, day, label, objects, text
from vcfimg.clinical.fhir_facts import Facts, Statement, nested
from vcfimg.clinical.json_reader import repeated_keys
from vcfimg.clinical.record import RawRecord, printable
from vcfimg.errors import ClinicalInputError

_STATEMENTS: Final[dict[str, Callable[[Resource], Iterator[Statement]]]] = {
    "Condition": fhir_condition.statements,
    "Observation": fhir_observation.statements,
}
_GENDER: Final[dict[object, str | None]] = {"female": "F", "male": "M", "other": "O", "unknown": None}


def raw_records(document: Mapping[str, Any], file: str) -> tuple[list[RawRecord], list[tuple[str, str]]]:
    """A record per Patient of a Bundle, and faults that belong to no patient as ``(field, message)``.

    Raises
    ------
    ClinicalInputError
        ``fhir_not_installed`` without the extra; ``not_a_bundle`` when the resource is no valid Bundle.
    """
    models = _models(file)
    entries = document.get("entry", [])
    shell = {key: value for key, value in document.items() if key != "entry"}
    if document.get("resourceType") != "Bundle" or not isinstance(entries, list) or _invalid(models["Bundle"], shell):
        raise ClinicalInputError("not_a_bundle", f"{file}: not a valid FHIR R4B Bundle", file=file)
    made, complete = day(document, "timestamp")
    patients: list[tuple[str, Facts]] = []
    by_reference: dict[str, Facts] = {}
    resources = [(entry, one) for entry in objects(entries) for one in objects(entry.get("resource"))]
    for entry, patient in resources:
        if patient.get("resourceType") == "Patient":
            facts = _patient(patient, made if complete else None, _problem(models["Patient"], patient))
            patients.append((label(patient), facts))
            for reference in _references(entry, patient):
                if by_reference.setdefault(reference, facts) is not facts:
                    facts.faults.append(("record", "the Bundle holds two Patients with this id"))
    faults: list[tuple[str, str]] = []
    for _, one in resources:
        kind = text(one.get("resourceType"))
        if kind is not None and kind in _STATEMENTS:
            _add(one, _STATEMENTS[kind], models[kind], by_reference, faults)
    return [facts.to_raw_record(position) for position, facts in patients], faults


def _models(file: str) -> dict[str, type[BaseModel]]:
    try:
        from fhir.resources.R4B.bundle import Bundle
        from fhir.resources.R4B.condition import Condition
        from fhir.resources.R4B.observation import Observation
        from fhir.resources.R4B.patient import Patient
    except ImportError:
        message = f"{file}: reading FHIR needs the optional package fhir.resources (pip install vcfimg[fhir])"
        raise ClinicalInputError("fhir_not_installed", message, file=file) from None
    return {"Bundle": Bundle, "Condition": Condition, "Observation": Observation, "Patient": Patient}


def _add(
    resource: Resource,
    read: Callable[[Resource], Iterator[Statement]],
    model: type[BaseModel],
    by_reference: Mapping[str, Facts],
    faults: list[tuple[str, str]],
) -> None:
    """Add what a resource states to its patient; what an invalid one states counts only as a danger."""
    stated = list(read(resource))
    if not stated:
        return
    source = label(resource)
    subject = resource.get("subject")
    reference = text(subject.get("reference")) if isinstance(subject, Mapping) else None
    facts = by_reference.get(_versionless(reference)) if reference else None
    if facts is None:
        faults.append((f"{source}.subject", "refers to no Patient of the Bundle; what it states is not used"))
        return
    problem = _problem(model, resource)
    if problem is None:
        facts.statements.extend(stated)
        return
    facts.faults.append((stated[0].path[0], f"{source} {problem}"))
    for one in stated:
        if one.message is None and one.path[0] != "exam_levels":
            facts.alternatives.append(nested(one.path, one.value))


def _problem(model: type[BaseModel], resource: Resource) -> str | None:
    """Why a resource may not be used as it stands, or None."""
    repeated = next((path for path, _ in repeated_keys(resource)), None)
    if repeated is not None:
        return f"holds {printable(repeated)} twice"
    if resource.get("modifierExtension") is not None or resource.get("implicitRules") is not None:
        return "has a modifierExtension or implicitRules, which may change its meaning"
    return _invalid(model, resource)


def _invalid(model: type[BaseModel], resource: Resource) -> str | None:
    try:
        model.model_validate(resource)
    except ValidationError as error:
        where = error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"]
        element = ".".join(str(part) for part in where)
        return f"is not valid FHIR R4B{' at ' + printable(element) if element else ''}"
    except (ValueError, TypeError, AttributeError, KeyError, ArithmeticError):
        return "is not valid FHIR R4B"
    return None


def _patient(patient: Resource, made: str | None, problem: str | None) -> Facts:
    record: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    if problem is not None:
        faults.append(("record", f"{label(patient)} {problem}"))
    for name, values in _identifiers(patient).items():
        if len(values) == 1:
            record[name] = values[0]
        elif values:
            faults.append((name, f"is given {len(values)} times in {label(patient)}; the record number needs type MR"))
    gender = patient.get("gender")
    if gender is not None:
        record["sex"] = _GENDER.get(gender, gender) if isinstance(gender, str) else gender
    facts = Facts([], record, faults, [])
    age = _age(text(patient.get("birthDate")), made)
    if age is not None:
        facts.age_from_birth_date = age
    return facts


def _identifiers(patient: Resource) -> dict[str, list[str]]:
    """Values for each identifier field; identifiers no longer in use are left out."""
    numbers: dict[str | None, dict[str, None]] = {}
    accessions: dict[str, None] = {}
    studies: dict[str, None] = {}
    for one in objects(patient.get("identifier")):
        value = text(one.get("value"))
        if value is None or one.get("use") == "old":
            continue
        kinds = {code for system, code, _ in codings(one.get("type")) if system == codes.IDENTIFIER_TYPE}
        if one.get("system") == codes.DICOM_UID:
            studies[value.removeprefix("urn:oid:")] = None
        elif "ACSN" in kinds:
            accessions[value] = None
        elif not kinds or kinds & {"MR", "PI"}:
            numbers.setdefault(next(iter(sorted(kinds & {"MR", "PI"})), None), {})[value] = None
    best = next((list(numbers[kind]) for kind in ("MR", "PI", None) if kind in numbers), [])
    return {"patient_id": best, "accession_number": list(accessions), "study_instance_uid": list(studies)}


def _age(born: str | None, made: str | None) -> int | None:
    """Completed years on the day the Bundle was made; None unless both days are complete."""
    if born is None or made is None or len(born) != 10:
        return None
    try:
        (year, *day_born), (year_made, *day_made) = ([int(part) for part in date.split("-")] for date in (born, made))
    except ValueError:
        return None
    return year_made - year - (day_made < day_born)


def _references(entry: Resource, patient: Resource) -> Iterator[str]:
    """Texts by which other resources may refer to a Patient."""
    full = text(entry.get("fullUrl"))
    if full is not None:
        yield _versionless(full)
    identifier = text(patient.get("id"))
    if identifier is not None:
        yield f"Patient/{identifier}"


def _versionless(reference: str) -> str:
    return reference.split("/_history/", 1)[0]
