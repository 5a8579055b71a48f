"""A patient's movement between two series is found from the spine maps, and none where there was none."""

import numpy as np
import pytest
from scipy.ndimage import shift

from vcfimg.imaging.fusion.registration import MAX_SHIFT_MM, MIN_GAIN, Shift, in_plane_shift, similarity


def spine(seed=0):
    """Body-like blocks along a slightly curved line."""
    rng = np.random.default_rng(seed)
    out = np.zeros((4, 220, 140), np.float32)
    for n, top in enumerate(range(15, 190, 34)):
        left = int(50 + 8 * np.sin(n))
        out[:, top : top + 24 + int(rng.integers(0, 4)), left : left + 32] = 1
    return out


@pytest.mark.parametrize("moved", [(3.0, 0.0), (0.0, -5.0), (4.0, 6.0), (-7.5, 2.5), (0.0, 0.0)])
def test_a_known_shift_is_recovered(moved):
    found = in_plane_shift(spine(), shift(spine(), (0, *moved), order=1))
    assert (found.rows, found.columns) == pytest.approx(moved, abs=0.3)
    assert not found.far


def test_movement_improves_the_overlap_and_stillness_does_not():
    assert in_plane_shift(spine(), shift(spine(), (0, 6, 4), order=1)).gain > MIN_GAIN
    assert in_plane_shift(spine(), spine()).gain < MIN_GAIN


def test_noise_does_not_look_like_movement():
    rng = np.random.default_rng(3)
    noisy = np.clip(spine() + rng.normal(0, 0.2, spine().shape), 0, 1).astype(np.float32)
    found = in_plane_shift(spine(), noisy)
    assert max(abs(found.rows), abs(found.columns)) < 0.3
    assert not found.far


@pytest.mark.parametrize("moved", [(22.0, 0.0), (-25.0, 0.0), (33.0, 0.0), (40.0, 4.0), (0.0, 24.0)])
def test_a_series_that_lies_far_away_is_told(moved):
    found = in_plane_shift(spine(), shift(spine(), (0, *moved), order=1))
    assert found.far
    assert max(abs(found.rows), abs(found.columns)) > MAX_SHIFT_MM - 1


def test_a_shorter_view_is_not_far_away():
    seen = spine()
    seen[:, :60] = 0
    assert not in_plane_shift(seen, spine()).far
    assert not in_plane_shift(spine(), seen).far


def test_an_empty_map_shows_no_movement():
    assert in_plane_shift(spine(), np.zeros_like(spine())) == Shift()


def test_similarity_is_one_for_equal_maps_whatever_their_scale():
    a = spine().sum(0)
    assert similarity(a, 3 * a + 2) == pytest.approx(1.0, abs=1e-5)
    assert similarity(a, -a) == pytest.approx(-1.0, abs=1e-5)
