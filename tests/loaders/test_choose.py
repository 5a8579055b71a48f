from pathlib import Path
from typing import Any

import pytest

from tests.loaders.mr_files import AXIAL, COLUMNS, CORONAL, uid, write_series
from vcfimg.base import Note
from vcfimg.errors import LoadError
from vcfimg.loaders import Choice, choose_series, scan
from vcfimg.loaders.study_info import SeriesInfo
from vcfimg.policy import load_policy


def choose(folder: Path, **options: Any) -> Choice:
    (study,) = scan(folder).studies
    return choose_series(study, policy=load_policy(), **options)


def used(choice: Choice) -> list[tuple[str, int]]:
    return [(series.role, series.station) for series in choice.used]


def info(choice: Choice, folder_name: str) -> SeriesInfo:
    wanted = uid(uid("study"), "series", folder_name)
    (found,) = (item for item in choice.series if item.series_instance_uid == wanted)
    return found


def test_sagittal_t1_t2_and_stir_are_used(tmp_path: Path) -> None:
    for contrast in ("stir", "t2", "t1"):
        write_series(tmp_path, contrast)
    choice = choose(tmp_path)
    assert used(choice) == [("t1", 0), ("t2", 0), ("stir", 0)]
    assert info(choice, "t1").used_for == ("heights", "t1")
    assert info(choice, "t2").used_for == ("heights",)
    assert info(choice, "stir").used_for == ("heights", "edema")
    assert choice.warnings == ()


@pytest.mark.parametrize(("orientation", "plane"), [(AXIAL, "axial"), (CORONAL, "coronal")])
def test_other_planes_are_refused_in_words(tmp_path: Path, orientation: tuple[float, ...], plane: str) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", orientation=orientation)
    refused = info(choose(tmp_path), "t2")
    assert not refused.used
    assert refused.code == f"plane_{plane}"
    assert refused.reason.startswith(plane.capitalize())


def test_every_stack_has_a_reason(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", orientation=AXIAL)
    write_series(tmp_path, "t2", name="unknown", SeriesDescription="x", RepetitionTime=None, EchoTime=None)
    write_series(tmp_path, "t2", name="few", slices=2)
    choice = choose(tmp_path)
    assert len(choice.series) == 4
    assert all(item.reason.endswith(".") for item in choice.series)
    assert all((item.code is None) == item.used for item in choice.series)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"BodyPartExamined": "KNEE"}, "not_spine"),
        ({"slices": 2}, "too_few_slices"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "PHASE MAP"]}, "phase_image"),
        ({"ScanningSequence": "GR"}, "gradient_echo"),
        ({"InversionTime": 2500, "ScanningSequence": "IR"}, "flair"),
        ({"SeriesDescription": "localizer"}, "localizer"),
        ({"EchoTime": 20, "SeriesDescription": "pd"}, "proton_density"),
        ({"PixelSpacing": None}, "missing_geometry"),
        ({"PixelSpacing": ["1e200", "1e200"]}, "missing_geometry"),
        ({"PixelSpacing": [0.01, 0.01]}, "missing_geometry"),
        ({"ImagePositionPatient": ["1e308", "-1e308", "1e308"]}, "missing_geometry"),
        ({"ImagePositionPatient": None}, "missing_geometry"),
        ({"orientation": (0.6428, 0.766, 0.0, 0.0, 0.0, -1.0)}, "too_oblique"),
        (
            {
                "SeriesDescription": "t2 dixon W",
                "RepetitionTime": 600,
                "EchoTime": 12,
                "ImageType": ["DERIVED", "PRIMARY", "W"],
            },
            "water_not_t2",
        ),
    ],
)
def test_refusals_by_code(tmp_path: Path, changes: dict[str, Any], code: str) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", **changes)
    choice = choose(tmp_path)
    assert info(choice, "t2").code == code
    assert used(choice) == [("t1", 0)]


