import json
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import AXIAL, COLUMNS, ROWS, write_series
from vcfimg.errors import LoadError
from vcfimg.loaders import inspect_study, read_volume, scan
from vcfimg.policy import load_policy


def test_study_is_plain_json(tmp_path: Path) -> None:
    write_series(tmp_path, "stir")
    write_series(tmp_path, "t2", orientation=AXIAL)
    (study,) = scan(tmp_path).studies
    found = json.loads(json.dumps(inspect_study(study, policy=load_policy())))
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
    found = inspect_study(study, policy=load_policy())
    assert found["failure"]["code"] == "mixed_patients"
    assert [series["used"] for series in found["series"]] == [False, False]
    assert sorted(series["role"] for series in found["series"]) == ["t1", "t2"]


@pytest.mark.parametrize(
    "code", ["missing_slice", "non_uniform_spacing", "mixed_size", "mixed_spacing", "sheared_stack"]
)
def test_what_reading_refuses_is_not_said_to_be_used(tmp_path: Path, code: str) -> None:
    def spoil(dataset: Dataset, number: int) -> None:
        x, y, z = dataset.ImagePositionPatient
        if code == "missing_slice":
            dataset.ImagePositionPatient = [x + (5 if number > 2 else 0), y, z]
        elif code == "non_uniform_spacing":
            dataset.ImagePositionPatient = [x + number**2 / 5, y, z]
        elif code == "sheared_stack":
            dataset.ImagePositionPatient = [x, y, z + number]
        elif number == 3 and code == "mixed_size":
            dataset.Rows, dataset.PixelData = ROWS - 1, bytes(2 * (ROWS - 1) * COLUMNS)
        elif number == 3:
            dataset.PixelSpacing = [9, 8]

    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", change=spoil)
    (study,) = scan(tmp_path).studies
    found = inspect_study(study, policy=load_policy())["series"]
    assert {entry["role"]: entry["code"] for entry in found} == {"t1": None, "t2": code}
    damaged = next(series for series in study.series if series.role == "t2")
    with pytest.raises(LoadError) as caught:
        read_volume(damaged, policy=load_policy())
    assert caught.value.code == code


def test_no_patient_data(tmp_path: Path) -> None:
    write_series(tmp_path)
    (study,) = scan(tmp_path).studies
    text = json.dumps(inspect_study(study, policy=load_policy()))
    assert not any(secret in text for secret in ("Doe", "19500101", '"P1"'))


def test_study_without_a_sound_series_is_shown_with_the_fault(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", ImagePositionPatient=None)
    (study,) = scan(tmp_path).studies
    assert inspect_study(study, policy=load_policy())["failure"]["code"] == "missing_geometry"
