"""Robust smooth curves, many at once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STIFF_TERMS: Final = 3
"""Terms of the basis that the first rounds of a robust fit use."""

STIFF_ROUNDS: Final = 5
"""Number of those rounds."""

MAD_TO_SD: Final = 1.4826
"""SD of a normal distribution over its median absolute deviation."""

MEDIAN_EFFICIENCY: Final = 1.2533
"""Standard error of a median over that of a mean, for normal errors."""

Z95: Final = 1.96
"""97.5th percentile of the normal distribution."""


def legendre(x: Array, order: int) -> Array:
    """Legendre polynomials 0…``order`` at ``x``: shape ``x.shape + (order + 1,)``."""
    return np.asarray(np.polynomial.legendre.legvander(x, order))


def weighted_fit(basis: Array, y: Array, weight: Array, ridge: float | Array = 1e-6) -> Array:
    """Weighted least squares of ``y`` ``(n, x)`` on ``basis`` ``(x, k)`` or ``(n, x, k)``; coefficients ``(n, k)``.

    ``ridge`` pulls coefficients (all, or each by its own entry) towards zero, relative to the sum of the weights.
    """
    if basis.ndim == 2:
        basis = np.broadcast_to(basis, (len(y), *basis.shape))
    weighted = basis * weight[..., None]
    normal = np.einsum("nxi,nxj->nij", weighted, basis)
    right = np.einsum("nxi,nx->ni", weighted, y)
    k = basis.shape[-1]
    normal = normal + np.maximum(weight.sum(axis=1), 1e-9)[:, None, None] * (np.eye(k) * ridge)
    return np.asarray(np.linalg.solve(normal, right[..., None])[..., 0])


def robust_fit(
    basis: Array,
    y: Array,
    weight: Array,
    *,
    floor: float,
    cut: float = 4.0,
    rounds: int = 10,
    ridge: float | Array = 1e-6,
) -> tuple[Array, Array]:
    """Tukey-weighted fit: features off the curve (pits, spurs, rounded corners) lose their say.

    Parameters
    ----------
    basis
        ``(x, k)`` or ``(n, x, k)``.
    y, weight
        ``(n, x)``; zero weight where there is no reading.
    floor
        Smallest scale of the residuals, in the unit of ``y``: below it nothing is an outlier.
    cut
        Residuals beyond ``cut`` scales have no say.

    Returns
    -------
    Coefficients ``(n, k)`` and the final robust weights in [0, 1], ``(n, x)``.
    """
    k = basis.shape[-1]
    full = np.broadcast_to(np.asarray(ridge, np.float64), (k,))
    coefficients = np.zeros((len(y), k))
    trust = np.ones_like(y)
    for step in range(rounds):
        # the first rounds are stiff and of least absolute deviations: a free curve would bend into a pit
        stiff = step < STIFF_ROUNDS
        used = min(k, STIFF_TERMS) if stiff else k
        coefficients[:, used:] = 0.0
        coefficients[:, :used] = weighted_fit(basis[..., :used], y, weight * trust, full[:used])
        residual = y - (
            np.einsum("xk,nk->nx", basis, coefficients)
            if basis.ndim == 2
            else np.einsum("nxk,nk->nx", basis, coefficients)
        )
        if stiff:
            trust = floor / np.maximum(np.abs(residual), floor)
            continue
        scale = np.maximum(MAD_TO_SD * weighted_median(np.abs(residual), weight), floor)
        trust = np.square(np.clip(1 - np.square(residual / (cut * scale[:, None])), 0, 1))
        trust = np.maximum(trust, 1e-4)
    coefficients = weighted_fit(basis, y, weight * trust, ridge)
    return coefficients, trust


def robust_sd(values: Array) -> Array:
    """SD along the first axis, from the median absolute deviation: outliers do not widen it."""
    return np.asarray(MAD_TO_SD * np.median(np.abs(values - np.median(values, axis=0)), axis=0))


def weighted_median(values: Array, weight: Array) -> Array:
    """Weighted median along the last axis."""
    order = np.argsort(values, axis=-1)
    v = np.take_along_axis(values, order, axis=-1)
    w = np.take_along_axis(np.broadcast_to(weight, values.shape), order, axis=-1)
    total = np.cumsum(w, axis=-1)
    half = 0.5 * total[..., -1:]
    at = np.argmax(total >= half, axis=-1)
    return np.asarray(np.take_along_axis(v, at[..., None], axis=-1)[..., 0])
