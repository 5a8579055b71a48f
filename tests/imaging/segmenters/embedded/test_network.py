"""The network takes slices of any size and intensity scale and gives probabilities of the same size."""

import numpy as np
import pytest

from vcfimg.imaging.segmenters.embedded.network import info, normalise_slice, predict


def image(seed=0, shape=(70, 50)):
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    return (200 + 150 * np.sin(rows / 9) * np.cos(columns / 7) + rng.normal(0, 10, shape)).clip(0).astype(np.float32)


def test_normalised_slices_have_their_median_at_zero():
    out = normalise_slice(image())
    assert out.dtype == np.float32
    lit = image() > 0.04 * np.percentile(image(), 99.5)
    assert np.median(out[lit]) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("gain", [0.01, 1.0, 37.0])
def test_the_intensity_scale_does_not_matter(gain):
    assert np.allclose(normalise_slice(image() * gain), normalise_slice(image()), atol=1e-3)


def test_highlights_are_compressed_but_kept_in_order():
    bright = image()
    bright[5, 5], bright[6, 6] = 5e4, 1e5
    out = normalise_slice(bright)
    assert out[6, 6] > out[5, 5] > 3
    assert out[6, 6] < 12


@pytest.mark.parametrize("fill", [0.0, 250.0, -5.0])
def test_a_flat_slice_becomes_zero(fill):
    assert not normalise_slice(np.full((20, 20), fill, np.float32)).any()


def test_missing_pixels_do_not_spread():
    spoiled = image()
    spoiled[3, 4] = np.nan
    assert np.isfinite(normalise_slice(spoiled)).all()


@pytest.mark.parametrize("shape", [(64, 64), (70, 50), (33, 97)])
def test_probabilities_have_the_size_of_the_slices(shape):
    slices = np.stack([normalise_slice(image(s, shape)) for s in range(2)])
    semantic, core = predict(slices)
    assert semantic.shape == (2, 6, *shape)
    assert core.shape == (2, *shape)
    assert np.allclose(semantic.sum(1), 1, atol=1e-4)
    assert semantic.min() >= 0
    assert 0 <= core.min() <= core.max() <= 1


def test_a_slice_is_judged_by_itself():
    one, two = (normalise_slice(image(s)) for s in (1, 2))
    together, alone = predict(np.stack([one, two]))[0], predict(two[None])[0]
    assert np.allclose(together[1], alone[0], atol=1e-5)


def test_the_segmenter_names_its_weights():
    assert info().name == "vcfimg-unet"
    assert len(info().sha256) == 64
    assert info() == info()
