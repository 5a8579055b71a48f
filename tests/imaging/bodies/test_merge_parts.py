"""Pieces that are one vertebra."""

import pytest

from tests.imaging.core_maps import DEPTH, HEIGHT, LEFT, TOPS, column, maps
from vcfimg.imaging.bodies.instances import find_instances
from vcfimg.imaging.segmentation import Tissue


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
