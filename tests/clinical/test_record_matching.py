"""Which record belongs to which study."""

import datetime
from typing import Any

import pytest

from vcfimg.clinical import ClinicalInputs, LevelInputs, match
from vcfimg.clinical.record_matching import DEFAULT_WINDOW_DAYS
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.policy import load_policy


def study(uid: str, patient: str | None = None, accession: str | None = None, date: str | None = None) -> StudyInfo:
    return StudyInfo(study_instance_uid=uid, patient_id=patient, accession_number=accession, study_date=date)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


STUDIES = [
    study("1.1", "P", "A1", "2026-01-10"),
    study("1.2", "P", "A2", "2026-06-10"),
    study("1.3", "Q", "A3", "2026-01-10"),
    study("1.4", None, None, None),
    study("1.5", "", "", ""),
]

TABLE: list[tuple[dict[str, Any], list[str], str | None]] = [
    ({"study_instance_uid": "1.1"}, ["1.1"], None),
    ({"accession_number": "A2"}, ["1.2"], None),
    ({"patient_id": "P", "accession_number": "A2"}, ["1.2"], None),
    ({"patient_id": "P", "study_instance_uid": "1.1", "accession_number": "A1"}, ["1.1"], None),
    ({"patient_id": "Q", "accession_number": "A2"}, [], "identifiers_disagree"),
    ({"patient_id": "P", "study_instance_uid": "1.4"}, [], "identifiers_disagree"),
    ({"study_instance_uid": "1.1", "accession_number": "A2"}, [], "identifiers_disagree"),
    ({"study_instance_uid": "1.1", "accession_number": "A9"}, [], "identifiers_disagree"),
    ({"accession_number": "A9"}, [], "no_study"),
    ({"patient_id": "q"}, ["1.3"], None),
    ({"patient_id": " Q ", "accession_number": "a 3"}, ["1.3"], None),
    ({"patient_id": "\uff31"}, ["1.3"], None),
    ({"study_instance_uid": "urn:oid:1.1"}, ["1.1"], None),
    ({"patient_id": "R"}, [], "no_study"),
    ({}, [], "no_identifier"),
    ({"patient_id": ""}, [], "no_identifier"),
    ({"patient_id": "", "accession_number": " "}, [], "no_identifier"),
    ({"patient_id": "Q"}, ["1.3"], None),
    ({"patient_id": "P"}, [], "ambiguous"),
    ({"patient_id": "P", "pain_vas_date": day("2026-01-02")}, ["1.1"], None),
    ({"patient_id": "P", "exam_date": day("2026-06-20")}, ["1.2"], None),
    ({"patient_id": "P", "exam_date": day("2026-03-11")}, ["1.1"], None),
    ({"patient_id": "P", "exam_date": day("2026-03-12")}, [], "outside_window"),
    ({"patient_id": "P", "exam_date": day("2025-11-11")}, ["1.1"], None),
    ({"patient_id": "P", "exam_date": day("2025-11-10")}, [], "outside_window"),
    ({"patient_id": "P", "pain_vas_date": day("2026-01-02"), "exam_date": day("2026-06-20")}, ["1.1", "1.2"], None),
    ({"patient_id": "Q", "pain_vas_date": day("2020-01-02")}, [], "outside_window"),
    ({"patient_id": "P", "accession_number": "A1", "pain_vas_date": day("2020-01-02")}, ["1.1"], None),
]


@pytest.mark.parametrize(("facts", "studies", "code"), TABLE, ids=lambda value: str(value)[:60])
def test_matching(facts: dict[str, Any], studies: list[str], code: str | None) -> None:
    record = ClinicalInputs(**facts, age=60)
    found = match([record], STUDIES)
    assert found.by_study == dict.fromkeys(studies, record)
    refused = [one.code for one in found.refused]
    assert (refused, [one.code for one in found.unmatched]) == (
        ([code] if code == "ambiguous" else []),
        ([code] if code not in {None, "ambiguous"} else []),
    )


def test_the_window_is_the_callers() -> None:
    record = ClinicalInputs(patient_id="Q", exam_date=day("2026-01-20"))
    assert match([record], STUDIES, window_days=10).by_study
    assert not match([record], STUDIES, window_days=9).by_study


def test_an_ambiguous_record_is_an_error_and_its_dangers_hold_for_every_study_of_the_patient() -> None:
    record = ClinicalInputs(patient_id="P", age=60, cancer=True, infection=True, levels={"T12": LevelInputs(escc="3")})
    found = match([record], STUDIES)
    kept = ClinicalInputs(patient_id="P", infection=True, levels={"T12": LevelInputs(escc="3")}, refused=True)
    assert found.by_study == {"1.1": kept, "1.2": kept}
    (error,) = found.errors("clinical.json")
    assert (error.file, error.patient, error.field) == ("clinical.json", "P", "study_instance_uid")
    assert "2 studies" in error.message
    assert "P" not in error.message.split()


def test_an_undated_study_takes_a_dated_record_only_if_it_is_the_only_one() -> None:
    record = ClinicalInputs(patient_id="P", exam_date=day("2026-01-02"))
    assert set(match([record], [study("1", "P")]).by_study) == {"1"}
    several = match([record], [study("1", "P"), study("2", "P", date="2020-01-01")])
    assert not several.by_study
    assert [one.code for one in several.refused] == ["ambiguous"]
    dated = match([record], [study("1", "P"), study("2", "P", date="2026-01-01")])
    assert set(dated.by_study) == {"2"}


