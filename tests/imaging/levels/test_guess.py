"""A guess follows text, shape and body size, and stays a guess."""

import pytest

from tests.imaging.raw_spines import NUMBERS, change, levels_between, spine, with_shape
from vcfimg.imaging.landmarks.level_fit import LEVELS
from vcfimg.imaging.levels.guess import guess_levels, text_center, text_contradicted
from vcfimg.imaging.raw import Heights
from vcfimg.level_names import STANDARD_LEVELS


@pytest.mark.parametrize(
    ("words", "center"),
    [
        (("LSPINE",), "L3"),
        (("L-Spine",), "L3"),
        (("MR LWS nativ",), "L3"),
        (("T SPINE",), "T7"),
        (("HWS",), "C5"),
        (("t2_tse_sag L-spine 4mm",), "L3"),
        (("ABDOMEN",), None),
        ((), None),
        (("LSPINE", "TSPINE"), None),
    ],
)
def test_text_names_the_middle_of_the_view(words: tuple[str, ...], center: str | None) -> None:
    assert text_center(words, NUMBERS) == center


@pytest.mark.parametrize(("first", "last"), [("T10", "L4"), ("T3", "T12"), ("C3", "T2"), ("L1", "L5")])
def test_size_alone_comes_close(first: str, last: str) -> None:
    raw = spine(levels_between(first, last), scale=1.1)
    positions = {v.id: i for i, v in enumerate(raw.vertebrae)}
    guessed, from_text = guess_levels(raw.vertebrae, positions, (), NUMBERS)
    assert not from_text
    assert abs(STANDARD_LEVELS.index(guessed[1]) - STANDARD_LEVELS.index(first)) <= 1


def test_a_body_cut_by_the_border_does_not_speak_by_its_size() -> None:
    raw = spine(levels_between("T10", "L4"), scale=1.1)
    positions = {v.id: i for i, v in enumerate(raw.vertebrae)}
    expected, _ = guess_levels(raw.vertebrae, positions, (), NUMBERS)
    cut = change(raw, 1, on_border=True, height_mm=Heights(anterior=7.0, middle=2.0, posterior=-0.2))
    assert guess_levels(cut.vertebrae, positions, (), NUMBERS)[0] == expected


def test_two_bodies_without_text_give_no_guess() -> None:
    raw = spine(levels_between("L1", "L2"))
    assert guess_levels(raw.vertebrae, {1: 0, 2: 1}, (), NUMBERS) == ({}, False)


@pytest.mark.parametrize("last", ["L3", "L4", "L5"])
def test_the_shape_of_the_column_places_a_lumbar_view(last: str) -> None:
    """By size alone all of these are placed alike."""
    raw = spine(levels_between("T12", "L4"), scale=1.08)
    shown = levels_between("T11", last)[-len(raw.vertebrae) :]
    positions = {v.id: i for i, v in enumerate(raw.vertebrae)}
    guessed, _ = guess_levels(with_shape(raw, shown, sure=0.8).vertebrae, positions, (), NUMBERS)
    assert list(guessed.values()) == shown


@pytest.mark.parametrize(("sure", "follows"), [(1 / len(LEVELS), "count"), (0.8, "shape")])
def test_a_doubtful_count_gives_way_to_a_shape_that_speaks_clearly(sure: float, follows: str) -> None:
    """S1 taken for a body: each is counted one too high."""
    raw = spine(levels_between("T12", "L4"), scale=1.08)
    positions = {v.id: i for i, v in enumerate(raw.vertebrae)}
    true, wrong = levels_between("T12", "L4"), levels_between("T11", "L3")
    counted = {v.id: name for v, name in zip(raw.vertebrae, wrong, strict=True)}
    shaped = with_shape(raw, true, sure=sure).vertebrae
    guessed, _ = guess_levels(shaped, positions, (), NUMBERS, counted)
    assert list(guessed.values()) == (true if follows == "shape" else wrong)


def test_no_body_is_guessed_to_be_c1() -> None:
    """C1 is a ring. The first body is C2, cut by the edge; the posterior heights are those of a real neck."""
    raw = change(spine(levels_between("C2", "C5")), 1, on_border=True, height_mm=Heights())
    for i, mm, depth in ((2, 17.4, 15.0), (3, 14.8, 15.9), (4, 12.7, 15.3)):
        raw = change(raw, i, height_mm=Heights(anterior=mm - 1.5, middle=mm - 2.5, posterior=mm), depth_mm=depth)
    guessed, _ = guess_levels(raw.vertebrae, {v.id: i for i, v in enumerate(raw.vertebrae)}, ("SPINE",), NUMBERS)
    assert list(guessed.values()) == ["C2", "C3", "C4", "C5"]


@pytest.mark.parametrize(("first", "last", "depth", "word"), [("C3", "T1", 16.5, "LSPINE"), ("L1", "L5", 34.0, "HWS")])
def test_body_part_words_of_another_region_are_not_believed(first: str, last: str, depth: float, word: str) -> None:
    raw = spine(levels_between(first, last), scale=1.08)
    vertebrae = [v.model_copy(update={"depth_mm": depth}) for v in raw.vertebrae]
    positions = {v.id: i for i, v in enumerate(vertebrae)}
    assert text_contradicted(vertebrae, (word,), NUMBERS)
    guessed, from_text = guess_levels(vertebrae, positions, (word,), NUMBERS)
    assert not from_text
    assert {name[0] for name in guessed.values()} <= {first[0], last[0]}


def test_a_few_bodies_of_a_neck_called_lumbar_are_not_guessed() -> None:
    raw = spine(levels_between("C4", "C5"))
    vertebrae = [v.model_copy(update={"depth_mm": 17.0}) for v in raw.vertebrae]
    assert guess_levels(vertebrae, {1: 0, 2: 1}, ("LSPINE",), NUMBERS) == ({}, False)


@pytest.mark.parametrize(("depth", "word"), [(27.0, "LSPINE"), (40.0, "LSPINE"), (20.5, "HWS"), (23.0, "BWS")])
def test_people_differ(depth: float, word: str) -> None:
    vertebrae = [v.model_copy(update={"depth_mm": depth}) for v in spine(levels_between("L1", "L4")).vertebrae]
    assert not text_contradicted(vertebrae, (word,), NUMBERS)
