"""Which pieces are bodies of the spine."""

import numpy as np
import pytest

from tests.imaging.core_maps import DEPTH, HEIGHT, LEFT, TOPS, column, maps, track
from vcfimg.imaging.bodies.instances import find_instances
from vcfimg.imaging.bodies.spine_curve import without_wedged
from vcfimg.imaging.bodies.tracks import head_to_foot
from vcfimg.imaging.segmentation import Tissue


@pytest.mark.parametrize("bodies", [5, 7])
def test_a_piece_off_the_column_is_dropped(bodies):
    false = (100, 4, HEIGHT, Tissue.BODY)
    true = column(height=24, tops=range(10, 10 + 32 * bodies, 32)[:bodies])
    instances, labels, _ = find_instances(*maps([*true, false]), 4.0)
    assert instances.max() == bodies
    assert not instances[:, 100:126, 4:36].any()
    assert (labels[:, 105:120, 10:30] != Tissue.BODY).all()


def test_specks_are_no_bodies():
    semantic, core = maps(column())
    semantic[2, :, 50:54, 70:74] = 0.01
    semantic[2, Tissue.BODY, 50:54, 70:74] = 0.95
    core[2, 50:54, 70:74] = 0.9
    assert find_instances(semantic, core, 4.0)[0].max() == 5


@pytest.mark.parametrize(("top", "found"), [(TOPS[2] + 6, 6), (TOPS[0] + HEIGHT + 3, 5)])
def test_the_small_core_of_a_crushed_body_counts_where_its_neighbours_leave_room(top, found):
    """The third of six places is free; between the first two there is none."""
    semantic, core = maps(column(tops=(*TOPS[:2], *TOPS[3:], TOPS[4] + 40)))
    semantic[1:3, :, top : top + 9, LEFT : LEFT + DEPTH] = 0.01
    semantic[1:3, Tissue.BODY, top : top + 9, LEFT : LEFT + DEPTH] = 0.95
    core[1:3, top + 3 : top + 6, LEFT + 6 : LEFT + 26] = 0.9
    instances, _, _ = find_instances(semantic, core, 4.0)
    assert instances.max() == found


def test_a_curved_column_keeps_all_its_bodies():
    bent = [(top, LEFT + shift, HEIGHT, Tissue.BODY) for top, shift in zip(TOPS, (0, 9, 14, 9, 0), strict=True)]
    assert find_instances(*maps(bent), 4.0)[0].max() == 5


def test_a_bright_disc_in_one_slice_is_no_body():
    """Between two bodies no farther apart than usual there is no room for what one slice of seven shows."""
    semantic, core = maps(column(), slices=7)
    disc = np.s_[5, :, TOPS[2] + HEIGHT : TOPS[3], LEFT : LEFT + DEPTH]
    semantic[disc] = 0.01
    semantic[5, Tissue.BODY, disc[2], disc[3]] = 0.95
    core[5, TOPS[2] + HEIGHT + 2 : TOPS[3] - 2, LEFT + 4 : LEFT + DEPTH - 4] = 0.9
    assert find_instances(semantic, core, 4.0)[0].max() == 5


def test_bright_discs_do_not_vouch_for_each_other():
    bodies = [track(row, range(2, 13)) for row in (20, 52, 84, 116, 148)]
    discs = [track(98, range(3, 5), 8), track(102, range(11, 13), 9), track(132, range(11, 13), 7)]
    crushed = track(180, range(6, 8), 9)
    found = without_wedged(head_to_foot([*bodies, *discs, crushed, track(212, range(2, 13))]))
    assert [round(float(t.center[1])) for t in found] == pytest.approx([20, 52, 84, 116, 148, 180, 212], abs=1)
