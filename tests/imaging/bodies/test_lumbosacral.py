"""L5 or S1."""

import numpy as np
import pytest

from tests.imaging.core_maps import DEPTH, HEIGHT, LEFT, TOPS, column, maps
from vcfimg.imaging.bodies.instances import find_instances
from vcfimg.imaging.segmentation import Tissue


def test_the_sacrum_is_no_body():
    sacrum = (226, LEFT, HEIGHT, Tissue.SACRUM)
    instances, labels, _ = find_instances(*maps([*column(), sacrum]), 4.0)
    assert instances.max() == 5
    assert (labels[:, 230:245, LEFT + 5 : LEFT + 20] == Tissue.SACRUM).all()


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


def test_a_body_that_half_of_the_slices_take_for_the_sacrum_is_a_doubt():
    semantic, core = maps(column(), slices=6)
    rows, columns = slice(TOPS[-1], TOPS[-1] + HEIGHT), slice(LEFT, LEFT + DEPTH)
    semantic[4:, Tissue.SACRUM, rows, columns], semantic[4:, Tissue.BODY, rows, columns] = 0.9, 0.05
    core[4:, rows, columns] = 0.0
    instances, _, doubt = find_instances(semantic, core, 4.0)
    assert doubt
    assert (instances[:, TOPS[-1] + 13, LEFT + 16] == 5).all()
