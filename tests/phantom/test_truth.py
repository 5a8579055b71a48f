"""The truth is what the spec asked for, measured on its own points."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.phantom.people import FRACTURED, FRACTURES, HEALTHY, body_of, person, truth_of_level
from vcfimg.phantom import Edema, Fracture, Lesion, SpineSpec
from vcfimg.phantom.person import make_person
from vcfimg.phantom.truth import retropulsion, truth_of

BOX = ([-700] * 3, [700] * 3)


def heights_from_points(vertebra):
    points = vertebra.points_mm
    return [
        float(np.linalg.norm(np.subtract(getattr(points, f"{x}_superior"), getattr(points, f"{x}_inferior"))))
        for x in ("anterior", "middle", "posterior")
    ]


@pytest.mark.parametrize("level", ["C5", "T8", "T12", "L1", "L2", "L4", "L5"])
def test_heights_are_the_distances_between_the_six_points(level):
    vertebra = truth_of_level(person("fractured"), level)
    height = vertebra.height_mm
    assert heights_from_points(vertebra) == pytest.approx([height.anterior, height.middle, height.posterior], abs=1e-6)


@pytest.mark.parametrize(("level", "fracture"), FRACTURES.items())
def test_losses_are_those_of_the_spec(level, fracture):
    vertebra = truth_of_level(person("fractured"), level)
    asked = [100 * x for x in fracture.losses()]
    loss = vertebra.loss_percent
    assert [loss.anterior, loss.middle, loss.posterior] == pytest.approx(asked, abs=1e-6)
    assert vertebra.index_loss_percent == pytest.approx(fracture.loss_percent)


@pytest.mark.parametrize("level", ["C4", "T5", "T9", "L1", "L5"])
def test_an_unfractured_body_has_lost_nothing(level):
    assert truth_of_level(person("fractured"), level).index_loss_percent == pytest.approx(0, abs=1e-9)


def test_expected_heights_do_not_depend_on_the_fracture():
    healthy = make_person(replace(FRACTURED, fractures={}))
    for level in FRACTURES:
        assert truth_of_level(healthy, level).height_mm.anterior == pytest.approx(
            truth_of_level(person("fractured"), level).expected_height_mm.anterior
        )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_unfractured_spine_has_no_retropulsion(seed):
    bodies = make_person(SpineSpec(seed=seed, scoliosis_deg=12)).spine.bodies
    found = [
        retropulsion(a, b, c) for a, b, c in zip(bodies, bodies[1:], bodies[2:], strict=False) if b.level[0] != "S"
    ]
    assert max(found) < 1.0


@pytest.mark.parametrize("level", ["T8", "T12", "L1"])
@pytest.mark.parametrize("asked", [2.0, 4.0, 6.0])
def test_retropulsion_is_about_what_the_spec_asks(level, asked):
    who = make_person(SpineSpec(seed=2, fractures={level: Fracture("wedge", 50, retropulsion_mm=asked)}))
    assert truth_of_level(who, level).retropulsion_mm == pytest.approx(asked, abs=1.0)


def test_retropulsion_without_a_neighbour_above_is_unknown():
    assert truth_of_level(person("healthy"), "C2").retropulsion_mm is None


def test_the_wall_bulges_by_the_retropulsion():
    who = person("fractured")
    body = body_of(who, "T12")
    wall = body.to_local(np.array(truth_of_level(who, "T12").wall_mm))
    assert wall[:, 1].max() == pytest.approx(body.depth / 2 + 4.0, abs=0.6)
    assert np.abs(wall[:, 0]).max() < 1e-3
    assert wall[0, 2] > wall[-1, 2]


def edema_fraction(edema, level="L3", **changes):
    who = make_person(replace(HEALTHY, edema={level: edema} if edema else {}, **changes))
    return truth_of_level(who, level).edema_fraction


def test_healthy_marrow_has_no_edema():
    assert edema_fraction(None) == 0


@pytest.mark.parametrize("pattern", ["band", "inferior_band", "partial", "diffuse"])
def test_the_edema_fraction_grows_with_the_extent(pattern):
    found = [edema_fraction(Edema(pattern, x)) for x in (0.2, 0.4, 0.6, 0.8)]
    assert all(a < b for a, b in itertools.pairwise(found))


@pytest.mark.parametrize("pattern", ["band", "inferior_band", "partial"])
@pytest.mark.parametrize("extent", [0.3, 0.5, 0.7])
def test_a_band_fills_its_share_of_the_body(pattern, extent):
    assert edema_fraction(Edema(pattern, extent)) == pytest.approx(extent, abs=0.12)


def test_diffuse_edema_of_full_extent_fills_the_body():
    assert edema_fraction(Edema("diffuse", 1.0)) > 0.95


def test_a_lesion_counts_as_bright_marrow_by_its_volume():
    lesion = {"L3": (Lesion((0.0, 0.0, 0.0), 8.0),)}
    body = body_of(person("healthy"), "L3")
    share = 4 / 3 * np.pi * 8**3 / (0.8 * body.width * body.depth * body.heights[1])
    assert edema_fraction(None, lesions=lesion) == pytest.approx(share, rel=0.5)


def test_sclerotic_and_fatty_lesions_are_not_bright():
    lesions = {"L3": (Lesion((0, 0, 0), 8.0, "sclerotic"), Lesion((0.4, 0, 0), 5.0, "fatty"))}
    assert edema_fraction(None, lesions=lesions) == 0


def test_diffuse_disease_brightens_every_body():
    who = make_person(replace(HEALTHY, diffuse_marrow=True))
    assert min(truth_of_level(who, level).edema_fraction for level in ("T6", "T12", "L3")) > 0.8


def test_only_what_lies_in_the_box_is_in_the_truth():
    who = person("healthy")
    low, high = body_of(who, "L4"), body_of(who, "L1")
    truth = truth_of(who, [-60, -120, low.center[2] - 2], [60, 80, high.center[2] + 2])
    assert [v.level for v in truth.vertebrae] == ["L1", "L2", "L3", "L4"]
    assert [v.in_view for v in truth.vertebrae] == [False, True, True, False]
    assert not truth.sacrum_in_view
    assert not truth.c2_in_view


def test_the_whole_spine_is_counted_once():
    truth = truth_of(person("healthy"), *BOX)
    levels = [v.level for v in truth.vertebrae]
    assert len(levels) == len(set(levels)) == 23
    assert truth.sacrum_in_view
    assert truth.c2_in_view
