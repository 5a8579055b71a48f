"""Marrow beside the discs is made darker or brighter; nothing else changes."""

import numpy as np
import pytest

from pipelines.training import endplate_bands as bands


@pytest.fixture
def spine():
    bones, disc = np.zeros((140, 60), np.uint8), np.zeros((140, 60), bool)
    bones[5:35, 10:44], bones[45:75, 10:44], bones[85:139, 10:44] = 1, 2, bands.SACRUM
    disc[36:44, 10:44] = disc[76:84, 10:44] = True
    return bones, disc


def gains(spine, monkeypatch, n=60, **settings):
    for name, value in ({"BAND_SHARE": 1.0, "DISC_SHARE": 1.0} | settings).items():
        monkeypatch.setattr(bands, name, value)
    return [bands.endplate_bands(*spine, 1.0, np.random.default_rng(seed)) for seed in range(n)]


def test_bands_lie_in_bone_beside_a_disc(spine, monkeypatch):
    bones, _ = spine
    for gain in gains(spine, monkeypatch):
        assert gain.any()
        assert not gain[bones == 0].any()
        assert np.abs(gain[110:130]).max() < 0.05
        assert gain[5:8].any() or np.abs(gain[5:15]).max() < 0.2


def test_a_whole_band_begins_at_the_border_and_ends_within_the_body(spine, monkeypatch):
    for gain in gains(spine, monkeypatch, WHOLE_SHARE=1.0, BOTH_SIDES_SHARE=1.0, SOFT_MM=(0.3, 0.5)):
        for border, inside in ((34, 8), (85, 115)):
            assert (np.abs(gain[border, 12:42]) > np.log(1.2)).mean() > 0.9
            assert (np.abs(gain[inside, 12:42]) < 0.02).all()


def test_bands_are_dark_or_bright_on_one_side_or_both(spine, monkeypatch):
    found = gains(spine, monkeypatch, DISC_SHARE=1.0)
    assert min(g.min() for g in found) < np.log(0.4)
    assert max(g.max() for g in found) > np.log(2)
    beside_first = [(bool(g[30:35].any()), bool(g[45:50].any())) for g in found]
    assert {(True, True), (True, False), (False, True)} <= set(beside_first)


def test_most_slices_have_none(spine):
    without = [not bands.endplate_bands(*spine, 1.0, np.random.default_rng(seed)).any() for seed in range(200)]
    assert 0.5 < np.mean(without) < 0.9


def test_where_no_disc_is_labelled_there_is_none(spine, monkeypatch):
    bones, disc = spine
    assert not any(g.any() for g in gains((bones, np.zeros_like(disc)), monkeypatch, n=10))
