"""Series of several frames of reference: used where their positions agree."""

from pathlib import Path

from tests.loaders.mr_files import uid, write_series
from vcfimg.loaders import choose_series, scan
from vcfimg.loaders.choose import Choice
from vcfimg.policy import load_policy


def choose(folder: Path) -> Choice:
    (study,) = scan(folder).studies
    return choose_series(study, policy=load_policy())


def roles(choice: Choice) -> list[str]:
    return [series.role.value for series in choice.used]


def test_frame_of_its_own_for_every_series_is_no_repositioning(tmp_path: Path) -> None:
    for contrast in ("t1", "t2", "stir"):
        write_series(tmp_path, contrast, FrameOfReferenceUID=uid("frame of", contrast))
    choice = choose(tmp_path)
    assert roles(choice) == ["t1", "t2", "stir"]
    assert [note.code for note in choice.warnings] == ["frame_of_reference_differs"]


def test_series_at_another_place_is_left_out(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2")
    write_series(tmp_path, "stir", FrameOfReferenceUID=uid("elsewhere"), top=115.0)
    choice = choose(tmp_path)
    assert roles(choice) == ["t1", "t2"]
    assert {"station_left_out", "edema_contrast_unusable"} <= {note.code for note in choice.warnings}


def test_second_half_of_an_examination_that_overlaps_is_used(tmp_path: Path) -> None:
    for contrast in ("t1", "t2"):
        write_series(tmp_path, contrast, name=f"upper {contrast}", top=400.0, FrameOfReferenceUID=uid("upper"))
        write_series(tmp_path, contrast, name=f"lower {contrast}", top=170.0)
    assert roles(choose(tmp_path)) == ["t1", "t2", "t1", "t2"]


def test_half_that_does_not_overlap_is_left_out(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", name="upper", top=600.0, FrameOfReferenceUID=uid("upper"))
    write_series(tmp_path, "t2", name="lower", top=150.0)
    choice = choose(tmp_path)
    assert len(choice.used) == 1
    assert "station_left_out" in {note.code for note in choice.warnings}


def test_survey_of_few_slices_does_not_displace_the_diagnostic_series(tmp_path: Path) -> None:
    write_series(tmp_path, "t1", name="diagnostic", slices=13)
    write_series(tmp_path, "t1", name="survey", slices=7, top=180.0, Rows=40, PixelData=bytes(2 * 40 * 31))
    choice = choose(tmp_path)
    assert [len(series.frames) for series in choice.used] == [13]
    assert "survey" in next(info.reason for info in choice.series if not info.used)


def test_series_that_lost_its_frame_is_used_where_its_position_agrees(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2")
    write_series(tmp_path, "stir", FrameOfReferenceUID=None)
    choice = choose(tmp_path)
    assert roles(choice) == ["t1", "t2", "stir"]
    assert [note.code for note in choice.warnings] == ["frame_of_reference_differs"]


def test_series_without_a_frame_at_another_place_is_left_out(tmp_path: Path) -> None:
    write_series(tmp_path, "t1")
    write_series(tmp_path, "t2")
    write_series(tmp_path, "stir", FrameOfReferenceUID=None, top=115.0)
    choice = choose(tmp_path)
    assert roles(choice) == ["t1", "t2"]
    assert {"station_left_out", "edema_contrast_unusable"} <= {note.code for note in choice.warnings}


def test_survey_serves_to_count_levels_where_another_series_shows_the_spine(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", slices=13)
    write_series(tmp_path, "t1", slices=7)
    uses = {info.role: info.used_for for info in choose(tmp_path).series}
    assert uses == {"t2": ("heights",), "t1": ("levels", "t1")}


def test_survey_is_measured_where_nothing_else_shows_the_spine(tmp_path: Path) -> None:
    write_series(tmp_path, "t1", slices=7)
    (info,) = choose(tmp_path).series
    assert info.used_for == ("heights", "t1")
    assert "survey" in info.reason
