"""Clinical records assigned to the studies of a run."""

import datetime
import json
from pathlib import Path
from typing import Any

from pipelines.batch.assigned_records import AssignedRecords, assign_records
from vcfimg.loaders.study_info import StudyInfo

STUDY = StudyInfo(study_instance_uid="1.2", patient_id="0815")


def assigned(file: Path) -> AssignedRecords:
    return assign_records(file, None, [STUDY], window_days=60, as_of=datetime.date(2026, 1, 10))


def write(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_what_is_not_used_is_kept_and_fails_nothing(tmp_path: Path) -> None:
    found = assigned(write(tmp_path / "c.json", [{"patient_id": "0815", "vas": 8}]))
    assert [one.field for one in found.unread] == ["vas"]
    assert (found.failed, found.problems) == (False, ())


def test_lost_zeros_are_a_failure_that_names_the_field(tmp_path: Path) -> None:
    found = assigned(write(tmp_path / "c.json", [{"patient_id": 815, "infection": "ja"}]))
    assert found.failed
    assert [(error.field, error.code) for error in found.errors] == [("patient_id", "clinical_record_refused")]
    assert found.clinical["1.2"].infection is True
    assert found.dangers_only == {"1.2"}


def test_a_danger_that_could_be_anybodys_comes_first(tmp_path: Path) -> None:
    people = [{"resourceType": "Patient", "id": str(number), "birthDate": "x"} for number in range(21)]
    danger = {
        "resourceType": "Condition",
        "subject": {"reference": "Patient/nobody"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "71286001"}]},
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in (*people, danger)],
    }
    found = assigned(write(tmp_path / "bundle.json", bundle))
    assert found.problems[0].code == "danger_unassigned"
    assert {problem.code for problem in found.problems[1:]} >= {"clinical_record_refused"}
