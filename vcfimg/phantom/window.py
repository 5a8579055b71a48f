"""Which part of a grid of points a structure can reach."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

STRIDE: Final = 4
"""Points looked at per axis; the window found is widened by as much."""


def bounding_window(points: NDArray[np.float64], center: NDArray[np.float64], radius: float) -> tuple[slice, slice] | None:
    """Rows and columns of ``points`` within a box around ``center``; None when there are none."""
    few = points[::STRIDE, ::STRIDE]
    step = float(np.abs(points[0, :2] - points[0, 0]).max() + np.abs(points[:2, 0] - points[0, 0]).max())
    reach = radius + STRIDE * step
    near = np.abs(few[..., 0] - center[0]) < reach
    near &= np.abs(few[..., 1] - center[1]) < reach
    near &= np.abs(few[..., 2] - center[2]) < reach
    rows, columns = np.flatnonzero(near.any(1)), np.flatnonzero(near.any(0))
    if not len(rows):
        return None
    return (
        slice(int(rows[0]) * STRIDE, (int(rows[-1]) + 1) * STRIDE),
        slice(int(columns[0]) * STRIDE, (int(columns[-1]) + 1) * STRIDE),
    )
