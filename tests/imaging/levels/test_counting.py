"""Levels are counted from landmarks, or not at all."""

import pytest

from tests.imaging.raw_spines import POLICY, change, levels_between, spine, with_shape
from vcfimg.imaging.derive import derive
from vcfimg.imaging.landmarks.sacral_shape import SIGNS
from vcfimg.imaging.raw import RawSpine


def names(raw: RawSpine, levels: dict[int, str] | None = None) -> list[str | None]:
    return [v.level for v in derive(raw, levels, POLICY).vertebrae]


def guesses(raw: RawSpine) -> list[str | None]:
    return [v.level_guess for v in derive(raw, None, POLICY).vertebrae]


def codes(raw: RawSpine, levels: dict[int, str] | None = None) -> set[str]:
    return {w.code for w in derive(raw, levels, POLICY).levels.warnings}


def marked(raw: RawSpine, note: str) -> RawSpine:
    """The same spine; its sacrum carries a note."""
    anchors = [
        a.model_copy(update={"notes": (note,), "confidence": "low"}) if a.kind == "sacrum" else a for a in raw.anchors
    ]
    return raw.model_copy(update={"anchors": tuple(anchors)})


def test_counts_upward_from_the_sacrum() -> None:
    report = derive(spine(levels_between("T10", "L5")), None, POLICY)
    assert [v.level for v in report.vertebrae] == levels_between("T10", "L5")
    assert (report.levels.counted_from, report.levels.confirmed, report.levels.warnings) == ("sacrum", False, ())


def test_counts_downward_from_c2() -> None:
    report = derive(spine(levels_between("C2", "T4"), anchors=["c2"]), None, POLICY)
    assert [v.level for v in report.vertebrae] == levels_between("C2", "T4")
    assert report.levels.counted_from == "c2"


def test_both_landmarks_agree_on_the_usual_spine() -> None:
    raw = spine(levels_between("C2", "L5"), anchors=["c2", "sacrum"])
    assert names(raw) == levels_between("C2", "L5")
    assert codes(raw) == set()


def test_without_a_landmark_vertebrae_stay_unnamed_with_a_guess() -> None:
    raw = spine(levels_between("T11", "L4"), anchors=[])
    report = derive(raw, None, POLICY)
    assert {v.level for v in report.vertebrae} == {None}
    assert report.levels.counted_from == "none"
    assert codes(raw) == {"levels_guessed", "levels_unnamed"}
    assert all(v.level_guess for v in report.vertebrae)


def test_dicom_text_gives_only_a_guess() -> None:
    raw = spine(levels_between("L1", "L5"), anchors=[], level_text=("L-SPINE",))
    report = derive(raw, None, POLICY)
    assert {v.level for v in report.vertebrae} == {None}
    assert report.levels.counted_from == "dicom"
    assert [v.level_guess for v in report.vertebrae] == levels_between("L1", "L5")


def test_contradicting_text_words_are_not_used() -> None:
    raw = spine(levels_between("L1", "L5"), anchors=[], level_text=("LSPINE", "CSPINE"))
    assert derive(raw, None, POLICY).levels.counted_from == "none"


@pytest.mark.parametrize(("extra", "last"), [(1, "L6"), (-1, "L4")])
def test_another_count_between_both_landmarks_is_flagged_as_transitional(extra: int, last: str) -> None:
    levels = levels_between("C2", "L5")
    levels = [*levels, "L5"] if extra > 0 else levels[:-1]
    raw = spine(levels, anchors=["c2", "sacrum"])
    assert codes(raw) == {"transitional_anatomy"}
    assert names(raw)[-1] == last
    warning = derive(raw, None, POLICY).levels.warnings[0]
    assert f"{5 + extra} lumbar-type" in warning.text


@pytest.mark.parametrize("sign", SIGNS)
def test_an_unusual_sacrum_leaves_the_names_above_it_guesses(sign: str) -> None:
    raw = marked(spine(levels_between("T11", "L5")), sign)
    assert set(names(raw)) == {None}
    assert guesses(raw) == levels_between("T11", "L5")
    assert codes(raw) == {sign, "sacrum_uncertain", "levels_unnamed"}


def test_a_count_from_an_unclear_sacrum_is_said_to_be_left_where_shape_and_size_speak_against_it() -> None:
    shaped = with_shape(spine(levels_between("T12", "L4"), scale=1.08), levels_between("T12", "L4"), sure=0.8)
    raw = marked(shaped, "little_of_it_seen")
    assert set(names(raw)) == {None}
    assert guesses(raw) == levels_between("T12", "L4")
    assert codes(raw) == {"little_of_it_seen", "sacrum_uncertain", "levels_guessed", "levels_unnamed"}
    assert derive(raw, None, POLICY).levels.counted_from == "none"


@pytest.mark.parametrize(("extra", "last"), [(0, "L5"), (1, "L6"), (-1, "L4")])
def test_a_count_from_c2_settles_what_the_shape_of_the_sacrum_means(extra: int, last: str) -> None:
    levels = levels_between("C2", "L5")
    levels = levels[:-1] if extra < 0 else [*levels, *["L5"] * extra]
    raw = marked(spine(levels, anchors=["c2", "sacrum"]), "transitional_sacralised")
    assert names(raw)[-1] == last
    assert codes(raw) == {"transitional_sacralised"} | ({"transitional_anatomy"} if extra else set())


