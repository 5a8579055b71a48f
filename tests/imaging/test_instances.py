"""Bodies are separated by their cores, joined over slices, and what is not of the column is dropped."""

import numpy as np
import pytest

from vcfimg.imaging.instances import find_instances
from vcfimg.imaging.segmentation import Tissue

ROWS, COLUMNS, SLICES = 260, 160, 5
TOPS = (20, 62, 104, 146, 188)
HEIGHT, DEPTH, LEFT = 26, 32, 60


def maps(boxes, *, slices=SLICES, missing=()):
    """Class and core probabilities of boxes (top, left, height, tissue); ``missing``: (slice, box) without a core."""
    semantic = np.full((slices, 6, ROWS, COLUMNS), 0.01, np.float32)
    semantic[:, Tissue.BACKGROUND] = 0.95
    core = np.zeros((slices, ROWS, COLUMNS), np.float32)
    for n, (top, left, height, tissue) in enumerate(boxes):
        body = np.s_[top : top + height, left : left + DEPTH]
        for k in range(slices):
            if (k, n) in missing:
                continue
            semantic[k, :, body[0], body[1]] = 0.01
            semantic[k, tissue, body[0], body[1]] = 0.95
            core[k, top + 6 : top + height - 6, left + 6 : left + DEPTH - 6] = 0.9
    return semantic, core


def column(height=HEIGHT, tops=TOPS):
    return [(top, LEFT, height, Tissue.BODY) for top in tops]


def test_every_body_gets_its_number_from_head_to_foot():
    instances, labels, _ = find_instances(*maps(column()), 4.0)
    assert list(np.unique(instances)) == [0, 1, 2, 3, 4, 5]
    for number, top in enumerate(TOPS, start=1):
        assert (instances[:, top + 13, LEFT + 16] == number).all()
    assert ((labels == Tissue.BODY) == (instances > 0)).all()


def test_a_body_is_filled_to_its_edge():
    instances, _, _ = find_instances(*maps(column()), 4.0)
    assert (instances == 3).sum() == SLICES * HEIGHT * DEPTH


def test_touching_bodies_are_parted_between_their_cores():
    touching = [TOPS[0] + n * HEIGHT for n in range(5)]
    instances, _, _ = find_instances(*maps(column(tops=touching)), 4.0)
    counts = np.bincount(instances.ravel())[1:]
    assert len(counts) == 5
    assert np.allclose(counts, SLICES * HEIGHT * DEPTH, rtol=0.08)


def test_a_slice_without_a_core_does_not_split_a_body():
    instances, _, _ = find_instances(*maps(column(), missing={(2, 1)}), 4.0)
    assert instances.max() == 5
    assert instances[1, TOPS[1] + 13, LEFT + 16] == instances[3, TOPS[1] + 13, LEFT + 16] == 2


def test_pieces_at_the_same_height_are_one_body_however_many_slices_lie_between():
    missing = {(k, 1) for k in (1, 2, 3, 4, 5)}
    semantic, core = maps(column(), slices=7, missing=missing)
    instances, _, _ = find_instances(semantic, core, 5.0)
    at = instances[:, TOPS[1] + 13, LEFT + 16]
    assert at[0] == at[6] == 2
    assert instances.max() == 5


@pytest.mark.parametrize("bodies", [5, 7])
def test_a_piece_off_the_column_is_dropped(bodies):
    false = (100, 4, HEIGHT, Tissue.BODY)
    true = column(height=24, tops=range(10, 10 + 32 * bodies, 32)[:bodies])
    instances, labels, _ = find_instances(*maps([*true, false]), 4.0)
    assert instances.max() == bodies
    assert not instances[:, 100:126, 4:36].any()
    assert (labels[:, 105:120, 10:30] != Tissue.BODY).all()


def test_the_sacrum_is_no_body():
    sacrum = (226, LEFT, HEIGHT, Tissue.SACRUM)
    instances, labels, _ = find_instances(*maps([*column(), sacrum]), 4.0)
    assert instances.max() == 5
    assert (labels[:, 230:245, LEFT + 5 : LEFT + 20] == Tissue.SACRUM).all()


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


def test_body_pixels_without_a_core_become_background():
    semantic, core = maps(column())
    core[:, : TOPS[1]] = 0
    instances, labels, _ = find_instances(semantic, core, 4.0)
    assert instances.max() == 4
    assert not (labels[:, : TOPS[1]] == Tissue.BODY).any()


