"""Statistics against values worked out by hand."""

import pytest

from vcfimg.evaluation.agreement import Agreement, Share, agreement, icc_2_1, share


def test_bias_and_limits_by_hand() -> None:
    found = agreement([11.0, 19.0, 33.0], [10.0, 20.0, 30.0])
    assert found.bias == pytest.approx(1.0)
    assert found.mae == pytest.approx(5 / 3)
    assert found.sd == pytest.approx(2.0)
    assert (found.lower, found.upper) == pytest.approx((1 - 3.92, 1 + 3.92))


def test_icc_by_hand() -> None:
    # Targets 1, 2, 3 read as 2, 3, 4: rows MS 2, columns MS 1.5, error 0 → 2 / (2 + 0 + 2 * 1.5 / 3).
    assert icc_2_1([2.0, 3.0, 4.0], [1.0, 2.0, 3.0]) == pytest.approx(2 / 3)


def test_icc_of_identical_readings_is_one() -> None:
    assert icc_2_1([1.0, 5.0, 9.0], [1.0, 5.0, 9.0]) == pytest.approx(1.0)


def test_icc_without_variance_is_unknown() -> None:
    assert icc_2_1([3.0, 3.0], [3.0, 3.0]) is None
    assert icc_2_1([3.0], [3.0]) is None


def test_nothing_gives_nothing() -> None:
    assert agreement([], []) == Agreement(0)
    assert share([]).value is None
    assert share([]).interval is None


def test_wilson_interval() -> None:
    found = Share(10, 10)
    assert found.value == 1.0
    low, high = found.interval or (0.0, 0.0)
    assert low == pytest.approx(0.722, abs=0.002)
    assert high == pytest.approx(1.0)
