"""Has the patient moved between two series? In-plane translation from their tissue maps, whatever the contrast."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, shift

MAX_SHIFT_MM: Final = 20.0
"""Movement beyond this is not corrected but reported."""
MIN_SHIFT_MM: Final = 0.8
"""Smaller shifts are within the error of the estimate."""
MIN_GAIN: Final = 0.02
"""Rise of the overlap that a shift must bring to be believed."""


def in_plane_shift(reference: NDArray[np.float32], moving: NDArray[np.float32]) -> tuple[float, float, float]:
    """Rows and columns (pixels) by which ``moving`` lies away from ``reference``, and the gain in overlap.

    Parameters
    ----------
    reference, moving
        ``(slices, rows, columns)`` spine probability (body and canal) on the same grid.

    Returns
    -------
    tuple
        (row shift, column shift, gain): sampling ``moving`` at ``index + shift`` matches ``reference``.
    """
    a, b = gaussian_filter(reference.sum(0), 1.0), gaussian_filter(moving.sum(0), 1.0)
    if a.sum() < 50 or b.sum() < 50:
        return 0.0, 0.0, 0.0
    size = tuple(int(2 ** np.ceil(np.log2(n + 2 * MAX_SHIFT_MM))) for n in a.shape)
    correlation = np.fft.irfft2(np.conj(np.fft.rfft2(a - a.mean(), size)) * np.fft.rfft2(b - b.mean(), size), size)
    window = int(MAX_SHIFT_MM)
    near = np.roll(correlation, (window, window), (0, 1))[: 2 * window + 1, : 2 * window + 1]
    peak = np.unravel_index(int(near.argmax()), near.shape)
    rows, columns = (float(p - window) + _vertex(near, peak, axis) for axis, p in enumerate(peak))
    before = similarity(a, b)
    after = similarity(a, shift(b, (-rows, -columns), order=1))
    return rows, columns, after - before


def similarity(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Normalised correlation of two maps."""
    x, y = a - a.mean(), b - b.mean()
    return float((x * y).sum() / max(np.sqrt((x * x).sum() * (y * y).sum()), 1e-9))


def _vertex(values: NDArray[np.float64], peak: tuple[np.intp, ...], axis: int) -> float:
    """Sub-pixel offset of a parabola through the peak and its neighbours."""
    at = list(peak)
    if not 0 < at[axis] < values.shape[axis] - 1:
        return 0.0
    low, high = at.copy(), at.copy()
    low[axis] -= 1
    high[axis] += 1
    left, middle, right = (float(values[tuple(i)]) for i in (low, at, high))
    bend = left - 2 * middle + right
    return 0.0 if bend >= 0 else float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5))