def test_different_records_for_one_study_are_refused_and_their_dangers_joined() -> None:
    first = ClinicalInputs(patient_id="Q", age=60, infection=True, clinical_cord_compression=False)
    second = ClinicalInputs(accession_number="A3", age=61, infection=False, clinical_cord_compression=True)
    found = match([first, second], STUDIES)
    assert [one.code for one in found.refused] == ["several_records", "several_records"]
    assert found.by_study == {
        "1.3": ClinicalInputs(
            patient_id="Q", accession_number="A3", infection=True, clinical_cord_compression=True, refused=True
        )
    }


def test_records_that_differ_in_dangers_only_are_one_with_the_dangers_and_a_conflict() -> None:
    first = ClinicalInputs(patient_id="Q", age=60, infection=True, levels={"T12": LevelInputs(escc="0")})
    second = ClinicalInputs(
        accession_number="A3", age=60, infection=False, pregnancy=True, levels={"T12": LevelInputs(escc="2")}
    )
    for records in ([first, second], [second, first]):
        found = match(records, STUDIES)
        assert not found.refused
        facts = found.by_study["1.3"]
        assert (facts.infection, facts.pregnancy, facts.age, facts.refused) == (True, True, 60, False)
        assert facts.levels == {"T12": LevelInputs(escc="2")}
        assert set(facts.conflicts) == {"infection", "levels.T12.escc"}


def test_the_dangers_of_an_ambiguous_record_join_the_record_of_a_study() -> None:
    own = ClinicalInputs(study_instance_uid="1.1", age=60, infection=False)
    other = ClinicalInputs(patient_id="P", cancer=True, infection=True)
    found = match([own, other], STUDIES)
    assert [one.code for one in found.refused] == ["ambiguous"]
    facts = found.by_study["1.1"]
    assert (facts.age, facts.infection, facts.refused, facts.conflicts) == (60, True, False, ("infection",))
    assert found.by_study["1.2"].refused


def test_where_the_patient_fits_and_another_identifier_does_not_the_dangers_count() -> None:
    record = ClinicalInputs(patient_id="P", accession_number="A9", cancer=True, infection=True)
    found = match([record], STUDIES)
    assert [one.code for one in found.unmatched] == ["identifiers_disagree"]
    assert {uid: facts.infection for uid, facts in found.by_study.items()} == {"1.1": True, "1.2": True}
    assert all(facts.refused and facts.cancer is None for facts in found.by_study.values())
    assert not match([record.model_copy(update={"patient_id": "R"})], STUDIES).by_study


@pytest.mark.parametrize("written", ["815", "815.0", "00815"])
def test_lost_zeros_are_a_likely_match_and_only_dangers_are_used(written: str) -> None:
    studies = [study("1", "0000815"), study("2", "0000816")]
    harmless = match([ClinicalInputs(patient_id=written, age=60)], studies)
    assert [(one.code, one.field, one.study_instance_uids) for one in harmless.refused] == [
        ("likely_match", "patient_id", ("1",))
    ]
    assert "815" not in harmless.refused[0].message
    assert not harmless.by_study
    found = match([ClinicalInputs(patient_id=written, age=60, infection=True)], studies)
    assert found.by_study == {"1": ClinicalInputs(patient_id=written, infection=True, refused=True)}


def test_any_accession_number_of_a_study_fits() -> None:
    several = StudyInfo(study_instance_uid="1", patient_id="P", accession_numbers=("A1", "A2"))
    for number in ("A1", "a2"):
        record = ClinicalInputs(patient_id="P", accession_number=number)
        assert match([record], [several]).by_study == {"1": record}


def test_a_record_that_fits_studies_of_two_patients_is_ambiguous_and_its_dangers_hold_for_both() -> None:
    studies = [study("1", "P", "A1"), study("2", "Q", "A1"), study("3", "R", "A2")]
    found = match([ClinicalInputs(accession_number="A1", age=60, infection=True)], studies)
    assert [one.code for one in found.refused] == ["ambiguous"]
    assert set(found.by_study) == {"1", "2"}
    assert all(facts.refused and facts.infection for facts in found.by_study.values())


def test_the_dates_of_neurology_and_laboratory_count_too() -> None:
    for name in ("neurology_date", "labs_date"):
        assert set(match([ClinicalInputs(patient_id="P", **{name: day("2026-01-02")})], STUDIES).by_study) == {"1.1"}


def test_equal_records_for_one_study_are_one() -> None:
    first = ClinicalInputs(patient_id="Q", infection=False)
    second = ClinicalInputs(accession_number="A3", infection=False)
    found = match([first, second], STUDIES)
    assert not found.refused
    assert found.by_study["1.3"].infection is False


def test_a_refused_record_still_matches_with_its_dangers() -> None:
    record = ClinicalInputs(study_instance_uid="1.1", infection=True, refused=True)
    assert match([record], STUDIES).by_study == {"1.1": record}


def test_a_refused_and_a_valid_record_are_not_the_same() -> None:
    valid = ClinicalInputs(study_instance_uid="1.1")
    refused = ClinicalInputs(study_instance_uid="1.1", refused=True)
    found = match([valid, refused], STUDIES)
    assert found.by_study["1.1"].refused
    assert len(found.refused) == 2


def test_order_does_not_matter() -> None:
    records = [ClinicalInputs(patient_id="Q"), ClinicalInputs(patient_id="P", exam_date=day("2026-01-02"))]
    assert match(records, STUDIES).by_study == match(records[::-1], STUDIES[::-1]).by_study


def test_ten_thousand_records_are_matched_quickly() -> None:
    studies = [study(f"1.{number}", f"P{number}", date="2026-01-10") for number in range(10_000)]
    records = [ClinicalInputs(patient_id=f"P{number}") for number in range(10_000)]
    assert len(match(records, studies).by_study) == 10_000


def test_the_default_window_is_the_policys() -> None:
    assert load_policy().facts.record_window_days == DEFAULT_WINDOW_DAYS