def test_missing_body_part_is_not_refused(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", BodyPartExamined=None)
    assert used(choose(tmp_path)) == [("t2", 0)]


def test_study_without_sagittal_spine_series_uses_nothing(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", BodyPartExamined="BRAIN")
    choice = choose(tmp_path)
    assert choice.used == ()
    assert [item.code for item in choice.series] == ["not_spine"]


def test_contrast_enhanced_t1_is_never_used(tmp_path: Path) -> None:
    write_series(tmp_path, "t1", ContrastBolusAgent="Gadovist")
    write_series(tmp_path, "t2")
    choice = choose(tmp_path)
    assert used(choice) == [("t2", 0)]
    assert info(choice, "t1").role == "t1_post"
    assert info(choice, "t1").code == "contrast_agent"


def test_fat_saturated_t2_stands_in_for_a_missing_stir(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2_fs")
    choice = choose(tmp_path)
    assert used(choice) == [("t1", 0), ("t2_fs", 0)]
    assert info(choice, "t2_fs").used_for == ("heights", "edema")
    assert "weaker evidence" in info(choice, "t2_fs").reason


def test_stir_is_preferred_to_its_substitutes(tmp_path: Path) -> None:
    write_series(tmp_path, "t2_fs")
    write_series(tmp_path, "stir")
    choice = choose(tmp_path)
    assert used(choice) == [("stir", 0)]
    assert "better contrast" in info(choice, "t2_fs").reason


@pytest.mark.parametrize(
    ("better", "worse", "words"),
    [
        (
            {"ImageType": ["ORIGINAL", "PRIMARY", "M", "DIS2D"]},
            {"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"]},
            "distortion",
        ),
        ({}, {"ImageType": ["ORIGINAL", "PRIMARY", "R"]}, "magnitude"),
        ({}, {"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, "reformatted"),
        ({}, {"ImageType": ["DERIVED", "SECONDARY", "M"]}, "original image"),
        ({}, {"ContrastBolusAgent": "Gadovist"}, "contrast agent"),
        ({"slices": 15}, {"slices": 5}, "side to side"),
        ({"PixelSpacing": [9, 9]}, {"PixelSpacing": [6, 6]}, "head to foot"),
        ({}, {"SeriesDescription": "t1 sag"}, "contradictions"),
        ({"SeriesNumber": 9}, {"SeriesNumber": 2}, "later"),
    ],
)
def test_the_better_of_two_is_used_and_the_reason_says_why(
    tmp_path: Path, better: dict[str, Any], worse: dict[str, Any], words: str
) -> None:
    write_series(tmp_path, "t2", name="better", **better)
    write_series(tmp_path, "t2", name="worse", **worse)
    choice = choose(tmp_path)
    assert info(choice, "better").used
    assert info(choice, "worse").code == "not_best"
    assert words in info(choice, "worse").reason


def test_two_stations_are_both_used_and_numbered_from_the_head(tmp_path: Path) -> None:
    for contrast in ("t1", "stir"):
        write_series(tmp_path, contrast, name=f"{contrast} low", top=100)
        write_series(tmp_path, contrast, name=f"{contrast} high", top=330)
    choice = choose(tmp_path)
    assert used(choice) == [("t1", 1), ("stir", 1), ("t1", 2), ("stir", 2)]
    assert info(choice, "t1 high").station == 1
    assert "station 2" in info(choice, "t1 low").reason


def test_composed_image_yields_to_its_own_stations(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", name="low", top=100)
    write_series(tmp_path, "t2", name="high", top=330)
    composed = ["DERIVED", "PRIMARY", "M", "COMP_SP"]
    write_series(
        tmp_path,
        "t2",
        name="composed",
        top=330,
        Rows=61,
        PixelSpacing=[8.5, 9],
        PixelData=bytes(2 * 61 * COLUMNS),
        ImageType=composed,
    )
    choice = choose(tmp_path)
    assert used(choice) == [("t2", 1), ("t2", 2)]
    assert "put together from several" in info(choice, "composed").reason


def test_composed_image_alone_is_used(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", ImageType=["DERIVED", "PRIMARY", "M", "COMP_SP"])
    choice = choose(tmp_path)
    assert used(choice) == [("t2", 0)]
    assert "several stations" in info(choice, "t2").reason


def test_substitute_serves_the_station_that_has_no_stir(tmp_path: Path) -> None:
    write_series(tmp_path, "stir", top=330)
    write_series(tmp_path, "t2_fs", top=100)
    assert used(choose(tmp_path)) == [("stir", 1), ("t2_fs", 2)]


def test_missing_edema_contrast_is_a_warning(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    assert [note.code for note in choose(tmp_path).warnings] == ["no_edema_contrast"]


@pytest.mark.parametrize(
    ("contrast", "changes", "name"),
    [
        ("stir", {"slices": 2}, "STIR"),
        ("stir", {"ImagePositionPatient": None}, "STIR"),
        ("stir", {"ImageOrientationPatient": None}, "STIR"),
        ("t2_fs", {"slices": 2}, "fat-suppressed T2"),
        ("stir", {"FrameOfReferenceUID": uid("elsewhere"), "top": 100.0}, "STIR"),
    ],
)
def test_an_edema_contrast_that_could_not_be_used_is_not_called_missing(
    tmp_path: Path, contrast: str, changes: dict[str, Any], name: str
) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2")
    write_series(tmp_path, contrast, **changes)
    warnings = {note.code: note.text for note in choose(tmp_path).warnings}
    assert "no_edema_contrast" not in warnings
    assert f"its {name} could not be used" in warnings["edema_contrast_unusable"]


def test_a_stir_whose_pixels_fail_is_not_called_missing(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "stir")
    (study,) = scan(tmp_path).studies
    (stir,) = (series for series in study.series if series.role == "stir")
    choice = choose_series(
        study, unusable={stir.key: Note(code="truncated_file", text="Cut off.")}, policy=load_policy()
    )
    assert [note.code for note in choice.warnings] == ["edema_contrast_unusable"]


def test_an_unusable_stir_of_another_region_leaves_the_station_without_one(tmp_path: Path) -> None:
    write_series(tmp_path, "t1", top=600)
    write_series(tmp_path, "t1", name="low", top=100)
    write_series(tmp_path, "stir", top=600, slices=2)
    warnings = choose(tmp_path).warnings
    assert [note.code for note in warnings] == ["edema_contrast_unusable", "no_edema_contrast"]
    assert warnings[0].text.startswith("Station 1: its STIR could not be used")


def test_an_axial_stir_is_no_edema_contrast(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "stir", ImageOrientationPatient=list(AXIAL))
    assert [note.code for note in choose(tmp_path).warnings] == ["no_edema_contrast"]


def test_station_in_another_frame_is_left_out_with_the_reason(tmp_path: Path) -> None:
    for contrast in ("t1", "t2", "stir"):
        write_series(tmp_path, contrast)
    write_series(tmp_path, "t2", name="moved", top=500, FrameOfReferenceUID=uid("elsewhere"))
    choice = choose(tmp_path)
    assert used(choice) == [("t1", 0), ("t2", 0), ("stir", 0)]
    assert info(choice, "moved").code == "other_frame_of_reference"
    assert "repositioned" in info(choice, "moved").reason
    assert "station_left_out" in [note.code for note in choice.warnings]


def test_frame_with_the_most_contrasts_is_kept(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", name="alone", FrameOfReferenceUID=uid("elsewhere"), top=500)
    for contrast in ("t1", "stir"):
        write_series(tmp_path, contrast)
    assert used(choose(tmp_path)) == [("t1", 0), ("stir", 0)]


def test_study_without_any_frame_of_reference_is_one_frame(tmp_path: Path) -> None:
    for contrast in ("t1", "t2"):
        write_series(tmp_path, contrast, FrameOfReferenceUID=None)
    choice = choose(tmp_path)
    assert used(choice) == [("t1", 0), ("t2", 0)]
    assert "frame_of_reference_missing" in [note.code for note in choice.warnings]


def test_next_best_takes_the_place_of_an_unusable_series(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", name="best", SeriesNumber=9)
    write_series(tmp_path, "t2", name="second", SeriesNumber=2)
    first = choose(tmp_path)
    assert info(first, "best").used
    again = choose(tmp_path, unusable={first.used[0].key: Note(code="missing_slice", text="Slice 3 is missing.")})
    assert info(again, "second").used
    assert (info(again, "best").code, info(again, "best").reason) == ("missing_slice", "Slice 3 is missing.")


def test_mixed_patients_raise(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2", PatientID="P2")
    with pytest.raises(LoadError) as caught:
        choose(tmp_path)
    assert caught.value.code == "mixed_patients"


def test_choice_does_not_depend_on_file_names(tmp_path: Path) -> None:
    for name in ("z", "a"):
        write_series(tmp_path, "t2", name=name)
    first = choose(tmp_path)
    (tmp_path / "a").rename(tmp_path / "zz")
    assert [series.key for series in choose(tmp_path).used] == [series.key for series in first.used]
