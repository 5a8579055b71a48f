"""Masks of whole vertebrae become classes where geometry settles them, and stay open where it does not."""

import numpy as np
import pytest
from skimage.io import imsave

from pipelines.training.spider_slices import BIT, collapse_bodies, load_spider, spider_sample, split_bodies, thick_slice
from pipelines.training.synth import PATCH
from vcfimg.imaging.segmentation import Tissue

VERTEBRA, DISC, CANAL = 1, 2, 3


@pytest.fixture
def mask():
    out = np.zeros((200, 160), np.uint8)
    out[10:190, 90:104] = CANAL
    for top in (20, 65, 110, 155):
        out[top : top + 30, 50:88] = VERTEBRA
        out[top + 31 : top + 39, 52:86] = DISC
        out[top + 5 : top + 20, 110:130] = VERTEBRA
    return out


def test_a_piece_before_the_canal_is_a_body(mask):
    allowed, instance = split_bodies(mask)
    assert (allowed[25:45, 55:84] == BIT[Tissue.BODY]).all()
    assert instance.max() == 4
    assert len({int(instance[top + 15, 70]) for top in (20, 65, 110, 155)} - {0}) == 4


def test_a_piece_behind_the_canal_is_a_posterior_element(mask):
    allowed, instance = split_bodies(mask)
    assert (allowed[28:38, 113:127] == BIT[Tissue.POSTERIOR]).all()
    assert not instance[:, 106:].any()


def test_a_piece_that_spans_both_stays_open(mask):
    mask[70:80, 50:130] = VERTEBRA
    allowed, instance = split_bodies(mask)
    assert allowed[75, 70] == BIT[Tissue.BODY] | BIT[Tissue.POSTERIOR]
    assert instance[75, 70] == 0


def test_what_is_not_labelled_may_be_background_or_sacrum(mask):
    allowed, _ = split_bodies(mask)
    assert allowed[5, 5] == BIT[Tissue.BACKGROUND] | BIT[Tissue.SACRUM]
    assert allowed[53, 70] == BIT[Tissue.DISC]
    assert allowed[100, 97] == BIT[Tissue.CANAL]


def test_without_the_canal_nothing_is_settled(mask):
    mask[mask == CANAL] = 0
    allowed, instance = split_bodies(mask)
    assert not instance.any()
    assert (allowed[mask == VERTEBRA] == BIT[Tissue.BODY] | BIT[Tissue.POSTERIOR]).all()


def test_a_sample_has_the_size_of_a_patch_and_open_cores(mask):
    mask[70:80, 50:130] = VERTEBRA
    allowed, instance = split_bodies(mask)
    image = np.where(mask > 0, 150, 40).astype(np.uint8)
    piece = {"around": image[None], "mask": mask, "allowed": allowed, "instance": instance}
    out, bits, core = spider_sample(piece, np.random.default_rng(0))
    assert out.shape == bits.shape == core.shape == (PATCH, PATCH)
    assert np.isfinite(out).all()
    assert set(np.unique(core)) == {0, 1, 2}
    assert (bits[core == 2] & BIT[Tissue.BODY] > 0).all()
    assert (bits[core == 1] == BIT[Tissue.BODY]).all()


def test_a_missing_folder_holds_no_slices(tmp_path):
    assert load_spider(tmp_path / "nowhere") == []


def write(folder, patient, number, value):
    for kind, image in (("images", np.full((8, 6), value, np.uint8)), ("masks", np.zeros((8, 6), np.uint8))):
        (folder / kind).mkdir(exist_ok=True)
        imsave(folder / kind / f"{patient}_slice{number}.png", image, check_contrast=False)


def test_a_slice_is_read_between_the_next_ones_of_the_same_patient(tmp_path):
    for number in (98, 99, 100, 101, 103):
        write(tmp_path, "7", number, number)
    write(tmp_path, "8", 102, 5)
    around = [piece["around"][:, 0, 0].tolist() for piece in load_spider(tmp_path)]
    assert around == [[98], [98, 99, 100], [99, 100, 101], [101], [103], [5]]


def test_a_thick_slice_is_the_mean_of_thin_ones():
    around = np.array([10, 20, 60, 20, 10], np.uint8)[:, None, None] * np.ones((5, 4, 4), np.uint8)
    rng = np.random.default_rng(0)
    seen = {round(float(thick_slice(around, rng).mean()), 2) for _ in range(60)}
    assert seen == {60.0, 33.33, 24.0}
    assert thick_slice(around[2:3], rng).mean() == 60


def test_collapsed_bodies_are_lower_in_image_and_maps(mask, monkeypatch):
    monkeypatch.setattr("pipelines.training.spider_slices.COLLAPSED_SHARE", 1.0)
    allowed, instance = split_bodies(mask)
    image = np.where(mask == VERTEBRA, 200.0, 20.0).astype(np.float32)
    for seed in range(8):
        out, maps = collapse_bodies(
            image, {"mask": mask, "allowed": allowed, "instance": instance}, np.random.default_rng(seed)
        )
        assert out.shape == maps["mask"].shape == maps["allowed"].shape == maps["instance"].shape
        assert (maps["instance"] > 0).sum() < 0.95 * (instance > 0).sum()
        assert out[maps["instance"] > 0].mean() > 180
        assert out[maps["mask"] == VERTEBRA].mean() > 160
        assert out[maps["mask"] == DISC].mean() < 65
        assert (maps["allowed"][maps["instance"] > 0] == BIT[Tissue.BODY]).all()


def test_below_the_lowest_disc_lies_the_sacrum(mask):
    taller = np.pad(mask, ((0, 60), (0, 0)))
    allowed, _ = split_bodies(taller)
    sacrum = allowed == BIT[Tissue.SACRUM]
    assert sacrum[198:208, 64:74].all()
    assert sacrum[206].sum() < sacrum[199].sum()
    assert not sacrum[:194].any()
    assert not sacrum[(taller > 0)].any()


def test_where_the_lowest_label_is_a_body_nothing_is_called_sacrum(mask):
    mask[186:] = 0
    mask[186:190, 50:88] = VERTEBRA
    mask[(mask == DISC) & (np.arange(200)[:, None] < 120)] = 0
    allowed, _ = split_bodies(np.pad(mask, ((0, 60), (0, 0))))
    assert not (allowed == BIT[Tissue.SACRUM]).any()
