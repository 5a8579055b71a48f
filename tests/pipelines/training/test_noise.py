"""Smooth random fields."""

import numpy as np
import pytest

from pipelines.training.noise import smooth_noise


def test_noise_has_unit_spread():
    assert smooth_noise(np.random.default_rng(1), (90, 70), 6.0).std() == pytest.approx(1.0, abs=1e-3)


def test_neighbours_are_alike_up_to_the_scale():
    noise = smooth_noise(np.random.default_rng(2), (200, 200), 8.0)
    at = [float(np.corrcoef(noise[:, :-lag].ravel(), noise[:, lag:].ravel())[0, 1]) for lag in (1, 4, 20)]
    assert at[0] > 0.95
    assert at[0] > at[1] > 0.4
    assert abs(at[2]) < 0.3