def test_a_curved_column_keeps_all_its_bodies():
    bent = [(top, LEFT + shift, HEIGHT, Tissue.BODY) for top, shift in zip(TOPS, (0, 9, 14, 9, 0), strict=True)]
    assert find_instances(*maps(bent), 4.0)[0].max() == 5


@pytest.mark.parametrize("slices", [1, 3])
def test_nothing_is_found_in_an_empty_image(slices):
    instances, labels, _ = find_instances(*maps([], slices=slices), 4.0)
    assert not instances.any()
    assert not labels.any()


def test_sacral_parts_seen_beside_the_midline_are_no_body():
    """In one slice of seven the network takes S1 for a body; the others outvote it."""
    sacrum = (TOPS[-1] + 40, LEFT, HEIGHT, Tissue.SACRUM)
    semantic, core = maps([*column(), sacrum], slices=7)
    rows, columns = slice(sacrum[0], sacrum[0] + HEIGHT), slice(LEFT, LEFT + DEPTH)
    semantic[5, Tissue.BODY, rows, columns], semantic[5, Tissue.SACRUM, rows, columns] = 0.9, 0.05
    core[5, sacrum[0] + 8 : sacrum[0] + HEIGHT - 8, LEFT + 8 : LEFT + DEPTH - 8] = 1.0
    instances, labels, _ = find_instances(semantic, core, 4.0)
    assert instances.max() == 5
    assert (labels[5, rows, columns] == Tissue.SACRUM).mean() > 0.9


@pytest.mark.parametrize(("depth_below", "bodies"), [(DEPTH, 5), (DEPTH // 2, 4)])
def test_a_doubtful_body_is_settled_by_the_depth_of_what_lies_below(depth_below, bodies):
    semantic, core = maps(column(), slices=6)
    rows, columns = slice(TOPS[-1], TOPS[-1] + HEIGHT), slice(LEFT, LEFT + DEPTH)
    semantic[4:, Tissue.SACRUM, rows, columns], semantic[4:, Tissue.BODY, rows, columns] = 0.9, 0.05
    core[4:, rows, columns] = 0.0
    below = np.s_[:, :, TOPS[-1] + HEIGHT : TOPS[-1] + HEIGHT + 40, LEFT : LEFT + depth_below]
    semantic[below] = 0.01
    semantic[:, Tissue.SACRUM][below[0], below[2], below[3]] = 0.95
    semantic[:, Tissue.SACRUM, TOPS[-1] + HEIGHT : TOPS[-1] + HEIGHT + 10, LEFT : LEFT + depth_below] = 0.01
    semantic[:, Tissue.DISC, TOPS[-1] + HEIGHT : TOPS[-1] + HEIGHT + 10, LEFT : LEFT + depth_below] = 0.95
    instances, _, doubt = find_instances(semantic, core, 4.0)
    assert (instances.max(), doubt) == (bodies, False)


@pytest.mark.parametrize(("width", "joined"), [(10, True), (DEPTH, False)])
def test_the_dens_beside_the_midline_is_of_c2(width, joined):
    """In some slices the dens looks apart, with a disc below it; C2 is larger than C3."""
    semantic, core = maps([(TOPS[0] + 10, LEFT, HEIGHT + 6, Tissue.BODY), *column(tops=TOPS[1:])])
    left = LEFT + (DEPTH - width) // 2
    semantic[2:, :, : TOPS[0], left : left + width] = 0.01
    semantic[2:, Tissue.BODY, : TOPS[0], left : left + width] = 0.95
    semantic[2:, Tissue.DISC, TOPS[0] : TOPS[0] + 10, LEFT : LEFT + DEPTH] = 0.9
    core[2:, 2 : TOPS[0] - 2, left + 1 : left + width - 1] = 0.9
    instances, _, _ = find_instances(semantic, core, 4.0)
    assert instances.max() == (5 if joined else 6)
    middle = LEFT + DEPTH // 2
    assert instances[3, 10, middle] == 1
    assert instances[3, TOPS[0] + 25, middle] == (1 if joined else 2)


def test_a_body_that_half_of_the_slices_take_for_the_sacrum_is_a_doubt():
    semantic, core = maps(column(), slices=6)
    rows, columns = slice(TOPS[-1], TOPS[-1] + HEIGHT), slice(LEFT, LEFT + DEPTH)
    semantic[4:, Tissue.SACRUM, rows, columns], semantic[4:, Tissue.BODY, rows, columns] = 0.9, 0.05
    core[4:, rows, columns] = 0.0
    instances, _, doubt = find_instances(semantic, core, 4.0)
    assert doubt
    assert (instances[:, TOPS[-1] + 13, LEFT + 16] == 5).all()
