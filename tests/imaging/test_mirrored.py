"""Pixels turned over in one series, the positions unchanged."""

from dataclasses import replace

import numpy as np
import pytest

from tests.real_data import DATA
from vcfimg.imaging.mirrored import edge_fit
from vcfimg.loaders import read_volume, scan
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import SpineSpec, make_study
from vcfimg.policy import load_policy

FLIPS = {
    "front and back": np.s_[:, :, ::-1],
    "head and feet": np.s_[:, ::-1],
    "head and feet as well as front and back": np.s_[:, ::-1, ::-1],
}


@pytest.fixture(scope="module")
def pair() -> tuple[Volume, Volume]:
    volumes = make_study(SpineSpec(seed=7), roles=("t1", "stir"), slices=9).volumes
    return volumes["t1"], volumes["stir"]


def moved(volume: Volume, mm: tuple[float, float, float]) -> Volume:
    return replace(volume, geometry=volume.geometry.moved(np.array(mm)))


@pytest.mark.parametrize("mm", [(0, 0, 0), (0, 8, 0), (0, 0, -12)])
def test_series_as_acquired_agree_though_the_patient_moved(
    pair: tuple[Volume, Volume], mm: tuple[float, float, float]
) -> None:
    fit = edge_fit(pair[0], moved(pair[1], mm))
    assert fit is not None
    assert fit.agrees
    assert fit.mirrored is None


@pytest.mark.parametrize("what", list(FLIPS))
def test_pixels_turned_over_are_named(pair: tuple[Volume, Volume], what: str) -> None:
    fit = edge_fit(pair[0], replace(pair[1], array=pair[1].array[FLIPS[what]]))
    assert fit is not None
    assert fit.mirrored == what


def test_series_of_another_place_prove_nothing(pair: tuple[Volume, Volume]) -> None:
    assert edge_fit(pair[0], moved(pair[1], (0, 0, 400))) is None


@pytest.mark.skipif(not (DATA / "hitachi_lspine").is_dir(), reason="the development MRI is absent")
@pytest.mark.parametrize("what", [None, *FLIPS])
def test_real_series(what: str | None) -> None:
    (study,) = scan(DATA / "hitachi_lspine").studies
    sagittal = {s.role.value: read_volume(s, policy=load_policy()) for s in study.series if s.plane == "sagittal"}
    stir = sagittal["stir"]
    turned = stir if what is None else replace(stir, array=stir.array[FLIPS[what]])
    fit = edge_fit(sagittal["t2"], turned)
    assert fit is not None
    assert fit.mirrored == what
