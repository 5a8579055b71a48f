"""Bodies are stacked in order, each level once, and keep a gap for their disc."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.phantom.people import HEALTHY
from vcfimg.phantom import Fracture, SpineSpec, random_spec
from vcfimg.phantom.spine import build_spine

WORN = {f"{r}{i}": 1.0 for r, n in (("C", 7), ("T", 12), ("L", 5)) for i in range(1, n + 1)}


def gap_mm(upper, lower):
    """Smallest distance of the upper endplate of ``lower`` from the body above it."""
    x, y = (np.float32(a) for a in np.meshgrid(np.linspace(-1, 1, 15), np.linspace(-1, 1, 15)))
    x, y = x * lower.width / 2, y * lower.depth / 2
    plate = np.stack([x, y, lower.plate(x, y, top=True)], -1)[lower.radial(x, y) < 1]
    return float(upper.distance(upper.to_local(lower.to_lps(plate))[:, None])[0].min())


@pytest.mark.parametrize("lumbar", [4, 5, 6])
@pytest.mark.parametrize("thoracic", [11, 12, 13])
def test_every_level_is_present_once_and_in_order(lumbar, thoracic):
    levels = [b.level for b in build_spine(replace(HEALTHY, lumbar_count=lumbar, thoracic_count=thoracic)).presacral]
    expected = [f"C{i}" for i in range(2, 8)]
    expected += [f"T{i}" for i in range(1, thoracic + 1)] + [f"L{i}" for i in range(1, lumbar + 1)]
    assert levels == expected


def test_bodies_follow_each_other_from_head_to_foot():
    spine = build_spine(SpineSpec(seed=2, scoliosis_deg=20, kyphosis=1.6))
    z = [b.center[2] for b in spine.bodies]
    assert all(a > b for a, b in itertools.pairwise(z))


@pytest.mark.parametrize(
    "spec",
    [
        HEALTHY,
        SpineSpec(seed=3, disc_degeneration=WORN),
        SpineSpec(seed=4, scoliosis_deg=22, kyphosis=1.9, lordosis=1.6),
        SpineSpec(seed=5, fractures={"T12": Fracture("wedge", 70), "L2": Fracture("crush", 60)}),
    ],
    ids=["healthy", "worn", "crooked", "fractured"],
)
def test_discs_keep_a_gap(spec):
    bodies = build_spine(spec).bodies
    gaps = [gap_mm(a, b) for a, b in itertools.pairwise(bodies) if not a.level.startswith("S")]
    assert min(gaps) > 0.8


def test_a_worn_disc_is_lower():
    healthy, worn = (build_spine(SpineSpec(seed=3, disc_degeneration=d)).disc_mm for d in ({}, WORN))
    levels = [b.level for b in build_spine(HEALTHY).bodies]
    lumbar = [levels.index(f"L{i}") for i in range(1, 6)]
    assert all(worn[k] < 0.4 * healthy[k] for k in lumbar)


def test_scoliosis_bends_the_spine_sideways():
    def spread(degrees):
        return np.ptp([b.center[0] for b in build_spine(replace(HEALTHY, scoliosis_deg=degrees)).presacral])

    assert spread(20) > spread(0) + 15


def test_axes_are_a_right_handed_frame():
    for body in build_spine(random_spec(9)).bodies:
        assert np.allclose(body.axes.T @ body.axes, np.eye(3), atol=1e-9)
        assert np.linalg.det(body.axes) == pytest.approx(1)
        assert body.axes[2, 2] > 0.3
        assert body.axes[0, 0] > 0.8
