"""People differ in shape as the policy's standard deviations say, and only there."""

import numpy as np
import pytest

from vcfimg.phantom.normal import shipped_measurement
from vcfimg.phantom.shape_spread import shape_factors
from vcfimg.phantom.spec import SpineSpec
from vcfimg.phantom.spine import build_spine

PEOPLE = 1500


@pytest.mark.parametrize("level", ["C5", "T7", "L2", "L5"])
def test_spread_of_wedge_concavity_and_size(level: str) -> None:
    spread = shipped_measurement().shape_spread(level)
    assert spread is not None
    a, m, p = np.array([shape_factors([level], seed, 1.0)[0] for seed in range(PEOPLE)]).T
    assert np.std(np.log(a / p)) == pytest.approx(spread.wedge, rel=0.1)
    assert np.std(2 * m / (a + p)) == pytest.approx(spread.concavity, rel=0.1)
    assert np.std(0.5 * (a + p)) == pytest.approx(spread.size, rel=0.1)
    for x, factors in (("anterior", a), ("middle", m), ("posterior", p)):
        assert np.std(factors) == pytest.approx(spread.sd(x), rel=0.1)
    assert np.mean([a, m, p]) == pytest.approx(1.0, abs=0.01)


def test_without_strength_nobody_differs() -> None:
    assert (shape_factors(["C5", "L5", "S1"], 3, 0.0) == 1.0).all()


def test_sacrum_and_axis_keep_their_shape() -> None:
    assert (shape_factors(["S1", "C2"], 3, 1.0) == 1.0).all()


def test_nothing_but_the_heights_changes() -> None:
    plain, varied = build_spine(SpineSpec(seed=4)), build_spine(SpineSpec(seed=4, shape_spread=1.0))
    for one, other in zip(plain.presacral, varied.presacral, strict=True):
        assert (one.depth, one.width, one.waist) == (other.depth, other.width, other.waist)
    l5 = [b.heights for spine in (plain, varied) for b in spine.presacral if b.level == "L5"]
    assert l5[0] != l5[1]


def test_own_heights_are_what_a_loss_is_counted_from() -> None:
    for body in build_spine(SpineSpec(seed=4, shape_spread=1.0)).presacral:
        assert body.heights == pytest.approx(body.expected_heights)
