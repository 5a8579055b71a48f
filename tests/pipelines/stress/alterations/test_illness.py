"""Marrow and shape of bodies change, and the truth says by how much."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.stress.alterations import illness
from tests.pipelines.stress.alterations.altered_cases import BODY, KEY, SOFT, two_bodies
from vcfimg.geometry import Geometry
from vcfimg.imaging.raw import Heights


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_one_body_in_three_is_darkened():
    case = two_bodies()
    image = illness.bodies_times(0.4, case, rng()).volumes[0].array
    middles = sorted(float(np.median(image[case.masks[KEY] == label])) for label in (23, 24))
    assert middles == pytest.approx([80.0, 200.0], abs=0.5)


def test_all_bodies_are_brightened_and_nothing_else():
    case = two_bodies()
    image = illness.all_bodies_times(2.5, case, rng()).volumes[0].array
    assert [float(np.median(image[case.masks[KEY] == label])) for label in (23, 24)] == pytest.approx(
        [500.0, 500.0], rel=1e-3
    )
    assert image[4, 57, 20] == SOFT


def test_mottled_marrow_is_patchy_in_every_body():
    case = two_bodies()
    image, mask = illness.mottled(case, rng()).volumes[0].array, case.masks[KEY]
    for label in (23, 24):
        assert np.log(image[mask == label]).std() > 0.2
    assert image[:, 55:].std() < 1


def test_a_band_lies_at_one_endplate_over_its_depth():
    case = two_bodies()
    seen = set()
    for seed in range(12):
        image = illness.banded(0.4, case, rng(seed)).volumes[0].array[4, :, 20]
        for top in (5, 30):
            dark = image[top : top + 20] < 0.7 * BODY
            seen.add((bool(dark[:7].all()), bool(dark[-7:].all()), bool(dark[8:12].any())))
    assert seen == {(True, False, False), (False, True, False), (False, False, False)}


def test_cement_leaves_no_signal_in_the_middle_of_a_body():
    case = two_bodies()
    image, mask = illness.cemented(case, rng()).volumes[0].array, case.masks[KEY]
    dark = [float((image[mask == label] < 0.2 * BODY).mean()) for label in (23, 24)]
    assert min(dark) == 0
    assert 0.03 < max(dark) < 0.6
    np.testing.assert_allclose(image[:, 56:], SOFT)


def test_screws_leave_holes_behind_and_within_two_bodies():
    case = two_bodies()
    wide = np.repeat(case.masks[KEY], 6, axis=0)
    image = np.repeat(case.volumes[0].array, 6, axis=0)
    grid = Geometry.of(image, case.volumes[0].affine)
    volume = replace(case.volumes[0], array=image, geometry=grid, sop_instance_uids=())
    case = replace(case, volumes=(volume,), masks={KEY: wide}, bodies=(*case.bodies, case.bodies[-1]))
    image = illness.screwed(case, rng()).volumes[0].array
    for row in (15, 40):
        for side in (-1, 1):
            assert image[round(23.5 + side * illness.SCREW_ASIDE_MM), row, 32] < 0.2 * SOFT
        assert image[23, row, 32] > 0.8 * SOFT


@pytest.mark.parametrize(("alter", "least", "most"), [(illness.collapsed, 20, 65), (illness.plana, 60, 84)])
def test_a_collapsed_body_has_its_loss_and_the_other_none(alter, least, most):
    case = two_bodies()
    heights = Heights(anterior=20.0, middle=20.0, posterior=20.0)
    low = alter(replace(case, bodies=tuple(replace(b, height_mm=heights) for b in case.bodies)), rng())
    losses = sorted(b.index_loss or 0.0 for b in low.bodies)
    assert losses[0] == 0
    assert least < losses[1] <= most
    assert not low.healthy
    assert low.volumes[0].shape == low.masks[KEY].shape
    for body in low.bodies:
        own = low.masks[KEY] == body.label
        rows, center = np.flatnonzero(own.any((0, 2))), low.volumes[0].to_lps(np.argwhere(own).mean(0)[::-1])
        assert (len(rows) < 20) == ((body.index_loss or 0) > 0)
        np.testing.assert_allclose(center, body.center_mm)
    assert low.volumes[0].array[low.masks[KEY] > 0].mean() > 170


def test_the_endplate_that_gave_way_has_a_band_below_it():
    case = two_bodies()
    low, banded = illness.collapsed(case, rng()), illness.acute(0.4, case, rng())
    mask = low.masks[KEY]
    np.testing.assert_array_equal(banded.masks[KEY], mask)
    ratio = banded.volumes[0].array / np.maximum(low.volumes[0].array, 1e-6)
    lost = next(b.label for b in banded.bodies if b.index_loss)
    rows = np.flatnonzero(mask[4, :, 20] == lost)
    assert np.allclose(ratio[4, rows[1 : len(rows) // 2 - 1], 20], 0.4, atol=0.15)
    assert np.allclose(ratio[4, rows[len(rows) // 2 + 3 :], 20], 1, atol=0.05)
