"""However a danger is written, in whatever format: it ranks a patient at least as high as its canonical form."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.clinical.writers import as_fhir, condition, observation
from tests.recommendation.level_cases import AS_OF
from vcfimg.clinical import ClinicalInputs, read_clinical
from vcfimg.clinical.inputs import LevelInputs
from vcfimg.policy import load_policy
from vcfimg.recommendation import recommend
from vcfimg.recommendation.advice.priority import CLASS_ORDER
from vcfimg.recommendation.recommendation import Priority

SCT = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
PATIENT: dict[str, Any] = {
    "patient_id": "W1",
    "age": 70,
    "sex": "F",
    "cancer": True,
    "pain_vas": 7,
    "pain_positional": True,
    "exam_levels": ["L2"],
    "clinical_cord_compression": False,
    "new_neurological_deficit": False,
    "infection": False,
    "coagulopathy_uncorrected": False,
}
LEVEL: dict[str, Any] = {
    "loss_percent": 40,
    "stir_edema": True,
    "bone_quality": "lytic",
    "escc": "0",
    "alignment": "normal",
    "posterolateral": "none",
}
YES: tuple[Any, ...] = (
    True,
    1,
    "true",
    "TRUE",
    "yes",
    "Yes ",
    "ja",
    "WAHR",
    "1",
    "positiv",
    "present",
    "yes (MRI)",
)
NO: tuple[Any, ...] = (False, 0, "false", "no", "nein", "FALSCH", "0")
FLAGS = (
    *("clinical_cord_compression", "new_neurological_deficit", "overt_instability", "infection"),
    *("coagulopathy_uncorrected", "cement_allergy", "pregnancy"),
)
WRITINGS: list[tuple[str, Any, Any]] = [
    *((name, True, value) for name in FLAGS for value in YES),
    *(("neurology_normal", False, value) for value in NO),
    *(("surgeon_stable", False, value) for value in NO),
    *(("levels.L2.escc", "2", value) for value in ("2", 2, 2.0, "grade 2", "Bilsky 2", "ESCC 2", "3", 3)),
    *(("levels.L2.escc", "1c", value) for value in ("1c", "1C", " 1c", 1, "1", "Bilsky 1c")),
    *(("levels.L2.alignment", "translation", value) for value in ("translation", "Translation", "TRANSLATION ")),
    *(("levels.L2.surgeon_stable", False, value) for value in NO),
]
"""Field, its canonical danger, and another way of writing it."""
UNREADABLE = ("evtl.", "x", "see letter", 7, ["a"], {"a": 1}, "yes?")


def ranked(path: Path) -> Priority:
    """The most pressing priority of a file: a record that is refused keeps its dangers."""
    read = read_clinical(path, as_of=AS_OF)
    found = [recommend(None, record, load_policy(), AS_OF).priority for record in read.records]
    assert found, read.errors
    return max(found, key=_key)


def _key(priority: Priority) -> tuple[int, float]:
    return -CLASS_ORDER.index(priority.class_), priority.score


def json_file(folder: Path, field: str, value: Any) -> Path:
    patient = {**PATIENT, "levels": {"L2": dict(LEVEL)}}
    where = patient["levels"]["L2"] if "." in field else patient
    where[field.rpartition(".")[2]] = value
    path = folder / "record.json"
    path.write_text(json.dumps({"patients": [patient]}), encoding="utf-8")
    return path


def csv_file(folder: Path, field: str, value: Any) -> Path:
    patient = {name: cell(one) for name, one in PATIENT.items()}
    level = {"level": "L2", **{name: cell(one) for name, one in LEVEL.items()}}
    at_level = "." in field
    (level if at_level else patient)[field.rpartition(".")[2]] = cell(value)
    columns = list(dict.fromkeys((*patient, *level)))
    path = folder / "record.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, delimiter=";")
        writer.writeheader()
        writer.writerow(patient)
        writer.writerow({"patient_id": PATIENT["patient_id"], **level})
    return path


def cell(value: Any) -> str:
    return ";".join(value) if isinstance(value, list) else str(value)


def fhir_file(folder: Path, *resources: dict[str, Any], without: str = "") -> Path:
    facts = {name: value for name, value in PATIENT.items() if name != without}
    facts["exam_levels"] = tuple(facts["exam_levels"])
    bundle = as_fhir([ClinicalInputs(**facts, levels={"L2": LevelInputs(**LEVEL)})])
    bundle["entry"] += [{"resource": one} for one in resources]
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    return path


@pytest.mark.parametrize(("field", "canonical", "written"), WRITINGS)
def test_a_danger_ranks_as_high_however_it_is_written(tmp_path: Path, field: str, canonical: Any, written: Any) -> None:
    least = ranked(json_file(tmp_path, field, canonical))
    assert least.class_ != "routine"
    assert _key(ranked(json_file(tmp_path, field, written))) >= _key(least)
    assert _key(ranked(csv_file(tmp_path, field, written))) >= _key(least)


@pytest.mark.parametrize("field", [*FLAGS, "neurology_normal", "levels.L2.escc"])
@pytest.mark.parametrize("written", UNREADABLE, ids=str)
def test_a_danger_nobody_can_read_is_looked_at(tmp_path: Path, field: str, written: Any) -> None:
    least = "soon" if field in ("coagulopathy_uncorrected", "cement_allergy", "pregnancy") else "urgent"
    assert CLASS_ORDER.index(ranked(json_file(tmp_path, field, written)).class_) <= CLASS_ORDER.index(least)
    assert ranked(json_file(tmp_path, field, written)).score >= 70
    if isinstance(written, str):
        assert CLASS_ORDER.index(ranked(csv_file(tmp_path, field, written)).class_) <= CLASS_ORDER.index(least)


@pytest.mark.parametrize(
    ("field", "system", "code"),
    [
        ("clinical_cord_compression", ICD, "G95.20"),
        ("clinical_cord_compression", ICD, "G83.4"),
        ("clinical_cord_compression", SCT, "71286001"),
        ("clinical_cord_compression", SCT, "192970008"),
        ("new_neurological_deficit", ICD, "G82.20"),
        ("new_neurological_deficit", SCT, "60389000"),
        ("infection", ICD, "M46.46"),
        ("infection", ICD, "A41.9"),
        ("infection", SCT, "60168000"),
        ("coagulopathy_uncorrected", ICD, "D65"),
        ("pregnancy", ICD, "Z33.1"),
    ],
)
def test_a_coded_danger_ranks_as_high_as_a_recorded_one(tmp_path: Path, field: str, system: str, code: str) -> None:
    least = ranked(json_file(tmp_path, field, True))
    coded = condition(code, system=system, recordedDate="2026-11-20")
    assert _key(ranked(fhir_file(tmp_path, coded, without=field))) >= _key(least)
    assert _key(ranked(fhir_file(tmp_path, coded))) >= _key(least), "against a recorded no"
    assert _key(ranked(fhir_file(tmp_path, observation(field, True), without=field))) >= _key(least)
