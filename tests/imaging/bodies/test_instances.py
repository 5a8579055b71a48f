"""Bodies are distinguished and numbered."""

import numpy as np
import pytest

from tests.imaging.core_maps import DEPTH, HEIGHT, LEFT, SLICES, TOPS, column, maps
from vcfimg.imaging.bodies.instances import find_instances
from vcfimg.imaging.segmentation import Tissue


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


def test_body_pixels_without_a_core_become_background():
    semantic, core = maps(column())
    core[:, : TOPS[1]] = 0
    instances, labels, _ = find_instances(semantic, core, 4.0)
    assert instances.max() == 4
    assert not (labels[:, : TOPS[1]] == Tissue.BODY).any()


@pytest.mark.parametrize("slices", [1, 3])
def test_nothing_is_found_in_an_empty_image(slices):
    instances, labels, _ = find_instances(*maps([], slices=slices), 4.0)
    assert not instances.any()
    assert not labels.any()
