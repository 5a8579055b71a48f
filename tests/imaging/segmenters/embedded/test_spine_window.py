"""The network reads a few slices whole and the others where those show the spine."""

import numpy as np
import pytest

from vcfimg.imaging.segmentation import Tissue
from vcfimg.imaging.segmenters.embedded import network
from vcfimg.imaging.segmenters.embedded.canonical_slices import canonical_slices
from vcfimg.imaging.segmenters.embedded.spine_window import (
    MARGIN_MM,
    WHOLE_EVERY,
    read_columns,
    read_whole,
    spine_columns,
)
from vcfimg.phantom import SpineSpec, make_study

COLUMNS = 200


def seen(first, end):
    """A reading of two slices that shows bodies in the given columns."""
    semantic = np.zeros((2, 6, 60, COLUMNS), np.float32)
    semantic[:, Tissue.BACKGROUND] = 1.0
    semantic[:, Tissue.BACKGROUND, 10:40, first:end] = 0.1
    semantic[:, Tissue.BODY, 10:40, first:end] = 0.9
    return semantic, semantic[:, Tissue.BODY]


@pytest.mark.parametrize(("first", "end"), [(80, 120), (0, 30), (170, 200), (5, 195)])
def test_the_window_holds_the_spine_and_its_margin(first, end):
    low, high = spine_columns(seen(first, end), COLUMNS)
    assert 0 <= low <= max(first - MARGIN_MM, 0)
    assert min(end + MARGIN_MM, COLUMNS) <= high <= COLUMNS
    assert (high - low) % network.MULTIPLE == 0 or high - low == COLUMNS


def test_without_a_spine_everything_is_read():
    assert spine_columns(seen(0, 0), COLUMNS) == (0, COLUMNS)


@pytest.mark.parametrize("slices", [1, WHOLE_EVERY, WHOLE_EVERY + 1, 11])
def test_every_slice_is_read_in_its_place(slices):
    images = np.random.default_rng(0).normal(size=(slices, 64, 96)).astype(np.float32)
    semantic, core = read_columns(images, read_whole(images), (0, 96))
    expected = network.predict(images)
    np.testing.assert_allclose(semantic, expected[0], atol=1e-6)
    np.testing.assert_allclose(core, expected[1], atol=1e-6)


def test_a_known_window_is_read_without_whole_slices():
    images = np.random.default_rng(0).normal(size=(6, 64, 96)).astype(np.float32)
    semantic, core = read_columns(images, None, (32, 96))
    expected = network.predict(images[..., 32:])
    np.testing.assert_array_equal(semantic, expected[0])
    np.testing.assert_array_equal(core, expected[1])


@pytest.fixture(scope="module")
def stack():
    study = make_study(SpineSpec(seed=5), roles=("t2",), slices=9)
    (volume,) = study.volumes.values()
    return canonical_slices(volume)


def test_a_window_changes_hardly_any_label(stack):
    whole = read_whole(stack.images)
    at = spine_columns(whole, stack.images.shape[2])
    assert at[1] - at[0] < 0.85 * stack.images.shape[2]
    semantic, _ = read_columns(stack.images, whole, at)
    full = network.predict(stack.images)[0]
    body = full.argmax(1) == Tissue.BODY
    assert not body[..., : at[0]].any()
    assert not body[..., at[1] :].any()
    differs = (semantic.argmax(1) == Tissue.BODY) != body[..., at[0] : at[1]]
    assert differs.sum() < 0.02 * body.sum()


def test_cut_columns_stay_where_they_are(stack):
    cut = stack.columns(20, 100)
    column_20 = stack.geometry.to_lps(np.array([20, 3, 2]))
    np.testing.assert_allclose(cut.geometry.to_lps(np.array([0, 3, 2])), column_20)
    np.testing.assert_array_equal(cut.images, stack.images[:, :, 20:100])
    assert cut.geometry.same_grid(stack.columns(20, 100).geometry)
    assert not cut.geometry.same_grid(stack.columns(21, 101).geometry)
