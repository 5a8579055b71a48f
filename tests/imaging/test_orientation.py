"""Positions that exchange front and back, or head and feet, are noticed."""

from dataclasses import replace

import numpy as np
import pytest

from vcfimg.imaging.orientation import judge_orientation
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import SpineSpec, make_study


@pytest.fixture(scope="module")
def volume() -> Volume:
    return make_study(SpineSpec(seed=7), roles=("t2",), slices=9).volumes["t2"]


def turned(volume: Volume, signs: tuple[int, int, int]) -> Volume:
    affine = np.diag([*signs, 1.0]) @ volume.geometry.affine
    return replace(volume, geometry=replace(volume.geometry, affine=affine))


def upper(volume: Volume) -> Volume:
    """The part above the sacrum."""
    array = volume.array[:, : int(0.6 * volume.shape[1])]
    return replace(volume, array=array, geometry=replace(volume.geometry, shape=array.shape))


def test_images_as_acquired_pass(volume: Volume) -> None:
    assert judge_orientation(volume) == (None, True)


@pytest.mark.parametrize(
    ("signs", "what"),
    [
        ((-1, -1, 1), "front and back"),
        ((-1, 1, -1), "head and feet"),
        ((1, -1, -1), "head and feet as well as front and back"),
    ],
)
def test_exchanged_positions_are_named(volume: Volume, signs: tuple[int, int, int], what: str) -> None:
    assert judge_orientation(turned(volume, signs)).exchanged == what


def test_without_a_sacrum_nothing_is_refused_that_is_right(volume: Volume) -> None:
    assert judge_orientation(upper(volume)).exchanged is None


def test_front_for_back_is_seen_without_a_sacrum(volume: Volume) -> None:
    assert judge_orientation(turned(upper(volume), (-1, -1, 1))).exchanged == "front and back"


def test_noise_proves_nothing(volume: Volume) -> None:
    noise = np.random.default_rng(1).normal(100, 10, volume.array.shape).astype(np.float32)
    assert judge_orientation(replace(volume, array=noise)) == (None, False)
