"""A person's names hold; the rest follow; contradictions are refused."""

import pytest

from tests.imaging.levels.test_counting import codes, names
from tests.imaging.raw_spines import POLICY, levels_between, spine
from vcfimg.errors import VcfimgError
from vcfimg.imaging.derive import derive


def test_one_given_name_renames_all() -> None:
    raw = spine(levels_between("T10", "L5"), anchors=[])
    report = derive(raw, {4: "T12"}, POLICY)
    assert [v.level for v in report.vertebrae] == levels_between("T9", "L4")
    assert (report.levels.counted_from, report.levels.confirmed) == ("user", True)


def test_a_correction_overrules_the_sacrum_and_says_what_follows() -> None:
    raw = spine(levels_between("T10", "L5"))
    assert names(raw, {1: "T9"})[-1] == "L4"
    assert codes(raw, {1: "T9"}) == {"transitional_anatomy"}


def test_six_lumbar_vertebrae_follow_when_the_count_passes_the_sacrum() -> None:
    raw = spine([*levels_between("T10", "L5"), "L5"])
    assert names(raw, {1: "T10"}) == [*levels_between("T10", "L5"), "L6"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({1: "T11", 4: "L1"}, ["T11", "T12", "T13", "L1", "L2"]),
        ({2: "T13"}, ["T12", "T13", "L1", "L2", "L3"]),
        ({1: "T11", 2: "L1"}, ["T11", "L1", "L2", "L3", "L4"]),
        ({5: "L6"}, ["L2", "L3", "L4", "L5", "L6"]),
    ],
)
def test_transitional_spines_can_be_named(given: dict[int, str], expected: list[str]) -> None:
    assert names(spine(levels_between("T11", "L3"), anchors=[]), given) == expected


@pytest.mark.parametrize("given", [{1: "T12", 2: "L2"}, {1: "L1", 2: "T12"}, {1: "T10", 4: "T12"}, {2: "L1", 3: "L4"}])
def test_names_that_cannot_all_be_true_are_refused(given: dict[int, str]) -> None:
    with pytest.raises(VcfimgError, match="cannot all be true") as caught:
        derive(spine(levels_between("T10", "L5")), given, POLICY)
    assert caught.value.code == "levels_inconsistent"


@pytest.mark.parametrize(
    ("given", "code"),
    [({99: "L1"}, "levels_unknown_id"), ({1: "L9"}, "levels_bad_name"), ({1: "L1", 2: "L1"}, "levels_duplicate")],
)
def test_impossible_corrections_are_refused(given: dict[int, str], code: str) -> None:
    with pytest.raises(VcfimgError) as caught:
        derive(spine(levels_between("T10", "L5")), given, POLICY)
    assert caught.value.code == code


def test_two_given_names_settle_a_gap() -> None:
    raw = spine(levels_between("T9", "L5"), absent=["L1"])
    expected = [level for level in levels_between("T9", "L5") if level != "L1"]
    assert names(raw, {4: "T12", 5: "L2"}) == expected


def test_two_given_names_may_deny_a_gap() -> None:
    raw = spine(levels_between("T9", "L5"), absent=["L1"])
    assert names(raw, {4: "T12", 5: "L1"})[:6] == ["T9", "T10", "T11", "T12", "L1", "L2"]


def test_names_beyond_an_unsettled_gap_stay_guesses() -> None:
    raw = spine(levels_between("T9", "L5"), absent=["L1"])
    report = derive(raw, {5: "L2"}, POLICY)
    assert [v.level for v in report.vertebrae][:4] == [None] * 4
    assert report.vertebrae[3].level_guess == "T12"


def test_empty_corrections_are_none_at_all() -> None:
    raw = spine(levels_between("T10", "L5"))
    assert derive(raw, {}, POLICY) == derive(raw, None, POLICY)
