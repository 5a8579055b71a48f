"""A series with a few slices from one side is one view among others: no body looks collapsed for it, none is lost."""

from dataclasses import replace

import numpy as np
import pytest

from vcfimg.imaging.derive import derive
from vcfimg.imaging.measure import measure
from vcfimg.imaging.segment import segment
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import SpineSpec, make_study
from vcfimg.policy import load_policy

LIMIT_PERCENT = 12.0


@pytest.fixture(scope="module")
def study():
    return make_study(SpineSpec(seed=13, scoliosis_deg=12), slices=9, size=(280, 220), pixel_mm=1.1, gap_mm=5.0)


def between(volume: Volume, first: int, end: int) -> Volume:
    """The slices ``first`` to before ``end`` alone."""
    geometry = volume.geometry.padded(slices=(-first, end - volume.shape[0]))
    return replace(volume, array=np.ascontiguousarray(volume.array[first:end]), geometry=geometry)


@pytest.mark.parametrize(("first", "end"), [(0, 3), (6, 9)])
def test_bodies_beside_a_short_t2_are_whole_and_of_full_height(study, first, end):
    volumes = [between(v, first, end) if role == "t2" else v for role, v in study.volumes.items()]
    policy = load_policy()
    found = derive(measure(volumes, segment(volumes), policy), None, policy).vertebrae
    centres = np.array([v.center_mm for v in found])
    for true in (v for v in study.truth.vertebrae if v.in_view):
        apart = np.linalg.norm(centres - np.array(true.center_mm), axis=1)
        assert apart.min() < 8.0, true.level
        read = found[int(apart.argmin())]
        assert "partly_seen" not in read.quality.reasons
        if read.loss_percent.index is not None:
            assert read.loss_percent.index < LIMIT_PERCENT, true.level
