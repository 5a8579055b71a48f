"""Positions that exchange front and back, or head and feet, are noticed."""

from dataclasses import replace

import numpy as np
import pytest

from vcfimg.errors import SegmentationError
from vcfimg.imaging.orientation import check_orientation, exchanged
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import SpineSpec, make_study


@pytest.fixture(scope="module")
def volume() -> Volume:
    return make_study(SpineSpec(seed=7), roles=("t2",), slices=9).volumes["t2"]


def turned(volume: Volume, signs: tuple[int, int, int]) -> Volume:
    affine = np.diag([*signs, 1.0]) @ volume.geometry.affine
    return replace(volume, geometry=replace(volume.geometry, affine=affine))


def test_images_as_acquired_pass(volume: Volume) -> None:
    assert exchanged(volume) is None
    check_orientation([volume])


@pytest.mark.parametrize(
    ("signs", "what"),
    [
        ((-1, -1, 1), "front and back"),
        ((-1, 1, -1), "head and feet"),
        ((1, -1, -1), "head and feet as well as front and back"),
    ],
)
def test_exchanged_positions_are_named(volume: Volume, signs: tuple[int, int, int], what: str) -> None:
    assert exchanged(turned(volume, signs)) == what
    with pytest.raises(SegmentationError, match="patient position") as caught:
        check_orientation([turned(volume, signs)])
    assert caught.value.code == "orientation_contradicted"


def test_one_series_turned_among_others_is_noticed(volume: Volume) -> None:
    with pytest.raises(SegmentationError):
        check_orientation([volume, replace(turned(volume, (-1, -1, 1)), series_instance_uid="1.2.3", role="stir")])


def test_noise_proves_nothing(volume: Volume) -> None:
    noise = np.random.default_rng(1).normal(100, 10, volume.array.shape).astype(np.float32)
    assert exchanged(replace(volume, array=noise)) is None
