"""The bank holds painted slices that follow from the seed, and is filled without doing anything twice."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.training import bank
from pipelines.training.bank import SIZE, SUBSLICES, fill_bank, make_slices
from vcfimg.imaging.segmentation import Tissue
from vcfimg.phantom.spec import random_spec
from vcfimg.phantom.spine import build_spine
from vcfimg.phantom.tissue import T


@pytest.fixture(scope="module")
def slices():
    return make_slices(3)


def test_slices_follow_from_the_seed(slices):
    again = make_slices(3)
    for one, two in zip(slices, again, strict=True):
        assert all(np.array_equal(one[key], two[key]) for key in one)


def test_a_person_gives_slices_with_their_labels(slices):
    assert len(slices) == bank.SLICES_PER_PERSON
    for piece in slices:
        assert piece["tissue"].shape == (SUBSLICES, SIZE, SIZE)
        assert piece["label"].shape == piece["instance"].shape == (SIZE, SIZE)
        assert piece["tissue"].max() <= max(T)
        assert piece["label"].max() <= max(Tissue)
        assert ((piece["instance"] > 0) == (piece["label"] == Tissue.BODY)).all()


def test_filling_writes_each_person_once(tmp_path, monkeypatch):
    painted = []

    def paint_nothing(seed):
        painted.append(seed)
        return [{"label": np.full((2, 2), seed, np.uint8)}]

    monkeypatch.setattr(bank, "make_slices", paint_nothing)
    fill_bank(tmp_path, [1, 2])
    fill_bank(tmp_path, [1, 2, 3])
    assert painted == [1, 2, 3]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["000001.npz", "000002.npz", "000003.npz"]
    with np.load(tmp_path / "000002.npz") as stored:
        assert (stored["label0"] == 2).all()


def test_a_visible_disc_below_s1_leaves_the_spine_above_it_as_it_is():
    spec = random_spec(5)
    usual, visible = build_spine(spec), build_spine(replace(spec, sacral_disc=3.0))
    at = [b.level for b in usual.bodies].index("S1")
    assert visible.disc_mm[at] == pytest.approx(3 * usual.disc_mm[at])
    for one, two in zip(usual.presacral, visible.presacral, strict=True):
        assert one.top == two.top
        assert one.bottom == two.bottom
