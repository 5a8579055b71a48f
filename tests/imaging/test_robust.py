import numpy as np
import pytest

from vcfimg.imaging.robust import legendre, robust_fit, weighted_fit, weighted_median

X = np.linspace(-1, 1, 41)


def test_exact_curve_is_returned() -> None:
    y = np.stack([1 + 2 * X, 3 - X**2])
    fitted = weighted_fit(legendre(X, 2), y, np.ones_like(y)) @ legendre(X, 2).T
    assert fitted == pytest.approx(y, abs=1e-4)


def test_a_pit_does_not_bend_the_curve() -> None:
    y = 0.5 * X[None] ** 2
    pitted = y.copy()
    pitted[0, 16:24] += 4.0
    fit, trust = robust_fit(legendre(X, 2), pitted, np.ones_like(y), floor=0.3)
    assert fit @ legendre(X, 2).T == pytest.approx(y, abs=0.1)
    assert trust[0, 16:24].max() < 0.01


def test_weight_zero_is_ignored() -> None:
    y = np.array([[0.0, 0.0, 50.0, 0.0, 0.0]])
    basis = legendre(np.linspace(-1, 1, 5), 1)
    fit = weighted_fit(basis, y, np.array([[1.0, 1.0, 0.0, 1.0, 1.0]]))
    assert fit == pytest.approx(np.zeros((1, 2)), abs=1e-9)


def test_ridge_calms_one_order_only() -> None:
    y = (2 * X + 3 * X**3)[None]
    fit = weighted_fit(legendre(X, 3), y, np.ones_like(y), np.array([0.0, 0.0, 0.0, 10.0]))
    assert abs(fit[0, 3]) < 0.05
    assert fit[0, 1] > 1.0


def test_weighted_median_follows_the_weight() -> None:
    values = np.array([[1.0, 2.0, 3.0]])
    assert weighted_median(values, np.array([[1.0, 1.0, 1.0]]))[0] == 2.0
    assert weighted_median(values, np.array([[5.0, 1.0, 1.0]]))[0] == 1.0
