"""The scanner averages, blurs, displaces fat, shades and adds noise, each as much as asked."""

from dataclasses import replace

import numpy as np
import pytest

from vcfimg.phantom.acquisition import SCALE, Acquisition, acquire, mean_of_layers
from vcfimg.phantom.contrast import STANDARD, signals
from vcfimg.phantom.tissue import T

CLEAN = Acquisition(blur_mm=0.0, noise=0.0, shading=0.0, chemical_shift_mm=0.0, texture=0.0)
SHAPE = (40, 40)


def scan(layers, how=CLEAN, *, role="t2", seed=0, shading=None):
    return acquire(
        layers,
        np.zeros(layers.shape[1:], np.uint8),
        STANDARD[role],
        how,
        marrow_fat=0.5,
        fine_mm=0.5,
        pixel_mm=1.0,
        shape=SHAPE,
        depth_shading=np.ones(SHAPE, np.float32) if shading is None else shading,
        gains=np.ones(64, np.float32),
        rng=np.random.default_rng(seed),
    )


def halves(left=T.CSF, right=T.FAT, layers=1):
    out = np.full((layers, 82, 82), left, np.uint8)
    out[..., 40:] = right
    return out


def edge_width(row):
    rise = (row - row.min()) / np.ptp(row)
    return int(((rise > 0.1) & (rise < 0.9)).sum())


def test_a_flat_tissue_has_its_signal():
    image = scan(np.full((1, 82, 82), T.CSF, np.uint8))
    assert image == pytest.approx(SCALE * signals(STANDARD["t2"])[T.CSF], rel=1e-4)


def test_partial_volume_is_the_mean_over_the_slice():
    values = np.zeros(len(T))
    values[T.CSF], values[T.FAT] = 1.0, 0.4
    layers = np.array([[[T.CSF]], [[T.FAT]], [[T.FAT]]], np.uint8)
    assert mean_of_layers(values, layers) == pytest.approx(0.6)


def test_blur_widens_edges():
    sharp, soft = (scan(halves(), replace(CLEAN, blur_mm=b))[20] for b in (0.0, 2.0))
    assert edge_width(soft) > edge_width(sharp) + 2


def test_chemical_shift_moves_fat_only():
    before, after = (scan(halves(), replace(CLEAN, chemical_shift_mm=s))[20] for s in (0.0, 3.0))
    water, fat = (signals(STANDARD["t2"])[t] * SCALE for t in (T.CSF, T.FAT))
    assert before[21] == pytest.approx(fat, rel=0.1)
    assert after[21] < 0.2 * fat
    assert after[30] == pytest.approx(fat, rel=0.02)
    assert after[10] == pytest.approx(water, rel=0.02)


def test_noise_is_as_strong_as_asked():
    image = scan(np.full((1, 82, 82), T.CSF, np.uint8), replace(CLEAN, noise=0.05))
    assert image.std() / image.mean() == pytest.approx(0.05, rel=0.15)


def test_air_keeps_rician_noise():
    image = scan(halves(T.AIR, T.CSF), replace(CLEAN, noise=0.05))[:, :15]
    assert 0 < image.mean() < 0.12 * SCALE
    assert image.min() >= 0


def test_shading_multiplies_the_signal():
    shading = np.linspace(0.2, 1, SHAPE[1], dtype=np.float32) * np.ones((SHAPE[0], 1), np.float32)
    image = scan(np.full((1, 82, 82), T.CSF, np.uint8), shading=shading)
    assert np.allclose(image / image[:, -1:], shading, rtol=1e-4)


def test_the_same_generator_gives_the_same_image():
    how = Acquisition()
    assert np.array_equal(scan(halves(), how, seed=4), scan(halves(), how, seed=4))
    assert not np.array_equal(scan(halves(), how, seed=4), scan(halves(), how, seed=5))
