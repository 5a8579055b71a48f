"""One grid for all series of a station: that of the reference, as large as the fields of view of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry

_SAME_EDGE = 0.01
"""Pixels by which a grid may reach farther through rounding alone."""


@dataclass(frozen=True)
class Margins:
    """Slices, rows and columns added before and after."""

    slices: tuple[int, int]
    rows: tuple[int, int]
    columns: tuple[int, int]

    def padded(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """``values``, slices first, with zeros in the margins of their first and their last two axes."""
        if self.slices == self.rows == self.columns == (0, 0):
            return values.copy()
        return np.pad(values, [self.slices] + [(0, 0)] * (values.ndim - 3) + [self.rows, self.columns])

    def around(self, grid: Geometry) -> Geometry:
        """The grid with these margins."""
        return grid.padded(slices=self.slices, rows=self.rows, columns=self.columns)


def margins(reference: Geometry, others: Sequence[tuple[Geometry, NDArray[np.float64]]]) -> Margins:
    """What the reference lacks of the grids of other series.

    A body that the reference cuts at its edge, or beside its outermost slice, may be whole in another series: on the
    reference's own grid it would be cut in all of them, and look collapsed. A slice less than half a slice beyond the
    outermost one is read with that one.

    Parameters
    ----------
    others
        Each with the LPS shift that carries its points into the frame of the reference.
    """
    slices, rows, columns = reference.shape
    last = np.array([columns, rows, slices]) - 1
    before, after = np.zeros(3), np.zeros(3)
    for other, shift in others:
        corners = reference.to_index(other.corners() + shift)
        before = np.maximum(before, -corners.min(axis=0))
        after = np.maximum(after, corners.max(axis=0) - last)
    extra = np.maximum(np.stack([before, after]) - _SAME_EDGE, 0.0)
    whole = np.ceil(extra[:, :2]).astype(int)
    c, r = ((int(n[0]), int(n[1])) for n in whole.T)
    s = np.floor(extra[:, 2] + 0.5).astype(int)
    return Margins((int(s[0]), int(s[1])), r, c)
