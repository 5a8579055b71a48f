"""A body is what most slices around its middle agree on: a blob on a lateral slice is none, nor takes its place."""

import numpy as np
import pytest

from tests.imaging.core_maps import DEPTH, HEIGHT, LEFT, TOPS, column, maps, track
from vcfimg.imaging.bodies.instances import find_instances
from vcfimg.imaging.bodies.slice_vote import on_several_slices, without_lateral, without_stray
from vcfimg.imaging.bodies.tracks import Track
from vcfimg.imaging.segmentation import Tissue

SLICES = 9
SLICE_MM = 4.4


def blob(semantic, core, k, top, left, height=20, depth=24):
    """A blob that the network takes for a body on slice ``k``."""
    place = np.s_[top : top + height, left : left + depth]
    semantic[k, :, *place] = 0.01
    semantic[k, Tissue.BODY, *place] = 0.95
    core[k, top + 3 : top + height - 3, left + 3 : left + depth - 3] = 0.9


def centre(instances, number):
    return np.argwhere(instances == number).mean(axis=0)


@pytest.mark.parametrize("weak", [[2, 3, 4, 5, 6], [3, 4, 5]])
def test_a_rib_head_does_not_take_the_place_of_a_body_without_a_core(weak):
    """The third body has its outline on every slice, and hardly a core; on the first slice lies a rib head."""
    semantic, core = maps(column(), slices=SLICES)
    body = np.s_[TOPS[2] : TOPS[2] + HEIGHT, LEFT : LEFT + DEPTH]
    core[:, *body] = 0.2
    semantic[[k for k in range(SLICES) if k not in weak], :, *body] = 0.0
    blob(semantic, core, 0, TOPS[2] + 2, LEFT + 10)
    instances, _, _ = find_instances(semantic, core, SLICE_MM)
    assert instances.max() == 5
    assert np.flatnonzero((instances == 3).any(axis=(1, 2))).tolist() == weak
    assert centre(instances, 3) == pytest.approx((4, TOPS[2] + HEIGHT / 2 - 0.5, LEFT + DEPTH / 2 - 0.5), abs=1)


def test_without_an_outline_in_the_middle_there_is_no_body_at_all():
    semantic, core = maps([box for n, box in enumerate(column()) if n != 2], slices=SLICES)
    blob(semantic, core, 0, TOPS[2], LEFT + 4)
    instances, labels, _ = find_instances(semantic, core, SLICE_MM)
    assert instances.max() == 4
    assert not (labels[0, TOPS[2] : TOPS[2] + 20] == Tissue.BODY).any()


def test_what_one_slice_shows_in_the_brain_is_no_body():
    semantic, core = maps(column(tops=[top + 40 for top in TOPS]), slices=SLICES)
    blob(semantic, core, 4, 20, LEFT)
    instances, _, _ = find_instances(semantic, core, SLICE_MM)
    assert instances.max() == 5
    assert not instances[:, :50].any()


def test_a_heavy_piece_at_the_side_does_not_drive_out_the_body_in_the_middle():
    spine = [track(row, range(1, 8)) for row in (20, 50, 110, 140)]
    crushed = track(82, range(3, 6), 8)
    side = track(78, range(0, 1), 30)
    assert without_lateral([*spine, crushed, side], SLICE_MM) == [*spine, crushed]


@pytest.mark.parametrize("piece", [track(80, range(5, 7), 8), track(80, range(0, 5), 8), track(300, range(0, 1))])
def test_what_reaches_the_middle_or_has_many_slices_or_no_neighbours_is_kept(piece):
    spine = [track(row, range(1, 8)) for row in (20, 50, 110, 140)]
    assert piece in without_lateral([*spine, piece], SLICE_MM)


def test_a_bent_spine_bends_the_middle():
    bent = [track(row, range(shift, 7 + shift)) for row, shift in ((20, 0), (50, 3), (110, 9), (140, 12))]
    crushed = track(80, range(8, 10), 8)
    assert crushed in without_lateral([*bent, crushed], SLICE_MM)


def test_a_piece_far_from_where_most_slices_show_the_body_is_dropped():
    body = track(50, range(1, 8))
    joined = Track((*track(68, range(0, 1), 10).pieces, *body.pieces))
    assert [sorted(t.slices) for t in without_stray([joined])] == [list(range(1, 8))]
    assert without_stray([body]) == [body]


def test_in_a_stack_of_two_slices_one_is_enough():
    pair = [track(row, range(2)) for row in (20, 50, 80, 110)]
    single = track(140, range(1))
    nothing = np.zeros((7, 200, 80), np.uint8)
    assert single in on_several_slices([*pair, single], nothing, SLICE_MM)
    many = [track(row, range(7)) for row in (20, 50, 80, 110)]
    assert single not in on_several_slices([*many, single], nothing, SLICE_MM)
    sacrum = nothing.copy()
    sacrum[3, 120:160, 30:70] = Tissue.SACRUM
    assert single in on_several_slices([*many, single], sacrum, SLICE_MM)


def test_what_the_outermost_slice_shows_of_a_column_that_leaves_the_stack_is_kept():
    """A bent spine: the neck runs along the last of seven slices."""
    bent = [track(row, range(first, 7)) for row, first in ((50, 5), (80, 3), (110, 1), (140, 0), (170, 0))]
    last = track(20, range(6, 7))
    nothing = np.zeros((7, 200, 80), np.uint8)
    assert last in on_several_slices([last, *bent], nothing, SLICE_MM)
    inside = track(20, range(3, 4))
    assert inside not in on_several_slices([inside, *bent], nothing, SLICE_MM)


def test_one_of_coarse_slices_is_enough_for_a_narrow_body():
    column = [track(row, range(1, 4)) for row in (50, 80, 110, 140)]
    neck = track(20, range(2, 3))
    nothing = np.zeros((5, 200, 80), np.uint8)
    assert neck in on_several_slices([neck, *column], nothing, 8.0)
    assert neck not in on_several_slices([neck, *column], nothing, SLICE_MM)
