"""Estimates patient movement between series: in-plane translation from their tissue maps, whatever the contrast."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, shift

MAX_SHIFT_MM: Final = 20.0
"""Movement beyond this is not corrected but reported."""
FAR_MM: Final = 45.0
"""How far a series is looked for: by a little more than one lumbar level, where it fits nearly as well again."""
MIN_SHIFT_MM: Final = 0.8
"""Smaller shifts are within the error of the estimate."""
MIN_GAIN: Final = 0.02
"""Rise of the overlap that a shift must bring to be believed."""
FAR_GAIN: Final = 0.05
"""Rise of the overlap over the best small shift from which a series lies far away."""


@dataclass(frozen=True)
class Shift:
    """How one series lies to another.

    Parameters
    ----------
    rows, columns
        Pixels: sampling the moving series at ``index + shift`` matches the reference.
    gain
        Rise of the overlap.
    far
        It lies farther away than :data:`MAX_SHIFT_MM`: nothing may be compared.
    """

    rows: float = 0.0
    columns: float = 0.0
    gain: float = 0.0
    far: bool = False


def in_plane_shift(reference: NDArray[np.float32], moving: NDArray[np.float32]) -> Shift:
    """How ``moving`` lies to ``reference``; no shift where either shows no spine.

    Parameters
    ----------
    reference, moving
        ``(slices, rows, columns)`` spine probability (body and canal) on the same 1 mm grid.
    """
    a, b = gaussian_filter(reference.sum(0), 1.0), gaussian_filter(moving.sum(0), 1.0)
    if a.sum() < 50 or b.sum() < 50:
        return Shift()
    size = tuple(int(2 ** np.ceil(np.log2(n + 2 * FAR_MM))) for n in a.shape)
    correlation = np.fft.irfft2(np.conj(np.fft.rfft2(a - a.mean(), size)) * np.fft.rfft2(b - b.mean(), size), size)
    before = similarity(a, b)
    near, farther = (_peak(correlation, int(window)) for window in (MAX_SHIFT_MM, FAR_MM))
    overlap = _overlap(a, b, near)
    if max(map(abs, farther)) > MAX_SHIFT_MM - 1:
        there = _overlap(a, b, farther)
        at_the_rim = max(map(abs, near)) > MAX_SHIFT_MM - 1
        if there > overlap + (0.0 if at_the_rim else FAR_GAIN):
            return Shift(*farther, there - before, far=True)
    return Shift(*near, overlap - before)


def _peak(correlation: NDArray[np.float64], window: int) -> tuple[float, float]:
    """Rows and columns of the best shift within a window."""
    near = np.roll(correlation, (window, window), (0, 1))[: 2 * window + 1, : 2 * window + 1]
    peak = np.unravel_index(int(near.argmax()), near.shape)
    rows, columns = (float(p - window) + _vertex(near, peak, axis) for axis, p in enumerate(peak))
    return rows, columns


def _overlap(a: NDArray[np.float32], b: NDArray[np.float32], by: tuple[float, float]) -> float:
    """Similarity after ``b`` was shifted back."""
    return similarity(a, shift(b, (-by[0], -by[1]), order=1))


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
