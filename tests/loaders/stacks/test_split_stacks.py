from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import AXIAL, CORONAL, SAGITTAL, uid, write_series
from vcfimg.loaders import scan
from vcfimg.loaders.study import Series


def stacks(folder: Path) -> tuple[Series, ...]:
    (study,) = scan(folder).studies
    return study.series


def same_series(folder: Path, *variants: dict[str, Any]) -> tuple[Series, ...]:
    """Write several stacks under one SeriesInstanceUID."""
    for number, variant in enumerate(variants):
        write_series(folder, name=f"part{number}", SeriesInstanceUID=uid("one series"), **variant)
    return stacks(folder)


def test_one_stack_has_no_stack_name(tmp_path: Path) -> None:
    write_series(tmp_path)
    (series,) = stacks(tmp_path)
    assert series.stack is None
    assert series.key == series.series_instance_uid


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ({"EchoTime": 12}, {"EchoTime": 90}, {"te12", "te90"}),
        ({"contrast": "stir", "InversionTime": 150}, {"contrast": "stir", "InversionTime": 2500}, {"ti150", "ti2500"}),
        (
            {"ImageType": ["DERIVED", "PRIMARY", "DIXON", "W"]},
            {"ImageType": ["DERIVED", "PRIMARY", "DIXON", "F"]},
            {"w", "f"},
        ),
        (
            {"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"]},
            {"ImageType": ["ORIGINAL", "PRIMARY", "M", "DIS2D"]},
            {"nd", "dis2d"},
        ),
        (
            {"ImageType": ["ORIGINAL", "PRIMARY", "R_IR"]},
            {"ImageType": ["ORIGINAL", "PRIMARY", "M_IR"]},
            {"r-ir", "m-ir"},
        ),
        ({"orientation": SAGITTAL}, {"orientation": AXIAL}, {"sag", "ax"}),
        ({"AcquisitionNumber": 1}, {"AcquisitionNumber": 2}, {"pass1", "pass2"}),
        ({"TemporalPositionIdentifier": 1}, {"TemporalPositionIdentifier": 2}, {"pass1", "pass2"}),
    ],
)
def test_stacks_of_one_series_are_told_apart(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], names: set[str]
) -> None:
    found = same_series(tmp_path, first, second)
    assert {series.stack for series in found} == names
    assert all(len(series.frames) == 5 for series in found)


def test_localiser_planes_are_three_stacks(tmp_path: Path) -> None:
    found = same_series(tmp_path, *({"orientation": plane, "slices": 3} for plane in (SAGITTAL, AXIAL, CORONAL)))
    assert {series.plane for series in found} == {"sagittal", "axial", "coronal"}
    assert all(series.role == "localizer" for series in found)


def test_parallel_planes_that_differ_in_tilt_are_numbered(tmp_path: Path) -> None:
    tilted = (0.0, 0.9962, 0.0872, 0.0, 0.0872, -0.9962)
    found = same_series(tmp_path, {}, {"orientation": tilted}, {"orientation": (0.0, 0.98, 0.199, 0.0, 0.199, -0.98)})
    # rotation within the sagittal plane: three sagittal stacks
    assert [series.stack for series in found] == ["sag-1", "sag-2", "sag-3"]


def test_rounding_of_cosines_does_not_split(tmp_path: Path) -> None:
    def jitter(dataset: Dataset, number: int) -> None:
        dataset.ImageOrientationPatient = [0, 1, 1e-4 * number, 0, 1e-4 * number, -1]

    write_series(tmp_path, change=jitter)
    assert len(stacks(tmp_path)) == 1


def test_rounding_of_echo_time_does_not_split(tmp_path: Path) -> None:
    def jitter(dataset: Dataset, number: int) -> None:
        dataset.EchoTime = 100 + 0.01 * number

    write_series(tmp_path, change=jitter)
    assert len(stacks(tmp_path)) == 1


def test_interleaved_packages_stay_one_stack(tmp_path: Path) -> None:
    def package(dataset: Dataset, number: int) -> None:
        dataset.AcquisitionNumber = 1 + number % 2

    write_series(tmp_path, slices=8, change=package)
    (series,) = stacks(tmp_path)
    assert len(series.frames) == 8


def test_positions_repeated_without_any_difference_stay_together(tmp_path: Path) -> None:
    found = same_series(tmp_path, {}, {})
    assert [len(series.frames) for series in found] == [10]


def test_frames_are_ordered_by_position_whatever_the_instance_numbers(tmp_path: Path) -> None:
    def shuffle(dataset: Dataset, number: int) -> None:
        dataset.InstanceNumber = (number * 3) % 5

    write_series(tmp_path, change=shuffle)
    (series,) = stacks(tmp_path)
    xs = [frame.position[0] for frame in series.frames if frame.position]
    assert xs in (sorted(xs), sorted(xs, reverse=True))


def test_mixed_frame_of_reference_are_a_problem_of_the_stack(tmp_path: Path) -> None:
    def other(dataset: Dataset, number: int) -> None:
        if number == 2:
            dataset.FrameOfReferenceUID = uid("elsewhere")

    write_series(tmp_path, change=other)
    (series,) = stacks(tmp_path)
    assert [note.code for note in series.problems] == ["mixed_frame_of_reference"]


@pytest.mark.parametrize("bad", [None, [0, 1, 0, 0, 1, 0], [1, 0, 0], [9, 9, 9, 9, 9, 9]])
def test_impossible_orientation_is_missing_geometry(tmp_path: Path, bad: list[float] | None) -> None:
    def spoil(dataset: Dataset, number: int) -> None:
        if bad is None:
            del dataset.ImageOrientationPatient
        else:
            dataset.ImageOrientationPatient = bad

    write_series(tmp_path, change=spoil)
    (series,) = stacks(tmp_path)
    assert series.plane is None
    assert [note.code for note in series.problems] == ["missing_geometry"]


def test_stack_names_do_not_depend_on_file_names(tmp_path: Path) -> None:
    first = same_series(tmp_path / "a", {"EchoTime": 12}, {"EchoTime": 90})
    for number, path in enumerate(sorted((tmp_path / "a").rglob("0*"), reverse=True)):
        (tmp_path / "b").mkdir(exist_ok=True)
        (tmp_path / "b" / f"x{number}").write_bytes(path.read_bytes())
    second = stacks(tmp_path / "b")
    assert [(s.key, [f.position for f in s.frames]) for s in first] == [
        (s.key, [f.position for f in s.frames]) for s in second
    ]


@pytest.mark.filterwarnings("ignore:Invalid value for VR CS")
def test_hostile_image_type_gives_a_harmless_name(tmp_path: Path) -> None:
    found = same_series(
        tmp_path, {"ImageType": ["ORIGINAL", "PRIMARY", "../../ETC"]}, {"ImageType": ["ORIGINAL", "PRIMARY", "M"]}
    )
    assert all(set(series.stack or "") <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for series in found)
