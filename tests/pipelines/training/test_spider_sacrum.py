"""The sacrum of real slices, traced by hand, becomes allowed classes."""

import numpy as np
import pytest
from skimage.io import imread

from pipelines.training import spider_sacrum
from pipelines.training.spider_sacrum import REACH, UNLABELLED, Tracing, traced, tracings, with_traced_sacrum
from pipelines.training.spider_slices import BIT, one_channel, split_bodies
from tests.real_data import DATA
from vcfimg.imaging.segmentation import Tissue

TRACING = Tracing(
    slice=50,
    segments=(
        np.array([[20.0, 20], [50, 20], [50, 40], [25, 40]]),
        np.array([[26.0, 44], [50, 44], [50, 60], [30, 60]]),
    ),
    front=np.array([[20.0, 20], [25, 40], [30, 60]]),
)
SHAPE = (100, 80)


@pytest.fixture
def one_tracing(monkeypatch):
    monkeypatch.setattr(spider_sacrum, "tracings", lambda: {"7": TRACING})


def test_segments_and_the_disc_between_them_are_sacrum_and_what_lies_in_front_is_not():
    bone, pelvis = traced(TRACING, SHAPE)
    assert bone[30, 40]
    assert bone[42, 40]
    assert bone[52, 40]
    assert not bone[70:].any()
    assert pelvis[55, 20]
    assert not pelvis[30, 40]
    assert not (bone & pelvis).any()


def test_the_outline_and_what_lies_behind_stay_open(one_tracing):
    mask = np.zeros(SHAPE, np.uint8)
    mask[18:22] = 2
    before = np.where(mask == 2, BIT[Tissue.DISC], UNLABELLED)
    after = with_traced_sacrum(before, mask, "7", 50)
    assert (after[mask == 2] == BIT[Tissue.DISC]).all()
    assert after[30, 40] == BIT[Tissue.SACRUM]
    assert after[60, 40] == UNLABELLED
    assert after[30, 70] == UNLABELLED
    assert after[62, 22] == BIT[Tissue.BACKGROUND]


@pytest.mark.parametrize(("patient", "number"), [("8", 50), ("7", 50 - REACH - 1), ("7", 50 + REACH + 1)])
def test_other_patients_and_far_slices_are_left_alone(one_tracing, patient, number):
    mask = np.zeros(SHAPE, np.uint8)
    before = np.full(SHAPE, UNLABELLED)
    assert (with_traced_sacrum(before, mask, patient, number) == UNLABELLED).all()


def test_every_tracing_has_one_or_two_segments_above_its_front():
    assert len(tracings()) == 25
    for tracing in tracings().values():
        assert 1 <= len(tracing.segments) <= 2
        assert (np.diff(tracing.front[:, 0]) > 0).all()
        bone, _ = traced(tracing, (320, 256))
        assert 400 < bone.sum() < 2200


@pytest.mark.real_data
@pytest.mark.skipif(not (DATA / "spider_t2space").is_dir(), reason="development MRI is not beside the checkout")
def test_traced_sacra_lie_below_the_last_disc_and_on_no_vertebra():
    folder = DATA / "spider_t2space" / "masks"
    for patient, tracing in tracings().items():
        mask = one_channel(imread(folder / f"{patient}_slice{tracing.slice}.png"))
        bone, _ = traced(tracing, mask.shape)
        assert (mask[bone] == 0).mean() > 0.93, patient
        allowed, _ = split_bodies(mask)
        after = with_traced_sacrum(allowed, mask, patient, tracing.slice)
        assert (after == BIT[Tissue.SACRUM]).sum() > 300
