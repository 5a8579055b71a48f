"""Reading canonical JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from vcfimg.clinical import ClinicalFile, ClinicalInputs, read_clinical
from vcfimg.errors import ClinicalInputError


def read(tmp_path: Path, content: Any) -> ClinicalFile:
    path = tmp_path / "clinical.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_clinical(path)


FULL: dict[str, Any] = {
    "patient_id": "P-1",
    "study_instance_uid": "1.2.3",
    "accession_number": "A-1",
    "age": 65,
    "sex": "F",
    "cancer": True,
    "cancer_history": None,
    "primaries": ["breast", "thyroid"],
    "histology_known": None,
    "first_metastasis": False,
    "latency_years": 2.5,
    "pain_vas": 8,
    "pain_vas_date": "2026-01-02",
    "pain_positional": True,
    "exam_levels": ["T12"],
    "exam_date": "2026-01-03",
    "exam_tenderness": True,
    "neurology_normal": True,
    "neurology_date": "2026-01-03",
    "labs_date": "2026-01-04",
    "biopsy_result": "malignant",
    "biopsy_level": "T12",
    "all_levels": {
        "escc": "0",
        "bone_quality": "lytic",
        "alignment": None,
        "posterolateral": None,
        "posterior_wall": None,
    },
    "other_levels": None,
    "clinical_cord_compression": False,
    "new_neurological_deficit": False,
    "overt_instability": None,
    "surgeon_stable": None,
    "infection": False,
    "coagulopathy_uncorrected": False,
    "cement_allergy": False,
    "pregnancy": False,
    "trauma": None,
    "primary_bone_tumour": None,
    "planned_levels": 2,
    "levels": {
        "T12": {
            "index": True,
            "surgeon_stable": None,
            "collapse": "under_half",
            "sins_reported": 9,
            "prior_rt_fractions": 10,
            "escc": "0",
            "bone_quality": "lytic",
            "alignment": "normal",
            "posterolateral": "none",
            "posterior_wall": "intact",
            "body_involved_over_half": None,
            "instrumented": None,
            "prior_rt_gy": 30,
            "fracture_age_weeks": 8,
            "retropulsion_mm": None,
            "canal_narrowing_percent": None,
            "stir_edema": True,
            "loss_percent": 48,
            "loss_uncertainty": 6,
        }
    },
}


@pytest.mark.parametrize("wrap", [lambda record: {"patients": [record]}, lambda record: [record]])
def test_reads_every_field(tmp_path: Path, wrap: Any) -> None:
    file = read(tmp_path, wrap(FULL))
    assert file.errors == ()
    (record,) = file.records
    found = record.model_dump(mode="json")
    assert found == {**FULL, "age": 65.0, "remarks": [], "unread": []}
    assert not record.refused


def test_absent_and_null_are_unknown(tmp_path: Path) -> None:
    nulls = dict.fromkeys(FULL)
    file = read(tmp_path, [{}, nulls, {"levels": {"T12": None}}])
    assert file.errors == ()
    assert file.records[0] == file.records[1] == ClinicalInputs()
    assert file.records[2].levels["T12"].escc is None


BAD_FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"age": "old"}, "age", 'must be a number (in years), got "old"'),
    ({"age": "65 months"}, "age", "must be a number (in years)"),
    ({"sex": "x"}, "sex", "must be one of 'F', 'M' or 'O', got \"x\""),
    ({"infecton": True}, "infecton", "did you mean infection?"),
    ({"levels": {"T12": {"posterolateal": "none"}}}, "levels.T12.posterolateal", "did you mean posterolateral?"),
    ({"escc": "2"}, "escc", "is not a known key here; did you mean escc?"),
    ({"levels": {"T12": {"loss_percent": 0.4}}}, "levels.T12.loss_percent", "is this a fraction?"),
    ({"age": True}, "age", "must be a number"),
    ({"age": -1}, "age", "must be at least 0"),
    ({"age": 131}, "age", "must be at most 130"),
    ({"age": [65]}, "age", "got a list"),
    ({"cancer": "perhaps"}, "cancer", 'must be true or false, got "perhaps"'),
    ({"cancer": 2}, "cancer", "must be true or false, got 2"),
    ({"primaries": {"breast": True}}, "primaries", "must be a list"),
    ({"primaries": ["breast", " "]}, "primaries", "must not be blank"),
    ({"primaries": ["breast", None]}, "primaries", "must be text, got null"),
    ({"primaries": ["a\u0000b"]}, "primaries", "unprintable"),
    ({"latency_years": -0.5}, "latency_years", "must be at least 0"),
    ({"pain_vas": 11}, "pain_vas", "must be at most 10, got 11"),
    ({"pain_vas": -1}, "pain_vas", "must be at least 0"),
    ({"pain_vas": "70/100"}, "pain_vas", "must be on the scale 0-10"),
    ({"pain_vas_date": "02.01.2026"}, "pain_vas_date", "YYYY-MM-DD"),
    ({"pain_vas_date": "2026-02-30"}, "pain_vas_date", "that exists"),
    ({"pain_vas_date": "20260102"}, "pain_vas_date", "YYYY-MM-DD"),
    ({"pain_vas_date": "2026-01-02T10:00:00"}, "pain_vas_date", "YYYY-MM-DD"),
    ({"exam_date": 1767312000}, "exam_date", "YYYY-MM-DD"),
    ({"exam_levels": ["T12", "L9"]}, "exam_levels", "must be a vertebral level"),
    ({"exam_levels": ["t14"]}, "exam_levels", "must be a vertebral level"),
    ({"exam_levels": {"T12": True}}, "exam_levels", "must be a list"),
    ({"planned_levels": 1.5}, "planned_levels", "whole number"),
    ({"planned_levels": True}, "planned_levels", "whole number"),
    ({"planned_levels": -1}, "planned_levels", "must be at least 0"),
    ({"patient_id": 17.5}, "patient_id", "must be text"),
    ({"accession_number": "a" * 300}, "accession_number", "too long"),
    ({"levels": ["T12"]}, "levels", "must be an object"),
    ({"levels": {"L9": {}}}, "levels.L9", "must be a vertebral level"),
    ({"levels": {"T12": 3}}, "levels.T12", "must be an object"),
    ({"levels": {"T12": {"stir_edema": "perhaps"}}}, "levels.T12.stir_edema", "must be true or false"),
    ({"levels": {"T12": {"bone_quality": "sclerotic"}}}, "levels.T12.bone_quality", "must be one of"),
    ({"levels": {"T12": {"loss_percent": 101}}}, "levels.T12.loss_percent", "must be at most 100"),
    ({"levels": {"T12": {"canal_narrowing_percent": 120}}}, "levels.T12.canal_narrowing_percent", "at most 100"),
    ({"levels": {"T12": {"retropulsion_mm": -1}}}, "levels.T12.retropulsion_mm", "at least 0"),
    ({"levels": {"T12": {"prior_rt_gy": "30 cGy"}}}, "levels.T12.prior_rt_gy", "must be a number"),
]


@pytest.mark.parametrize(("bad", "field", "message"), BAD_FIELDS, ids=lambda value: str(value)[:40])
def test_a_bad_field_refuses_the_record_and_is_named(
    tmp_path: Path, bad: dict[str, Any], field: str, message: str
) -> None:
    file = read(tmp_path, {"patients": [{"accession_number": "A-9", **bad}, {"patient_id": "P-2", "age": 50}]})
    (error,) = file.errors
    assert (error.file, error.field) == ("clinical.json", field)
    assert message in error.message
    if field != "accession_number":
        assert error.patient == "A-9"
    assert file.records[0].refused
    assert file.records[1] == ClinicalInputs(patient_id="P-2", age=50)


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_numbers_must_be_finite(tmp_path: Path, literal: str) -> None:
    file = read(tmp_path, f'[{{"patient_id": "P", "latency_years": {literal}}}, {{"patient_id": "Q"}}]')
    (error,) = file.errors
    assert (error.patient, error.field) == ("P", "latency_years")
    assert "finite" in error.message
    assert not file.records[1].refused


def test_every_bad_field_is_named(tmp_path: Path) -> None:
    record = {"patient_id": "P", "age": "old", "pain_vas": 11, "levels": {"L9": {}, "T12": {"escc": 7, "x": 1}}}
    file = read(tmp_path, [record])
    fields = {error.field for error in file.errors}
    assert fields == {"age", "pain_vas", "levels.L9", "levels.T12.escc"}
    assert [(one.patient, one.field) for one in file.unread] == [("P", "levels.T12.x")]
    assert {error.patient for error in file.errors} == {"P"}


def test_repeated_keys_refuse_the_record(tmp_path: Path) -> None:
    text = """[{"patient_id": "P", "infection": true, "infection": false,
                "levels": {"T12": {"escc": "3", "escc": "0"}, "L1": {"index": true}, "L1": {}}}]"""
    file = read(tmp_path, text)
    assert [(error.field, error.message) for error in file.errors] == [
        ("infection", "occurs twice"),
        ("levels.L1", "occurs twice"),
        ("levels.T12.escc", "occurs twice"),
    ]
    (record,) = file.records
    assert record.refused
    assert record.infection is True
    assert record.levels["T12"].escc == "3"


def test_a_record_without_identifier_is_named_by_position(tmp_path: Path) -> None:
    (error,) = read(tmp_path, [{}, {"age": "x"}]).errors
    assert error.patient is None
    assert error.message.startswith("record 2: ")


def test_a_record_that_is_no_object(tmp_path: Path) -> None:
    file = read(tmp_path, [7, None, {"patient_id": "P"}])
    assert [error.field for error in file.errors] == ["record", "record"]
    assert [record.refused for record in file.records] == [True, True, False]


def test_an_identifier_is_never_repeated_in_the_message(tmp_path: Path) -> None:
    (error,) = read(tmp_path, [{"patient_id": 4711.25}]).errors
    assert "4711" not in error.message


def test_a_key_beside_patients_is_reported_and_records_go_on(tmp_path: Path) -> None:
    file = read(tmp_path, {"patients": [{"patient_id": "P"}], "hospital": "x"})
    assert file.errors == ()
    assert [(one.patient, one.field) for one in file.unread] == [(None, "hospital")]
    assert not file.records[0].refused


def test_a_danger_beside_patients_is_an_error_since_nobody_knows_whose_it_is(tmp_path: Path) -> None:
    (error,) = read(tmp_path, {"patients": [{"patient_id": "P"}], "cauda_syndrome": "yes"}).errors
    assert (error.patient, error.field) == (None, "cauda_syndrome")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "malformed_json"),
        ("[{'a': 1}]", "malformed_json"),
        ("[" * 100_000, "malformed_json"),
        ("{}", "no_patients"),
        ('{"patients": {}}', "no_patients"),
        ('{"patients": [], "patients": []}', "no_patients"),
        ('"patients"', "no_patients"),
        ("null", "no_patients"),
        ("", "malformed_json"),
    ],
)
def test_a_malformed_file_is_named(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(ClinicalInputError, match=r"^clinical\.json: ") as error:
        read(tmp_path, text)
    assert (error.value.code, error.value.file) == (code, "clinical.json")


def test_a_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "clinical.json"
    for encoding in ("utf-8-sig", "utf-16"):
        path.write_bytes('[{"patient_id": "Müller"}]'.encode(encoding))
        assert read_clinical(path).records[0].patient_id == "Müller"


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinical.json"
    path.write_bytes('[{"patient_id": "Müller"}]'.encode("latin-1"))
    with pytest.raises(ClinicalInputError) as error:
        read_clinical(path)
    assert error.value.code == "not_utf8"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClinicalInputError) as error:
        read_clinical(tmp_path / "nothing.json")
    assert (error.value.code, error.value.file) == ("unreadable_file", "nothing.json")


def test_a_lone_surrogate_refuses_the_record(tmp_path: Path) -> None:
    file = read(tmp_path, '[{"patient_id": "\\ud800"}, {"sex": "\\udfff"}, {"\\ud800": 1}]')
    assert [error.field for error in file.errors] == ["patient_id", "sex"]
    assert [one.field for one in file.unread] == ["\\ud800"]


def test_the_hash_is_of_the_bytes(tmp_path: Path) -> None:
    first, second = read(tmp_path, "[]"), read(tmp_path, "[ ]")
    assert first.sha256 != second.sha256
    assert len(first.sha256) == 64


def test_a_lone_surrogate_as_level_refuses_the_record(tmp_path: Path) -> None:
    file = read(tmp_path, '[{"patient_id": "P", "infection": true, "levels": {"\\ud800": {"escc": "3"}}}]')
    assert [error.patient for error in file.errors] == ["P"]
    assert file.records[0] == ClinicalInputs(patient_id="P", infection=True, refused=True)
