"""Reading a FHIR R4B Bundle."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clinical.writers import as_fhir, condition, identifier_type, observation, status
from vcfimg.clinical import ClinicalFile, ClinicalInputs, read_clinical
from vcfimg.clinical.inputs import LevelInputs
from vcfimg.errors import ClinicalInputError

LOINC = "http://loinc.org"
SCT = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"

PATIENT = {"resourceType": "Patient", "id": "p0", "identifier": [{"type": identifier_type("MR"), "value": "P"}]}


def read(tmp_path: Path, *resources: Any, **bundle: Any) -> ClinicalFile:
    path = tmp_path / "bundle.json"
    entries = [{"resource": resource} for resource in (PATIENT, *resources)]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries, **bundle}))
    return read_clinical(path)


def facts(tmp_path: Path, *resources: Any, **bundle: Any) -> ClinicalInputs:
    file = read(tmp_path, *resources, **bundle)
    assert file.errors == ()
    (record,) = file.records
    return record.model_copy(update={"unread": ()})


def quantity(value: Any, code: str | None = "{score}", system: str | None = UCUM, **more: Any) -> dict[str, Any]:
    made = {"value": value, "system": system, "code": code, **more}
    return {key: element for key, element in made.items() if element is not None}


def pain(value: Any, **elements: Any) -> dict[str, Any]:
    return observation("38214-3", None, system=LOINC, **{"valueQuantity": quantity(value), **elements})


def test_a_patient_without_facts_is_all_unknown(tmp_path: Path) -> None:
    assert facts(tmp_path) == ClinicalInputs(patient_id="P")


def test_pain_carries_its_date(tmp_path: Path) -> None:
    record = facts(tmp_path, pain(7.5, effectiveDateTime="2026-01-02T23:30:00+01:00"))
    assert record.pain_vas == 7.5
    assert str(record.pain_vas_date) == "2026-01-02"


def test_of_several_dated_values_the_latest_holds(tmp_path: Path) -> None:
    record = facts(
        tmp_path,
        pain(3, effectiveDateTime="2026-01-09"),
        pain(9, effectiveDateTime="2026-01-02"),
        observation("infection", True, when="2026-01-01"),
        observation("infection", False, when="2026-01-08"),
    )
    assert (record.pain_vas, str(record.pain_vas_date), record.infection) == (3, "2026-01-09", False)


def test_equal_values_agree(tmp_path: Path) -> None:
    assert facts(tmp_path, pain(7), pain(7.0)).pain_vas == 7


def test_of_a_danger_that_differs_without_dates_the_danger_counts(tmp_path: Path) -> None:
    record = facts(tmp_path, observation("infection", True), observation("infection", False, when="2026-01-08"))
    assert (record.infection, record.conflicts, record.refused) == (True, ("infection",), False)


def test_anything_else_that_differs_without_dates_is_refused(tmp_path: Path) -> None:
    file = read(tmp_path, pain(3), pain(7, effectiveDateTime="2026-01-08"))
    (error,) = file.errors
    assert (error.patient, error.field) == ("P", "pain_vas")
    assert file.records[0].refused


@pytest.mark.parametrize("ignored", ["registered", "preliminary", "cancelled", "entered-in-error", "unknown"])
def test_an_observation_that_is_not_final_leaves_the_fact_unknown(tmp_path: Path, ignored: str) -> None:
    record = facts(tmp_path, observation("clinical_cord_compression", False, status=ignored), pain(8, status=ignored))
    assert record == ClinicalInputs(patient_id="P")


def test_a_danger_that_is_preliminary_leaves_the_fact_open(tmp_path: Path) -> None:
    record = facts(tmp_path, observation("clinical_cord_compression", True, status="preliminary"))
    assert record.clinical_cord_compression is None
    assert [(one.code, one.field) for one in record.remarks] == [("danger_provisional", "clinical_cord_compression")]


@pytest.mark.parametrize("used", ["final", "amended", "corrected"])
def test_a_valid_observation_counts(tmp_path: Path, used: str) -> None:
    assert facts(tmp_path, observation("clinical_cord_compression", False, status=used)).clinical_cord_compression is (
        False
    )


def test_an_unknown_status_is_an_error_that_keeps_the_danger(tmp_path: Path) -> None:
    file = read(tmp_path, observation("infection", True, status="done"))
    assert file.errors[0].field == "infection"
    assert file.records[0].infection is True
    assert file.records[0].refused


def test_an_absent_value_is_unknown(tmp_path: Path) -> None:
    absent = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]}
    assert facts(tmp_path, observation("infection", None, dataAbsentReason=absent)).infection is None


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("another unit", pain(75, valueQuantity=quantity(75, "mm")), "pain_vas", "UCUM unit"),
    ("a unit without code", pain(7, valueQuantity=quantity(7, None, None, unit="points")), "pain_vas", "UCUM unit"),
    ("another unit system", pain(7, valueQuantity=quantity(7, "{score}", "urn:x")), "pain_vas", "UCUM unit"),
    ("beyond the scale", pain(75), "pain_vas", "must be at most 10"),
    ("another scale", pain(7, referenceRange=[{"low": {"value": 0}, "high": {"value": 100}}]), "pain_vas", "0-10"),
    ("a comparator", pain(7, valueQuantity=quantity(7, comparator=">")), "pain_vas", "comparator"),
    ("text for a number", pain(None, valueQuantity=None, valueString="seven"), "pain_vas", "0 to 10"),
    ("a month for a day", pain(7, effectiveDateTime="2026-01"), "pain_vas_date", "year, month, day"),
    ("weeks in days", observation("fracture_age_weeks", 30, level="T12", valueQuantity=quantity(30, "d")),
     "levels.T12.fracture_age_weeks", "UCUM unit wk"),
    ("dose in cGy", observation("prior_rt_gy", 3000, level="T12", valueQuantity=quantity(3000, "cGy")),
     "levels.T12.prior_rt_gy", "UCUM unit Gy"),
    ("a number for a boolean", observation("cancer", None, valueInteger=2), "cancer", "valueBoolean"),
    ("a decimal count", observation("planned_levels", None, valueQuantity=quantity(2, "1")), "planned_levels",
     "valueInteger"),
    ("a code that is not one", observation("bone_quality", "4", level="T12"), "levels.T12.bone_quality",
     "must be one of"),
    ("an unknown fact", observation("vas", True), "vas", "not a fact"),
    ("a level fact without level", observation("escc", "2"), "escc", "bodySite"),
    ("a level that is none", observation("escc", "2", bodySite={"coding": [{"system": "urn:vcfimg:level",
     "code": "L9"}]}), "escc", "not a vertebral level"),
    ("an unknown answer", observation("82810-3", None, system=LOINC, valueCodeableConcept={"coding": [
        {"system": LOINC, "code": "LA0"}]}), "pregnancy", "pregnancy status"),
    ("an unknown verification", condition("cancer", verificationStatus=status("condition-ver-status", "sure")),
     "cancer", "verificationStatus"),
    ("an unknown course", condition("cancer", clinicalStatus=status("condition-clinical", "odd")), "cancer",
     "clinicalStatus"),
    ("a fact no Condition states", condition("surgeon_stable"), "surgeon_stable", "Condition"),
    ("invalid FHIR", observation("infection", False, foo=1), "infection", "not valid FHIR R4B"),
    ("a modifier", observation("infection", False, modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
     "infection", "modifierExtension"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "field", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_resource_refuses_its_patient_only(
    tmp_path: Path, resource: dict[str, Any], field: str, message: str
) -> None:
    other = {"resourceType": "Patient", "id": "q", "identifier": [{"value": "Q"}]}
    file = read(tmp_path, resource, other, observation("infection", False, "q"))
    (error,) = file.errors
    assert (error.file, error.patient, error.field) == ("bundle.json", "P", field)
    assert message in error.message
    assert file.records[0].refused
    assert file.records[1] == ClinicalInputs(patient_id="Q", infection=False)


def test_dangers_survive_an_invalid_resource(tmp_path: Path) -> None:
    file = read(tmp_path, observation("infection", True, foo=1), observation("escc", "3", level="T12", foo=1))
    expected = ClinicalInputs(patient_id="P", infection=True, levels={"T12": LevelInputs(escc="3")}, refused=True)
    assert file.records == (expected,)


CONDITIONS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("own code", condition("infection"), {"infection": True}),
    ("breast cancer", condition("C50.9", system=ICD10CM, text="breast"), {"cancer": True, "primaries": ("breast",)}),
    ("by display", condition("C61", system=ICD10CM, code={"coding": [
        {"system": ICD10CM, "code": "C61", "display": "prostate"}]}), {"cancer": True, "primaries": ("prostate",)}),
    ("myeloma", condition("C90.0", system=ICD10CM), {"cancer": True, "primaries": ("C90.0",)}),
    ("bone metastasis", condition("C79.51", system=ICD10CM), {"cancer": True}),
    ("chordoma", condition("C41.2", system=ICD10CM, text="chordoma"),
     {"cancer": True, "primaries": ("chordoma",), "primary_bone_tumour": True}),
    ("benign tumour", condition("D16.6", system=ICD10CM), {}),
    ("metastasis", condition("94222008", system=SCT), {"cancer": True}),
    ("lymphoma", condition("118600007", system=SCT, text="lymphoma"), {"cancer": True, "primaries": ("lymphoma",)}),
    ("cord", condition("G95.20", system=ICD10CM), {"clinical_cord_compression": True}),
    ("cauda", condition("G83.4", system=ICD10CM), {"clinical_cord_compression": True}),
    ("osteomyelitis", condition("M46.24", system=ICD10CM), {"infection": True}),
    ("pregnant", condition("77386006", system=SCT), {"pregnancy": True}),
    ("pregnancy code", condition("Z33.1", system=ICD10CM), {"pregnancy": True}),
    ("ended pregnancy", condition("Z33.2", system=ICD10CM), {}),
    ("vertebral tuberculosis", condition("A18.01", system=ICD10CM), {"infection": True}),
    ("discitis", condition("M46.46", system=ICD10CM), {"infection": True}),
    ("paraplegia", condition("G82.20", system=ICD10CM), {"new_neurological_deficit": True}),
    ("cord injury", condition("S24.109A", system=ICD10CM), {"clinical_cord_compression": True}),
    ("cord by SNOMED", condition("71286001", system=SCT), {"clinical_cord_compression": True}),
    ("cauda by SNOMED", condition("192970008", system=SCT), {"clinical_cord_compression": True}),
    ("anticoagulant bleeding", condition("D68.32", system=ICD10CM), {"coagulopathy_uncorrected": True}),
    ("skin cancer", condition("C44.91", system=ICD10CM), {}),
    ("cancer in the history", condition("Z85.3", system=ICD10CM), {"cancer": True, "cancer_history": True}),
    ("skin cancer in the history", condition("Z85.828", system=ICD10CM), {}),
    ("plasmacytoma", condition("C90.30", system=ICD10CM, text="Plasmocytoma of bone"),
     {"cancer": True, "primaries": ("solitary plasmacytoma",)}),
    ("collapse", condition("M48.56XA", system=ICD10CM, bodySite=[{"coding": [{"system": "urn:vcfimg:level",
     "code": "L2"}]}]), {"levels": {"L2": LevelInputs()}}),
    ("metastasis to a vertebra", condition("C79.51", system=ICD10CM, bodySite=[{"coding": [{"system": SCT,
     "code": "23215003"}]}]), {"cancer": True, "levels": {"T12": LevelInputs()}}),
    ("mCODE primary", condition("1", system="urn:x", text="ocular melanoma", meta={"profile": [
        "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-primary-cancer-condition|2.0.0"]}),
     {"cancer": True, "primaries": ("ocular melanoma",)}),
    ("mCODE secondary", condition("1", system="urn:x", text="metastasis", meta={"profile": [
        "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-secondary-cancer-condition"]}), {"cancer": True}),
    ("another disease", condition("E11.9", system=ICD10CM), {}),
    ("no code", condition("x", code={"text": "breast cancer"}), {}),
    ("no status", condition("infection", clinicalStatus=None, verificationStatus=None), {"infection": True}),
    *((f"{state} infection", condition("infection", clinicalStatus=status("condition-clinical", state)), {})
      for state in ("inactive", "remission", "resolved")),
    *((f"{state} cancer", condition("cancer", clinicalStatus=status("condition-clinical", state)), {"cancer": True})
      for state in ("active", "recurrence", "relapse", "inactive", "remission")),
    ("resolved cancer", condition("cancer", clinicalStatus=status("condition-clinical", "resolved")), {}),
    ("abated", condition("infection", clinicalStatus=None, abatementDateTime="2020-01-01"), {}),
    *((f"{state} cancer", condition("cancer", verificationStatus=status("condition-ver-status", state),
                                    clinicalStatus=None), {})
      for state in ("unconfirmed", "provisional", "differential", "refuted", "entered-in-error")),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "expected"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS])
def test_a_condition_states_exactly_its_facts(
    tmp_path: Path, resource: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert facts(tmp_path, resource) == ClinicalInputs(patient_id="P", **expected)


def test_several_primaries(tmp_path: Path) -> None:
    record = facts(
        tmp_path,
        condition("C50.9", system=ICD10CM, text="breast"),
        condition("C73", system=ICD10CM, text="thyroid"),
        condition("C50.9", system=ICD10CM, text="breast"),
    )
    assert record.primaries == ("breast", "thyroid")


def test_a_diagnosis_against_an_observation_is_a_conflict_and_counts(tmp_path: Path) -> None:
    record = facts(tmp_path, condition("infection"), observation("infection", False, when="2026-01-01"))
    assert (record.infection, record.conflicts) == (True, ("infection",))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((LOINC, "LA15173-0"), True),
        ((LOINC, "LA26683-5"), False),
        ((LOINC, "LA4489-6"), None),
        ((SCT, "60001007"), False),
    ],
)
def test_pregnancy_status(tmp_path: Path, answer: tuple[str, str], expected: bool | None) -> None:
    coded = {"coding": [{"system": answer[0], "code": answer[1]}]}
    assert facts(tmp_path, observation("82810-3", None, system=LOINC, valueCodeableConcept=coded)).pregnancy is expected


@pytest.mark.parametrize(
    ("born", "made", "age"),
    [
        ("1960-06-15", "2026-06-15T08:00:00Z", 66),
        ("1960-06-16", "2026-06-15T08:00:00Z", 65),
        ("1960-06", "2026-06-15T08:00:00Z", None),
        ("1960-06-15", None, None),
    ],
)
def test_age_from_the_birth_date(tmp_path: Path, born: str, made: str | None, age: int | None) -> None:
    path = tmp_path / "bundle.json"
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if made is not None:
        bundle["timestamp"] = made
    bundle["entry"] = [{"resource": {"resourceType": "Patient", "id": "p", "birthDate": born}}]
    path.write_text(json.dumps(bundle))
    file = read_clinical(path)
    assert file.errors == ()
    assert file.records[0].age == age


def test_a_stated_age_is_preferred(tmp_path: Path) -> None:
    stated = observation("30525-0", None, system=LOINC, valueQuantity=quantity(70, "a"))
    assert facts(tmp_path, stated, timestamp="2026-06-15T08:00:00Z").age == 70


def test_the_latest_examination_counts(tmp_path: Path) -> None:
    record = facts(
        tmp_path,
        observation("exam_levels", True, level="L4", when="2025-12-01"),
        observation("exam_levels", True, level="T12", when="2026-01-02"),
        observation("exam_levels", False, level="L1", when="2026-01-02"),
    )
    assert (record.exam_levels, str(record.exam_date)) == (("T12",), "2026-01-02")


def test_an_examination_with_and_without_date_is_refused(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        observation("exam_levels", True, level="L4"),
        observation("exam_levels", True, level="T12", when="2026-01-02"),
    )
    assert [error.field for error in file.errors] == ["exam_levels"]


def test_identifiers(tmp_path: Path) -> None:
    patient = {
        "resourceType": "Patient",
        "id": "q",
        "gender": "female",
        "identifier": [
            {"type": identifier_type("SS"), "value": "insurance"},
            {"type": identifier_type("MR"), "value": "old-number", "use": "old"},
            {"value": "untyped"},
            {"type": identifier_type("MR"), "value": "Q"},
            {"type": identifier_type("ACSN"), "value": "A-1"},
            {"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"},
        ],
    }
    record = read(tmp_path, patient).records[1]
    assert record == ClinicalInputs(patient_id="Q", accession_number="A-1", study_instance_uid="1.2.3", sex="F")


def test_two_record_numbers_are_refused(tmp_path: Path) -> None:
    two = {"resourceType": "Patient", "id": "q", "identifier": [{"value": "1"}, {"value": "2"}]}
    file = read(tmp_path, two)
    assert [error.field for error in file.errors] == ["patient_id"]
    assert file.records[1].patient_id is None


@pytest.mark.parametrize("subject", [None, {"reference": "Patient/nobody"}, {"display": "x"}])
def test_a_resource_of_nobody_is_reported(tmp_path: Path, subject: Any) -> None:
    file = read(tmp_path, observation("stir_edema", True, level="T12", subject=subject, id="o1"))
    (error,) = file.errors
    assert (error.patient, error.field) == (None, "Observation/o1.subject")
    assert file.records == (ClinicalInputs(patient_id="P"),)


@pytest.mark.parametrize(
    ("others", "expected", "remark", "code"),
    [
        (0, True, None, None),
        (1, None, "danger_unassigned", "danger_unassigned"),
        (19, None, "danger_unassigned", "danger_unassigned"),
        (20, None, None, "danger_unassigned"),
    ],
)
def test_a_danger_of_nobody_is_never_lost(
    tmp_path: Path, others: int, expected: bool | None, remark: str | None, code: str | None
) -> None:
    people = [{"resourceType": "Patient", "id": f"q{number}"} for number in range(others)]
    file = read(tmp_path, *people, observation("infection", True, subject={"reference": "Patient/nobody"}))
    assert len(file.records) == others + 1
    for record in file.records:
        assert record.infection is expected
        assert [one.code for one in record.remarks] == ([remark] if remark else [])
    assert [error.code for error in file.errors] == ([code] if code else [])


def test_a_full_url_is_a_reference(tmp_path: Path) -> None:
    url = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    path = tmp_path / "bundle.json"
    entries = [
        {"resource": observation("infection", True, subject={"reference": url})},
        {"fullUrl": url, "resource": {"resourceType": "Patient", "identifier": [{"value": "Q"}]}},
    ]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    assert read_clinical(path).records == (ClinicalInputs(patient_id="Q", infection=True),)


def test_other_resources_are_listed(tmp_path: Path) -> None:
    drug = {"resourceType": "Medication", "code": {"coding": [{"system": SCT, "code": "1", "display": "Mr Smith"}]}}
    file = read(tmp_path, drug, {"resourceType": "Nonsense", "x": 1}, {"x": 1})
    assert file.errors == ()
    assert [one.field for one in file.unread] == ["Medication", "Nonsense", "resource"]
    assert f"{SCT} 1" in file.unread[0].message
    assert "Smith" not in str(file.unread)


@pytest.mark.parametrize(
    "document",
    [
        {"resourceType": "Patient"},
        {"resourceType": "Bundle"},
        {"resourceType": "Bundle", "type": "collection", "entry": {}},
        {"resourceType": "Bundle", "type": "collection", "patients": []},
        {"resourceType": 7},
    ],
)
def test_what_is_no_bundle_is_refused(tmp_path: Path, document: Any) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ClinicalInputError) as error:
        read_clinical(path)
    assert error.value.code == "not_a_bundle"


def test_without_the_extra_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("fhir.resources")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fhir.resources.R4B", None)
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(as_fhir([])))
    with pytest.raises(ClinicalInputError, match=r"vcfimg\[fhir\]") as error:
        read_clinical(path)
    assert error.value.code == "fhir_not_installed"


def lab(loinc: str, value: float, unit: str | None, when: str = "2026-01-05", **elements: Any) -> dict[str, Any]:
    return observation(loinc, None, system=LOINC, when=when, **{"valueQuantity": quantity(value, unit), **elements})


OPEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("haemophilia", condition("D66", system=ICD10CM), "coagulopathy_uncorrected", "danger_provisional"),
    ("anticoagulants", condition("Z79.01", system=ICD10CM), "coagulopathy_uncorrected", "danger_provisional"),
    ("vertebral fracture", condition("S22.080A", system=ICD10CM), "trauma", "danger_provisional"),
    ("suspected cord", condition("G95.20", system=ICD10CM, verificationStatus=status("condition-ver-status",
     "provisional")), "clinical_cord_compression", "danger_provisional"),
    ("old pregnancy", condition("Z34.90", system=ICD10CM, onsetDateTime="2025-01-02"), "pregnancy",
     "danger_provisional"),
    ("words", condition("X", system="urn:local", text="Spinal cord involvement"), "clinical_cord_compression",
     "danger_unreadable"),
    ("words of an observation", observation("X", True, system="urn:local", code={"text": "Cauda equina signs"}),
     "clinical_cord_compression", "danger_unreadable"),
    ("high INR", lab("6301-6", 2.4, "{INR}"), "coagulopathy_uncorrected", "lab_proposal"),
    ("few platelets", lab("777-3", 31, "10*3/uL"), "coagulopathy_uncorrected", "lab_proposal"),
    ("few platelets by count", lab("777-3", 31000, "/uL"), "coagulopathy_uncorrected", "lab_proposal"),
    ("high CRP", lab("1988-5", 12, "mg/dL"), "infection", "lab_proposal"),
    ("an INR under another code", lab("38875-1", 3, "{INR}", code={"coding": [{"system": LOINC, "code": "38875-1",
     "display": "INR in Blood"}]}), "coagulopathy_uncorrected", "danger_unreadable"),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "field", "code"), [row[1:] for row in OPEN], ids=[row[0] for row in OPEN])
def test_what_leaves_a_fact_open_makes_it_unknown_and_says_so(
    tmp_path: Path, resource: dict[str, Any], field: str, code: str
) -> None:
    undated = observation(field, False)
    record = facts(tmp_path, resource, undated, timestamp="2026-01-10T08:00:00Z")
    assert getattr(record, field) is None
    assert [(one.code, one.field) for one in record.remarks] == [(code, field)]


def test_a_later_no_of_a_person_stands_and_is_noted(tmp_path: Path) -> None:
    said = observation("coagulopathy_uncorrected", False, when="2026-01-06")
    record = facts(tmp_path, lab("6301-6", 2.4, "1"), said, timestamp="2026-01-10T08:00:00Z")
    assert record.coagulopathy_uncorrected is False
    assert [one.code for one in record.remarks] == ["answered"]


@pytest.mark.parametrize(
    "resources",
    [
        [lab("6301-6", 1.5, "1")],
        [lab("6301-6", 2.4, "1", when="2025-12-20")],
        [lab("6301-6", 2.4, "1", when="2026-01-02"), lab("34714-6", 1.1, "1", when="2026-01-08")],
        [lab("777-3", 50, "10*9/L")],
        [lab("1988-5", 50, "mg/L")],
        [
            lab(
                "32623-1",
                9,
                "fL",
                code={"text": "Platelet mean volume", "coding": [{"system": LOINC, "code": "32623-1"}]},
            )
        ],
        [
            condition(
                "X", system="urn:local", text="Old sepsis", clinicalStatus=status("condition-clinical", "resolved")
            )
        ],
        [condition("C90.0", system="urn:local", text="Multiple myeloma")],
        [condition("M54.5", system=ICD10CM, text="Record of caudal pain")],
    ],
)
def test_what_is_no_danger_leaves_an_answer_alone(tmp_path: Path, resources: list[dict[str, Any]]) -> None:
    said = [observation(name, False) for name in ("infection", "coagulopathy_uncorrected", "clinical_cord_compression")]
    record = facts(tmp_path, *resources, *said, timestamp="2026-01-10T08:00:00Z")
    assert record.remarks == ()
    assert (record.infection, record.coagulopathy_uncorrected, record.clinical_cord_compression) == (False,) * 3


@pytest.mark.parametrize(
    ("substance", "status_", "expected", "remarks"),
    [
        ("Bone cement", "confirmed", True, []),
        ("PMMA", None, True, []),
        ("Polymethylmethacrylate", "unconfirmed", None, ["danger_provisional"]),
        ("Knochenzement", "refuted", None, []),
        ("Penicillin", "confirmed", None, []),
    ],
)
def test_an_allergy_to_cement(
    tmp_path: Path, substance: str, status_: str | None, expected: bool | None, remarks: list[str]
) -> None:
    allergy: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": "Patient/p0"},
        "code": {"text": substance},
    }
    if status_ is not None:
        allergy["verificationStatus"] = status("allergyintolerance-verification", status_)
        allergy["clinicalStatus"] = status("allergyintolerance-clinical", "active")
    record = facts(tmp_path, allergy)
    assert record.cement_allergy is expected
    assert [one.code for one in record.remarks] == remarks


def test_radiotherapy_gives_dose_and_fractions(tmp_path: Path) -> None:
    course = {
        "resourceType": "Procedure",
        "status": "completed",
        "subject": {"reference": "Patient/p0"},
        "code": {"coding": [{"system": SCT, "code": "1217123003"}]},
        "bodySite": [{"coding": [{"system": SCT, "code": "23215003"}]}],
        "extension": [
            {
                "url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-radiotherapy-dose-delivered-to-volume",
                "extension": [
                    {"url": "totalDoseDelivered", "valueQuantity": {"value": 800, "code": "cGy", "system": UCUM}},
                    {"url": "fractionsDelivered", "valueUnsignedInt": 1},
                ],
            }
        ],
    }
    assert facts(tmp_path, course).levels == {"T12": LevelInputs(prior_rt_gy=8, prior_rt_fractions=1)}


@pytest.mark.parametrize("answer", [{"valueString": "ja"}, {"valueInteger": 1}, {"valueBoolean": True},
    {"valueCodeableConcept": {"coding": [{"system": SCT, "code": "373066001"}]}}])  # fmt: skip
def test_a_danger_counts_however_it_is_answered(tmp_path: Path, answer: dict[str, Any]) -> None:
    assert facts(tmp_path, observation("infection", None, **answer)).infection is True


@pytest.mark.parametrize("answer", [{"valueString": "2"}, {"valueInteger": 2}, {"valueString": "Bilsky 2"}])
def test_a_grade_counts_however_it_is_written(tmp_path: Path, answer: dict[str, Any]) -> None:
    assert facts(tmp_path, observation("escc", None, level="T12", **answer)).levels["T12"].escc == "2"


def test_lines_and_folders_say_what_a_bundle_says(tmp_path: Path) -> None:
    resources = [PATIENT, condition("C50.9", system=ICD10CM, text="breast"), pain(7), observation("infection", True)]
    whole = read(tmp_path, *resources[1:])
    lines = tmp_path / "export.ndjson"
    lines.write_text("\n".join(json.dumps(one) for one in resources) + "\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, one in enumerate(resources[:2]):
        (folder / f"{number}.json").write_text(json.dumps(one))
    (folder / "Observation.ndjson").write_text("\n".join(json.dumps(one) for one in resources[2:]))
    (folder / "notes.txt").write_text("nothing")
    assert read_clinical(lines).records == read_clinical(folder).records == whole.records
    assert [one.field for one in read_clinical(folder).unread] == ["notes.txt"]
    (folder / "broken.json").write_text("{")
    assert [one.field for one in read_clinical(folder).errors] == ["broken.json"]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "export.ndjson"
    path.write_text(json.dumps(PATIENT) + "\n{\n")
    with pytest.raises(ClinicalInputError, match="line 2") as error:
        read_clinical(path)
    assert error.value.code == "malformed_json"
