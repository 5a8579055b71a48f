import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import AXIAL, SAGITTAL, uid, write_series
from vcfimg.errors import LoadError
from vcfimg.loaders import scan
from vcfimg.loaders.study import Study


def only_study(folder: Path) -> Study:
    (study,) = scan(folder).studies
    return study


def codes(study: Study) -> list[str]:
    return [note.code for note in study.problems]


def test_studies_are_split_by_uid_although_everything_else_agrees(tmp_path: Path) -> None:
    for number in range(2):
        write_series(tmp_path / str(number), StudyInstanceUID=uid("study", number))
    assert len(scan(tmp_path).studies) == 2


def test_lying_series_numbers_and_descriptions_do_not_split_or_join(tmp_path: Path) -> None:
    def lie(dataset: Dataset, number: int) -> None:
        dataset.SeriesNumber = number
        dataset.SeriesDescription = f"series {number}"
        dataset.InstanceNumber = 1

    write_series(tmp_path, "t1", change=lie)
    write_series(tmp_path, "t2", SeriesNumber=1, SeriesDescription="series 1")
    assert [len(series.frames) for series in only_study(tmp_path).series] == [5, 5]


def test_study_facts(tmp_path: Path) -> None:
    write_series(tmp_path)
    study = only_study(tmp_path)
    assert (study.patient_id, study.accession_number, study.study_date) == ("P1", "A1", "2026-01-02")
    assert study.accession_numbers == ()


def test_all_accession_numbers_of_a_study_are_kept(tmp_path: Path) -> None:
    write_series(tmp_path, "t1", AccessionNumber="A2")
    write_series(tmp_path, "t2", AccessionNumber="A1")
    study = only_study(tmp_path)
    assert (study.accession_number, study.accession_numbers) == (None, ("A1", "A2"))


def test_description_of_a_study_that_has_two_does_not_depend_on_the_order_of_a_set(tmp_path: Path) -> None:
    def describe(dataset: Dataset, number: int) -> None:
        dataset.StudyDescription = f"MR {'CLTS'[number % 4]}SPINE"

    write_series(tmp_path, slices=12, change=describe)
    script = "import sys; from vcfimg.loaders import scan; print(scan(sys.argv[1]).studies[0].study_description)"
    said = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in range(4)
    }
    assert said == {"MR CSPINE"}


@pytest.mark.parametrize("date", ["", "20261399", "yesterday", "2026-01-02"])
def test_impossible_date_is_unknown(tmp_path: Path, date: str) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_series(tmp_path, StudyDate=date)
    assert only_study(tmp_path).study_date is None


@pytest.mark.parametrize(
    "other",
    [
        {"PatientID": "P2"},
        {"PatientBirthDate": "19600101"},
        {"PatientID": "P2", "PatientName": "Roe^Richard", "PatientBirthDate": "19600101"},
    ],
)
def test_two_patients_stop_the_study(tmp_path: Path, other: dict[str, Any]) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", **other)
    study = only_study(tmp_path)
    assert codes(study) == ["mixed_patients"]
    with pytest.raises(LoadError) as caught:
        study.check()
    assert caught.value.code == "mixed_patients"
    assert "P2" not in caught.value.message


@pytest.mark.filterwarnings("ignore:Invalid value for VR DA")
def test_one_birth_date_written_in_two_ways_is_one_patient(tmp_path: Path) -> None:
    write_series(tmp_path, "t1", PatientBirthDate="19430717")
    write_series(tmp_path, "t2", PatientBirthDate="1943.07.17")
    write_series(tmp_path, "stir", PatientBirthDate="1943-07-17")
    assert codes(only_study(tmp_path)) == []


def test_two_names_without_ids_stop_the_study(tmp_path: Path) -> None:
    nobody: dict[str, Any] = {"PatientID": None, "PatientBirthDate": None}
    write_series(tmp_path, "t1", **nobody)
    write_series(tmp_path, "t2", PatientName="Roe^Richard", **nobody)
    assert codes(only_study(tmp_path)) == ["mixed_patients"]


@pytest.mark.parametrize(
    "other",
    [
        {"PatientID": None},
        {"PatientID": " p1 "},
        {"PatientName": "DOE^J"},
        {"PatientBirthDate": None},
        {"PatientName": None},
    ],
)
def test_missing_or_differently_written_facts_are_one_patient(tmp_path: Path, other: dict[str, Any]) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", **other)
    assert codes(only_study(tmp_path)) == []


def test_two_frames_inside_one_series_stop_the_study(tmp_path: Path) -> None:
    def move(dataset: Dataset, number: int) -> None:
        if number > 2:
            dataset.FrameOfReferenceUID = uid("elsewhere")

    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", change=move)
    assert codes(only_study(tmp_path)) == ["mixed_frame_of_reference"]


def test_two_frames_inside_a_localiser_do_not_stop_the_study(tmp_path: Path) -> None:
    def move(dataset: Dataset, number: int) -> None:
        if number > 2:
            dataset.FrameOfReferenceUID = uid("elsewhere")

    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", SeriesDescription="localizer", change=move)
    assert codes(only_study(tmp_path)) == []


def test_two_frames_inside_an_axial_series_do_not_stop_the_study(tmp_path: Path) -> None:
    def move(dataset: Dataset, number: int) -> None:
        if number > 2:
            dataset.FrameOfReferenceUID = uid("elsewhere")

    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", orientation=AXIAL, change=move)
    assert codes(only_study(tmp_path)) == []


def test_series_in_different_frames_do_not_stop_the_study(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", FrameOfReferenceUID=uid("elsewhere"))
    assert codes(only_study(tmp_path)) == []


def test_two_sagittal_stacks_of_one_series_in_different_frames_stop_the_study(tmp_path: Path) -> None:
    for number, echo in enumerate((60, 110)):
        write_series(
            tmp_path,
            name=f"part{number}",
            SeriesInstanceUID=uid("one"),
            EchoTime=echo,
            FrameOfReferenceUID=uid("frame", number),
            orientation=SAGITTAL,
        )
    assert codes(only_study(tmp_path)) == ["mixed_frame_of_reference"]
