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


@pytest.mark.parametrize("slip", [6.0, -3.0])
def test_a_slipped_body_and_all_above_it_stand_in_front_of_the_one_below(slip):
    straight, slipped = (build_spine(replace(HEALTHY, slip_mm=s)).bodies for s in ({}, {"L4": slip}))
    below = next(b for b in straight if b.level == "L5")
    for a, b in zip(straight, slipped, strict=True):
        moved = (b.center - a.center) @ below.axes[:, 1]
        above = a.level[0] in "CT" or a.level in {"L1", "L2", "L3", "L4"}
        # the whole spine is shown from S1's place
        assert moved == pytest.approx(-slip if above else 0, abs=1e-6), a.level


def test_every_height_of_a_person_departs_a_little_from_what_its_neighbours_tell():
    plain, own = (
        np.array([b.expected_heights for b in build_spine(replace(HEALTHY, own_variation=v)).bodies])
        for v in (0.0, 0.015)
    )
    departure = own / plain - 1
    assert departure.std() == pytest.approx(0.015, rel=0.25)
    assert np.abs(np.corrcoef(departure.T)[np.triu_indices(3, 1)]).max() < 0.5


def test_sacral_segments_are_deeper_above_than_below_and_less_so_where_a_disc_is_left():
    def taper(disc):
        return next(b for b in build_spine(replace(HEALTHY, sacral_disc=disc)).bodies if b.level == "S1").taper

    assert taper(1.0) > taper(2.5) > 0
    bodies = build_spine(HEALTHY).bodies
    assert all((b.taper > 0) == b.level.startswith("S") for b in bodies)
    s1 = next(b for b in bodies if b.level == "S1")
    ends = [float(s1.radial(np.zeros(1), np.array([-s1.depth / 2]), zeta)[0]) for zeta in (1.0, -1.0)]
    assert ends[0] < 1 < ends[1]