def test_a_count_far_from_usual_names_nothing() -> None:
    raw = spine([*levels_between("C2", "L5"), "L5", "L5"], anchors=["c2", "sacrum"])
    assert set(names(raw)) == {None}
    assert "count_mismatch" in codes(raw)


def test_a_missed_vertebra_leaves_the_names_beyond_it_unknown() -> None:
    raw = spine(levels_between("T9", "L5"), absent=["L1"])
    assert names(raw) == [None] * 4 + levels_between("L2", "L5")
    assert guesses(raw)[:4] == levels_between("T9", "T12"), "counted through the gap"
    assert codes(raw) == {"missed_vertebra"}


def test_a_missed_vertebra_is_settled_by_two_landmarks() -> None:
    raw = spine(levels_between("C2", "L5"), absent=["T8"], anchors=["c2", "sacrum"])
    assert names(raw) == [level for level in levels_between("C2", "L5") if level != "T8"]
    assert codes(raw) == {"missed_vertebra"}


def test_a_wider_gap_counts_more_missed_vertebrae() -> None:
    raw = spine(levels_between("T8", "L5"), absent=["T12", "L1"])
    assert guesses(raw)[:4] == levels_between("T8", "T11")


def test_a_vertebra_missed_just_above_the_sacrum_leaves_every_name_unknown() -> None:
    raw = spine(levels_between("T10", "L5"), absent=["L5"])
    plate_z = raw.anchors[0].center_mm[2]
    seen = raw.anchors[0].model_copy(update={"points_mm": ((0, -30.0, plate_z), (0, 0.0, plate_z))})
    raw = raw.model_copy(update={"anchors": (seen,)})
    assert set(names(raw)) == {None}
    assert "missed_above_sacrum" in codes(raw)


def test_the_usual_lumbosacral_disc_is_no_gap() -> None:
    raw = spine(levels_between("T10", "L5"))
    plate_z = raw.anchors[0].center_mm[2]
    seen = raw.anchors[0].model_copy(update={"points_mm": ((0, -30.0, plate_z), (0, 0.0, plate_z))})
    assert names(raw.model_copy(update={"anchors": (seen,)})) == levels_between("T10", "L5")


def test_an_unclear_sacrum_gives_guesses_only() -> None:
    raw = spine(levels_between("T12", "L5"), confidence="low")
    assert set(names(raw)) == {None}
    assert guesses(raw) == levels_between("T12", "L5")
    assert "sacrum_uncertain" in codes(raw)


def test_a_sacrum_without_its_neighbour_names_nothing() -> None:
    raw = spine(levels_between("T12", "L5"))
    alone = raw.anchors[0].model_copy(update={"adjacent_id": None})
    raw = raw.model_copy(update={"anchors": (alone,)})
    assert set(names(raw)) == {None}
    assert "sacrum_not_adjacent" in codes(raw)


def test_a_split_body_makes_the_names_beyond_it_guesses() -> None:
    raw = spine(levels_between("T10", "L5"))
    x, y, z = raw.vertebrae[3].center_mm
    raw = change(raw, 4, center_mm=(x, y, z - 17.0))
    assert names(raw)[:4] == [None] * 4
    assert "crowded_vertebrae" in codes(raw)


def test_segmenter_names_are_used_when_they_fit_and_nothing_else_is_seen() -> None:
    given = {i + 1: level for i, level in enumerate(levels_between("T10", "L2"))}
    raw = spine(levels_between("T10", "L2"), anchors=[], segmenter_levels=given)
    assert names(raw) == levels_between("T10", "L2")
    assert codes(raw) == {"levels_from_segmenter"}


def test_segmenter_names_that_skip_a_level_are_guesses() -> None:
    raw = spine(levels_between("T10", "L2"), anchors=[], segmenter_levels={1: "T10", 2: "T12", 3: "L1"})
    assert set(names(raw)) == {None}
    assert "segmenter_levels_inconsistent" in codes(raw)


def test_the_sacrum_overrules_the_segmenter() -> None:
    given = {i + 1: level for i, level in enumerate(levels_between("T11", "L4"))}
    raw = spine(levels_between("T12", "L5"), segmenter_levels=given)
    assert names(raw) == levels_between("T12", "L5")
    assert codes(raw) == {"segmenter_levels_disagree"}


def test_more_bodies_than_a_spine_has_are_said() -> None:
    raw = spine(["C3", *levels_between("C3", "L5"), "L5", "L5"])
    assert "too_many_vertebrae" in codes(raw)


def test_below_l5_counted_from_c2_alone_is_left_open() -> None:
    raw = spine([*levels_between("C2", "L5"), "L5"], anchors=["c2"])
    assert names(raw)[-2:] == ["L5", None]
    assert "too_many_vertebrae" in codes(raw)


def test_no_vertebra_at_all_is_no_error() -> None:
    report = derive(spine([], anchors=[]), None, POLICY)
    assert report.vertebrae == ()
    assert report.levels.counted_from == "none"
