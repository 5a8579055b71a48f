"""Muscle, vessels and hip bones beside the spine are not bodies, nor parts of them."""

import numpy as np
import pytest

from tests.imaging.core_maps import track
from vcfimg.imaging.bodies.off_spine import keep_to_middle, trimmed, without_aside, without_beside
from vcfimg.imaging.bodies.tracks import Track

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


def blocks(tracks, rows=160, columns=60):
    """Instances of boxes 24 by 30 pixels about the cores of ``tracks``."""
    out = np.zeros((12, rows, columns), np.uint16)
    for number, t in enumerate(tracks, start=1):
        row = int(t.center[1])
        for k in t.slices:
            out[k, row - 12 : row + 12, 10:40] = number
    return out


def test_muscle_joined_to_a_body_in_outer_slices_is_cleared_beyond_the_bodys_own_height():
    instances = blocks(SPINE)
    plain = instances.copy()
    instances[2:4, 38:66, 10:40] = 2  # 5 mm more below, as of a tilted body, which stay
    instances[8, 26:80, 20:30][instances[8, 26:80, 20:30] == 0] = 2
    keep_to_middle(instances, SPINE, SLICE_MM)
    rows = [np.flatnonzero((instances[k] == 2).any(axis=1)) for k in (3, 5, 8)]
    assert [(int(r.min()), int(r.max())) for r in rows] == [(37, 65), (37, 60), (31, 66)]
    assert np.array_equal(instances[:, :, 40:], plain[:, :, 40:])
    assert (instances[plain > 0] > 0).all()


def test_a_body_seen_beside_its_middle_only_is_left_alone():
    half = [track(50, (*range(2, 4), *range(9, 11)))]
    instances = blocks(half)
    plain = instances.copy()
    keep_to_middle(instances, half, SLICE_MM)
    assert np.array_equal(instances, plain)
