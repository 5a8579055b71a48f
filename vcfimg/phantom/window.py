"""A grid of points to paint, and which part of it a structure can reach."""

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

STRIDE: Final = 4
"""Points looked at per axis; the window found is widened by as much."""

Window = tuple[slice, slice]


class PointGrid:
    """A smooth 2-D grid of LPS points that finds the window of a box quickly.

    Parameters
    ----------
    points
        ``(rows, columns, 3)`` LPS mm.
    """

    def __init__(self, points: NDArray[np.float64]) -> None:
        self.points = points
        step = np.abs(points[0, :2] - points[0, 0]).max() + np.abs(points[:2, 0] - points[0, 0]).max()
        self.reach = STRIDE * float(step)
        """Widening of every box, mm: no point between two of those looked at is lost."""

    @cached_property
    def _few(self) -> NDArray[np.float64]:
        """(3, rows, columns): the coordinates of every STRIDE-th point."""
        return np.ascontiguousarray(np.moveaxis(self.points[::STRIDE, ::STRIDE], -1, 0))

    @cached_property
    def _bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self._few.min((1, 2)), self._few.max((1, 2))

    def window(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> Window | None:
        """Rows and columns that hold every point from ``low`` to ``high`` (LPS mm); None when there are none."""
        least, most = self._bounds
        low, high = low - self.reach, high + self.reach
        if (high <= least).any() or (low >= most).any():
            return None
        near = np.ones(self._few.shape[1:], bool)
        for axis, values in enumerate(self._few):
            if low[axis] > least[axis]:
                near &= values > low[axis]
            if high[axis] < most[axis]:
                near &= values < high[axis]
        rows, columns = np.flatnonzero(near.any(1)), np.flatnonzero(near.any(0))
        if not len(rows):
            return None
        return (
            slice(int(rows[0]) * STRIDE, (int(rows[-1]) + 1) * STRIDE),
            slice(int(columns[0]) * STRIDE, (int(columns[-1]) + 1) * STRIDE),
        )

    def around(self, center: NDArray[np.float64], radius: float) -> Window | None:
        """The window of a cube of half-width ``radius`` mm around ``center``."""
        return self.window(center - radius, center + radius)

    def hull(self, corners: NDArray[np.float64], margin: float) -> Window | None:
        """The window of everything within ``margin`` mm of the convex hull of ``corners`` ((n, 3) LPS mm)."""
        return self.window(corners.min(0) - margin, corners.max(0) + margin)
