"""Clinical inputs from FHIR R4 and R4B: a Bundle, an NDJSON export or a folder of resources.

Structure is checked by ``fhir.resources`` (optional extra ``fhir``; the resources read here have one form in R4 and
R4B); values go through the same reading and validation as the canonical JSON. What is not understood is listed.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from vcfimg.clinical.dangers import DANGERS, is_danger
from vcfimg.clinical.fhir import fhir_codes as codes
from vcfimg.clinical.fhir import fhir_condition, fhir_observation, fhir_radiotherapy
from vcfimg.clinical.fhir.fhir_elements import Resource, code_label, codings, day, label, objects, text, words_of
from vcfimg.clinical.fhir.fhir_facts import Facts, nested
from vcfimg.clinical.fhir.fhir_references import Patients
from vcfimg.clinical.fhir.fhir_statement import Stated, Statement
from vcfimg.clinical.inputs import DANGER_UNREADABLE, Remark
from vcfimg.clinical.json_reader import repeated_keys
from vcfimg.clinical.printable import printable
from vcfimg.clinical.record import RawRecord
from vcfimg.clinical.spelling.danger_words import facts_named
from vcfimg.errors import ClinicalInputError

_STATEMENTS: Final[dict[str, Callable[[Resource, datetime.date | None], Stated]]] = {
    "Condition": fhir_condition.statements,
    "Observation": fhir_observation.statements,
    "AllergyIntolerance": fhir_condition.allergy_statements,
    "Procedure": fhir_radiotherapy.statements,
}
_JUDGED: Final = frozenset({"DiagnosticReport", "ClinicalImpression", "Flag"})
"""Other kinds that may state a danger in words."""

_GENDER: Final[dict[object, str | None]] = {"female": "F", "male": "M", "other": "O", "unknown": None}

MAX_SUSPECTS: Final = 20
"""Up to so many patients a danger without one is left open for each; beyond, it is an error (clinical.md 10.10)."""


@dataclass
class ReadResources:
    """What the resources of one input gave: a record per Patient, and what belongs to none."""

    records: list[RawRecord] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    unassigned: list[tuple[str, str]] = field(default_factory=list)


def read_resources(documents: Sequence[tuple[str, Any]], file: str, as_of: datetime.date | None) -> ReadResources:
    """A record per Patient of Bundles, lists of resources and single resources, taken together.

    Raises
    ------
    ClinicalInputError
        ``fhir_not_installed`` without the extra; ``not_a_bundle`` when the only document is not a valid Bundle.
    """
    models = _models(file)
    found = ReadResources()
    resources: list[tuple[Resource, Resource]] = []
    made: str | None = None
    for name, document in documents:
        entries, stamp, problem = _entries(document, models, alone=len(documents) == 1)
        if problem is not None:
            if len(documents) == 1:
                raise ClinicalInputError("not_a_bundle", f"{file}: {problem}", file=file)
            found.faults.append((name, problem))
        resources += entries
        made = max((one for one in (made, stamp) if one is not None), default=None)
    today = as_of or _date(made)
    born_until = made or (as_of.isoformat() if as_of is not None else None)
    patients = Patients()
    people: list[tuple[str, Facts]] = []
    for entry, one in resources:
        if one.get("resourceType") == "Patient":
            facts = _patient(one, born_until, _problem(models["Patient"], one))
            people.append((label(one), facts))
            if not patients.add(facts, entry, one):
                facts.faults.append(("record", "the input holds two Patients with this id"))
    for entry, one in resources:
        kind = text(one.get("resourceType"))
        if kind is None:
            found.unread.append(("resource", "has no resourceType"))
        elif kind != "Patient":
            _add(_Source(kind, entry, one), models, patients, [facts for _, facts in people], found, today)
    found.records = [facts.to_raw_record(position) for position, facts in people]
    return found


@dataclass(frozen=True)
class _Source:
    kind: str
    entry: Resource
    resource: Resource


def _entries(
    document: Any, models: Mapping[str, type[BaseModel]], *, alone: bool
) -> tuple[list[tuple[Resource, Resource]], str | None, str | None]:
    """Entries and resources of a document, the day on which it was made, and what is wrong with it."""
    if isinstance(document, list):
        return [({}, one) for one in document if isinstance(one, Mapping)], None, None
    if not isinstance(document, Mapping) or (alone and document.get("resourceType") != "Bundle"):
        return [], None, "not a valid FHIR R4 or R4B Bundle"
    if document.get("resourceType") != "Bundle":
        return [({}, document)], None, None
    entries = document.get("entry", [])
    shell = {key: value for key, value in document.items() if key != "entry"}
    if not isinstance(entries, list) or _invalid(models["Bundle"], shell):
        return [], None, "not a valid FHIR R4 or R4B Bundle"
    made, complete = day(document, "timestamp")
    pairs = [(entry, one) for entry in objects(entries) for one in objects(entry.get("resource"))]
    return pairs, made if complete else None, None


def _models(file: str) -> dict[str, type[BaseModel]]:
    try:
        from fhir.resources.R4B.allergyintolerance import AllergyIntolerance
        from fhir.resources.R4B.bundle import Bundle
        from fhir.resources.R4B.condition import Condition
        from fhir.resources.R4B.observation import Observation
        from fhir.resources.R4B.patient import Patient
        from fhir.resources.R4B.procedure import Procedure
    except ImportError:
        message = f"{file}: reading FHIR needs the optional package fhir.resources (pip install vcfimg[fhir])"
        raise ClinicalInputError("fhir_not_installed", message, file=file) from None
    return {
        "AllergyIntolerance": AllergyIntolerance,
        "Bundle": Bundle,
        "Condition": Condition,
        "Observation": Observation,
        "Patient": Patient,
        "Procedure": Procedure,
    }


def _add(
    source: _Source,
    models: Mapping[str, type[BaseModel]],
    patients: Patients,
    people: Sequence[Facts],
    found: ReadResources,
    today: datetime.date | None,
) -> None:
    """Add what a resource states to its patient; what an invalid one states counts only as a danger."""
    resource, read = source.resource, _STATEMENTS.get(source.kind)
    stated = read(resource, today) if read is not None else _other(source.kind, resource)
    facts = patients.of(source.entry, resource)
    unread = found.unread if facts is None else facts.unread
    unread.extend(stated.unread)
    if not stated.statements:
        return
    if facts is None:
        _unassigned(stated.statements, label(resource), people, found)
        return
    problem = _problem(models[source.kind], resource) if source.kind in models else None
    if problem is None:
        facts.statements.extend(stated.statements)
        return
    facts.faults.append((stated.statements[0].path[0], f"{label(resource)} {problem}"))
    facts.statements.extend(one for one in stated.statements if one.doubt == DANGER_UNREADABLE)
    for one in stated.statements:
        if one.message is None and one.doubt is None and one.path[0] != "exam_levels":
            facts.alternatives.append(nested(one.path, one.value))


def _other(kind: str, resource: Resource) -> Stated:
    unread = ((kind, f"code {code_label(resource)}; resources of this kind are not used"),)
    if kind not in _JUDGED:
        return Stated((), unread)
    words = [*words_of(resource.get("code")), *words_of(resource.get("conclusionCode"))]
    words += [one for name in ("conclusion", "summary", "description") if (one := text(resource.get(name)))]
    when, complete = day(resource, "effectiveDateTime", "effectivePeriod", "issued", "date")
    dangers = facts_named(*words)
    return Stated(
        tuple(
            Statement((fact,), None, when if complete else None, label(resource), doubt=DANGER_UNREADABLE)
            for fact in dangers
        ),
        unread,
    )


def _unassigned(statements: Iterable[Statement], source: str, people: Sequence[Facts], found: ReadResources) -> None:
    """What a resource of an unknown patient states: a danger is never lost, anything else is not used."""
    dangers = {
        one.path: one
        for one in statements
        if one.message is None and one.path[-1] in DANGERS and (one.doubt or is_danger(one.path[-1], one.value))
    }
    if not dangers:
        found.faults.append((f"{source}.subject", "refers to no Patient of the input; what it states is not used"))
        return
    for path, one in dangers.items():
        name = ".".join(path)
        if len(people) == 1:
            people[0].statements.append(one)
        elif 1 < len(people) <= MAX_SUSPECTS:
            for facts in people:
                sentence = f"{source} states {name} of a patient that cannot be told; it counts as unknown"
                facts.remarks.append(Remark(code="danger_unassigned", field=name, text=sentence))
        if len(people) != 1:
            message = f"states {name} and refers to no Patient of the input; find out whose it is"
            found.unassigned.append((f"{source}.subject", message))


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


def _date(text_: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text_) if text_ else None
    except ValueError:
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
            studies[value.strip().removeprefix("urn:oid:")] = None
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
