"""The core pieces of one body, over the slices."""

from tests.imaging.core_maps import LEFT, TOPS, column, maps
from vcfimg.imaging.bodies.instances import find_instances


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
