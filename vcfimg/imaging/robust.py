"""Robust smooth curves, many at once."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
    rounds: int = 6,
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
    trust = np.ones_like(y)
    coefficients = weighted_fit(basis, y, weight, ridge)
    for _ in range(rounds):
        residual = (
            y - np.einsum("...xk,nk->nx", basis, coefficients)
            if basis.ndim == 2
            else (y - np.einsum("nxk,nk->nx", basis, coefficients))
        )
        scale = np.maximum(1.4826 * weighted_median(np.abs(residual), weight), floor)
        trust = np.square(np.clip(1 - np.square(residual / (cut * scale[:, None])), 0, 1))
        trust = np.maximum(trust, 1e-4)
        coefficients = weighted_fit(basis, y, weight * trust, ridge)
    return coefficients, trust


def weighted_median(values: Array, weight: Array) -> Array:
    """Weighted median along the last axis."""
    order = np.argsort(values, axis=-1)
    v = np.take_along_axis(values, order, axis=-1)
    w = np.take_along_axis(np.broadcast_to(weight, values.shape), order, axis=-1)
    total = np.cumsum(w, axis=-1)
    half = 0.5 * total[..., -1:]
    at = np.argmax(total >= half, axis=-1)
    return np.asarray(np.take_along_axis(v, at[..., None], axis=-1)[..., 0])
