"""Muscle, vessels and hip bones beside the spine are not bodies, nor parts of them."""

import pytest

from vcfimg.imaging.beside import trimmed, without_aside, without_beside
from vcfimg.imaging.tracks import Track

from .core_maps import track

SLICE_MM = 4.0
SPINE = [track(row, range(2, 9)) for row in (20, 50, 80, 110)]


@pytest.mark.parametrize("row", [0, 140])
def test_a_piece_beside_the_end_of_the_spine_is_dropped(row):
    beside = track(row, range(9, 11))
    assert without_aside([*SPINE, beside]) == SPINE


@pytest.mark.parametrize("piece", [track(140, range(8, 10)), track(140, range(9, 30)), track(65, range(9, 11))])
def test_what_is_seen_with_the_next_body_or_heavier_or_between_is_kept(piece):
    assert piece in without_aside([*SPINE, piece])


@pytest.mark.parametrize("row", [5, 65, 80, 140])
@pytest.mark.parametrize("slices", [range(11, 13), range(-2, 0)])
def test_a_light_piece_far_to_the_side_is_dropped(row, slices):
    assert without_beside([*SPINE, track(row, slices, 12)], SLICE_MM) == SPINE


@pytest.mark.parametrize(
    "piece",
    [track(65, range(7, 9), 8), track(65, range(2, 9), 5), track(140, range(9, 15)), track(200, range(11, 13), 12)],
    ids=["core of one side", "crushed", "as heavy as a body", "far from the others"],
)
def test_what_may_be_a_body_is_kept(piece):
    assert piece in without_beside([*SPINE, piece], SLICE_MM)


def test_the_line_follows_a_bent_spine():
    bent = [track(row, range(2 + shift, 9 + shift)) for row, shift in ((20, 0), (50, 2), (80, 4), (110, 6))]
    crushed = track(125, range(9, 13), 6)
    beside = track(125, range(2, 5), 6)
    assert without_beside([*bent, crushed, beside], SLICE_MM) == [*bent, crushed]


def test_a_body_is_cut_where_it_goes_on_far_beside_its_neighbours():
    long = Track((*SPINE[1].pieces, *track(50, range(9, 15), 10).pieces))
    cut = trimmed([SPINE[0], long, *SPINE[2:]], SLICE_MM)
    assert [sorted(t.slices) for t in cut] == [
        sorted(t.slices) for t in (SPINE[0], track(50, range(2, 11)), *SPINE[2:])
    ]


def test_light_pieces_do_not_say_where_a_body_ends():
    narrow = [track(row, range(4, 6), 6) for row in (14, 26, 56, 74)]
    assert trimmed([*SPINE, *narrow], SLICE_MM)[: len(SPINE)] == SPINE


def test_two_bodies_are_not_cut():
    pair = [track(20, range(2, 9)), track(50, range(0, 20))]
    assert trimmed(pair, SLICE_MM) == pair
