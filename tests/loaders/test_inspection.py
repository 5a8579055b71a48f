import json
from pathlib import Path

from tests.loaders.mr_files import AXIAL, write_series
from vcfimg.loaders import inspect_study, scan


def test_study_is_plain_json(tmp_path: Path) -> None:
    write_series(tmp_path, "stir")
    write_series(tmp_path, "t2", orientation=AXIAL)
    (study,) = scan(tmp_path).studies
    found = json.loads(json.dumps(inspect_study(study)))
    assert found["failure"] is None
    by_role = {series["role"]: series for series in found["series"]}
    assert by_role["stir"]["used"] is True
    assert by_role["stir"]["header"]["inversion_time_ms"] == 160
    assert by_role["t2"]["used"] is False
    assert by_role["t2"]["header"]["inversion_time_ms"] is None


def test_stopped_study_is_shown_with_its_failure(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", PatientID="P2")
    (study,) = scan(tmp_path).studies
    found = inspect_study(study)
    assert found["failure"]["code"] == "mixed_patients"
    assert [series["used"] for series in found["series"]] == [False, False]
    assert sorted(series["role"] for series in found["series"]) == ["t1", "t2"]


def test_no_patient_data(tmp_path: Path) -> None:
    write_series(tmp_path)
    (study,) = scan(tmp_path).studies
    text = json.dumps(inspect_study(study))
    assert not any(secret in text for secret in ("Doe", "19500101", '"P1"'))


def test_study_without_a_sound_series_is_shown_with_the_fault(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", ImagePositionPatient=None)
    (study,) = scan(tmp_path).studies
    assert inspect_study(study)["failure"]["code"] == "missing_geometry"
