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
    """Rows and columns added before and after."""

    rows: tuple[int, int]
    columns: tuple[int, int]

    def padded(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """``values`` with zeros in the margins of their last two axes."""
        if self.rows == self.columns == (0, 0):
            return values.copy()
        return np.pad(values, [(0, 0)] * (values.ndim - 2) + [self.rows, self.columns])

    def around(self, grid: Geometry) -> Geometry:
        """The grid with these margins."""
        return grid.padded(rows=self.rows, columns=self.columns)


def margins(reference: Geometry, others: Sequence[tuple[Geometry, NDArray[np.float64]]]) -> Margins:
    """What the reference lacks in its plane of the grids of other series.

    A body that the reference cuts at its edge may be whole in another series: on the reference's own grid it would be
    cut in all of them, and look collapsed.

    Parameters
    ----------
    others
        Each with the LPS shift that carries its points into the frame of the reference.
    """
    _, rows, columns = reference.shape
    before, after = np.zeros(2), np.zeros(2)
    for other, shift in others:
        corners = reference.to_index(other.corners() + shift)[:, :2]
        before = np.maximum(before, -corners.min(axis=0) - _SAME_EDGE)
        after = np.maximum(after, corners.max(axis=0) - (columns - 1, rows - 1) - _SAME_EDGE)
    c, r = (tuple(int(n) for n in np.ceil(pair)) for pair in zip(before, after, strict=True))
    return Margins((r[0], r[1]), (c[0], c[1]))
