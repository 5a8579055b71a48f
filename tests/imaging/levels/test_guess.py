"""A guess follows text, shape and body size, and stays a guess."""

import pytest

from tests.imaging.raw_spines import NUMBERS, change, levels_between, spine, with_shape
from vcfimg.imaging.landmarks.level_fit import LEVELS
from vcfimg.imaging.levels.guess import guess_levels, text_center
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
