"""A body's surface has the heights it claims, and stays within the box it gives."""

import numpy as np
import pytest

from tests.phantom.people import body_of, midplane, person
from vcfimg.phantom.paint import paint
from vcfimg.phantom.tissue import T

LEVELS = ("T8", "T12", "L1", "L2", "L4")


@pytest.mark.parametrize("level", LEVELS)
def test_mask_heights_agree_with_the_truth_within_a_voxel(level):
    who = person("fractured")
    body = body_of(who, level)
    number = [b.level for b in who.spine.bodies].index(level) + 1
    points, at = midplane(body)
    mask = paint(who, points).instance == number
    counted = mask.sum(0) * (at[1] - at[0])
    assert counted[np.abs(at) < 0.6].mean() == pytest.approx(body.heights[1], abs=0.5)
    # The straight chord between corners plus the sag gives the height anywhere inside the rounded corners.
    for share in (-0.65, 0.65):
        y = np.array([share * body.depth / 2], np.float32)
        x = np.zeros(1, np.float32)
        height = body.plate(x, y, top=True, rough=False) - body.plate(x, y, top=False, rough=False)
        assert np.interp(y[0], at, counted) == pytest.approx(float(height[0]), abs=0.8)


@pytest.mark.parametrize("level", LEVELS)
def test_depth_of_the_mask_is_the_depth_between_the_walls(level):
    who = person("fractured")
    body = body_of(who, level)
    number = [b.level for b in who.spine.bodies].index(level) + 1
    points, at = midplane(body)
    mask = paint(who, points).instance == number
    z = 0.5 * (body.top[0] + body.bottom[0])
    row = int(np.argmin(np.abs(at + z)))
    counted = mask[row].sum() * (at[1] - at[0])
    assert body.depth * 0.86 - 1 < counted < body.depth + body.retropulsion_mm + 1


@pytest.mark.parametrize("level", ["C5", "T12", "L4"])
def test_nothing_of_a_body_lies_outside_its_box(level):
    body = body_of(person("fractured"), level)
    box = body.to_local(body.reach())
    wide = np.abs(box).max() + 8
    axis = np.arange(-wide, wide, 2.0)
    local = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).astype(np.float32)
    inside = local[body.distance(local)[0] < 1.0]
    assert (inside > box.min(0) - 1.0).all()
    assert (inside < box.max(0) + 1.0).all()


def test_local_and_lps_coordinates_are_inverse():
    body = body_of(person("healthy"), "L3")
    points = np.random.default_rng(0).uniform(-20, 20, (50, 3))
    assert np.allclose(body.to_local(body.to_lps(points)), points, atol=1e-4)


@pytest.mark.parametrize("level", ["T10", "L1", "L3"])
def test_the_dark_endplate_line_is_centred_on_the_truth(level):
    who = person("healthy")
    body = body_of(who, level)
    off = []
    for top in (True, False):
        heights = body.top if top else body.bottom
        y = np.linspace(-0.2, 0.2, 9) * body.depth
        z = np.arange(-4, 4, 0.05)
        local = np.zeros((len(z), len(y), 3))
        local[..., 1], local[..., 2] = y, heights[1] + z[:, None]
        dark = paint(who, body.to_lps(local)).tissue == T.CORTEX
        smooth = body.plate(np.zeros(9, np.float32), y.astype(np.float32), top=top, rough=False) - heights[1]
        for column in range(len(y)):
            line = np.flatnonzero(dark[:, column] & (np.abs(z - smooth[column]) < 1.5))
            assert 0.7 < 0.05 * len(line) < 2.0
            off.append(float(z[line].mean() - smooth[column]))
    assert np.mean(off) == pytest.approx(0, abs=0.15)
    assert np.abs(off).max() < 0.5
