"""Training images: any contrast from a painted slice, with its maps moved alike."""

import numpy as np
import pytest

from pipelines.training.bank import make_slices
from pipelines.training.synth import (
    PATCH,
    ROLE_WEIGHTS,
    blot_with_metal,
    coarse,
    core_of,
    end_near_sacrum,
    phantom_sample,
    place,
    random_contrast,
    replace_marrow,
)
from vcfimg.imaging.segmentation import Tissue
from vcfimg.phantom.tissue import T


def boxes():
    out = np.zeros((80, 60), np.uint8)
    out[5:31, 10:44], out[31:57, 10:44] = 1, 2
    return out


def test_cores_lie_inside_their_body_and_never_touch():
    instance = boxes()
    core = core_of(instance)
    assert core[18, 27] == core[44, 27] == 1
    assert not core[instance == 0].any()
    assert not core[27:35].any()


def test_every_body_has_a_core_however_thin():
    thin = np.zeros((20, 40), np.uint8)
    thin[8:14, 4:36] = 3
    assert core_of(thin).any()


def test_role_weights_are_a_distribution():
    assert sum(ROLE_WEIGHTS.values()) == pytest.approx(1.0)
    rng = np.random.default_rng(0)
    assert {random_contrast(rng).role for _ in range(300)} == set(ROLE_WEIGHTS)


def test_some_images_are_taken_with_larger_pixels():
    image = np.random.default_rng(4).random((96, 80)).astype(np.float32)
    taken = [coarse(image, np.random.default_rng(seed)) for seed in range(40)]
    same = [out is image for out in taken]
    assert 20 <= sum(same) <= 32
    assert all(out.shape == image.shape for out in taken)
    assert np.mean([out.std() for out in taken if out is not image]) < 0.8 * image.std()


def test_image_and_maps_are_moved_together():
    image = (boxes() == 1).astype(np.float32) * 100
    out, (label,) = place(image, [boxes()], 0.8, np.random.default_rng(3), [0])
    assert out.shape == label.shape == (PATCH, PATCH)
    assert out[label == 1].mean() > 90
    assert out[label == 0].mean() < 5


def test_a_sample_follows_from_its_generator():
    piece = make_slices(3)[0]
    one, two = (phantom_sample(piece, np.random.default_rng(5)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
    image, allowed, core = one
    assert image.shape == allowed.shape == core.shape == (PATCH, PATCH)
    assert np.isfinite(image).all()
    assert set(np.unique(allowed)) <= {1 << int(t) for t in Tissue}
    assert (allowed[core == 1] == 1 << Tissue.BODY).mean() > 0.95


def test_about_half_of_the_crops_end_from_l5_to_s2():
    sacral = np.arange(300) >= 200
    rng = np.random.default_rng(2)
    ends = [end_near_sacrum(sacral, 0.8, rng) for _ in range(400)]
    rows = [row for row in ends if row is not None]
    assert 160 <= min(rows) < 170
    assert 240 < max(rows) <= 250
    assert 0.38 < len(rows) / len(ends) < 0.52
    assert {end_near_sacrum(np.zeros(300, bool), 0.8, rng) for _ in range(20)} == {None}


def test_marrow_is_replaced_within_bodies_alone_unless_it_grows_out():
    instance = boxes()
    tissue = np.where(instance > 0, T.MARROW, T.MUSCLE).astype(np.uint8)[None].repeat(3, 0)
    rng = np.random.default_rng(4)
    changed = [replace_marrow(tissue, instance, rng) for _ in range(60)]
    assert any((c != tissue).any() for c in changed)
    assert any((c == tissue).all() for c in changed)
    for c in changed:
        outside = c[:, instance == 0]
        assert set(np.unique(outside)) <= {T.MUSCLE, T.LESION}
    assert (tissue == np.where(instance > 0, T.MARROW, T.MUSCLE)).all()


def test_metal_leaves_dark_holes_over_bone():
    label = np.where(boxes() > 0, Tissue.POSTERIOR, Tissue.BACKGROUND).astype(np.uint8)
    image = np.full(label.shape, 100.0, np.float32)
    rng = np.random.default_rng(6)
    images = [blot_with_metal(image, label, rng) for _ in range(200)]
    holed = [i for i in images if i is not image]
    assert 2 <= len(holed) <= 40
    assert all(i.min() < 20 and i.max() > 110 for i in holed)
