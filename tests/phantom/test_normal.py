"""The normal shape is that of the policy, which holds the numbers of the literature."""

import numpy as np
import pytest

from vcfimg.phantom.normal import DEPTH_MM, LADDER, normal_heights, smooth_variation, table_row
from vcfimg.policy import load_policy

PUBLISHED = ("T9", "T10", "T11", "T12")
LUMBAR = ("L1", "L2", "L3", "L4", "L5")


@pytest.mark.parametrize("level", [x for x in LADDER if x[0] in "CT" and x not in {"C2", "T13"}])
def test_posterior_heights_above_l1_are_the_published_ones(level):
    assert normal_heights(level)[2] == load_policy().measurement.posterior_height_mm[level]


@pytest.mark.parametrize("level", PUBLISHED)
def test_wedge_angles_are_the_mean_of_women_and_men(level):
    policy = load_policy().measurement
    anterior, _, posterior = normal_heights(level)
    mean = (policy.wedge_angle_women_deg[level] + policy.wedge_angle_men_deg[level]) / 2
    assert np.rad2deg(np.arctan2(posterior - anterior, DEPTH_MM[level])) == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize("level", PUBLISHED + LUMBAR)
def test_the_shape_is_the_template_that_expected_heights_use(level):
    policy = load_policy().measurement
    anterior, _, posterior = normal_heights(level)
    template = policy.template_mm("anterior", level) / policy.template_mm("posterior", level)
    assert anterior / posterior == pytest.approx(template, rel=0.006)
    assert posterior == policy.template_mm("posterior", level)


def test_the_middle_shape_runs_parallel_to_the_template():
    policy = load_policy().measurement
    ratio = [normal_heights(x)[1] / policy.template_mm("middle", x) for x in PUBLISHED + LUMBAR]
    # A constant factor cancels; what is left is the rounding of the table.
    assert max(ratio) / min(ratio) < 1.01


@pytest.mark.parametrize(
    ("lumbar", "rows"),
    [
        (5, ["L4", "L5", "S1", "S2", "S5"]),
        (4, ["L4", "L5", "S1", "S2", "S5"]),
        (6, ["L4", "L5", "S2", "S3", "S5"]),
    ],
)
def test_below_a_lumbarised_s1_the_sacrum_looks_like_s2(lumbar, rows):
    assert [table_row(x, lumbar) for x in ("L4", "L5", "S1", "S2", "S5")] == rows


def test_a_lumbarised_s1_is_squared_and_t13_borrows_from_t12():
    wedge = {x: normal_heights(x)[2] / normal_heights(x)[0] for x in ("L5", "L6")}
    assert wedge["L5"] < 0.9 < wedge["L6"] < 1.0
    assert table_row("T13") == "T12"


def test_a_person_varies_smoothly_around_the_template():
    rng = np.random.default_rng(0)
    drawn = np.array([smooth_variation(rng, 24, 0.03) for _ in range(400)])
    assert drawn.mean() == pytest.approx(1, abs=0.005)
    assert drawn.std() == pytest.approx(0.03, rel=0.15)
    assert np.diff(drawn, axis=1).std() < 0.4 * drawn.std()
