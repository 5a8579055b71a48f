"""One grid for all series of a station: that of the reference, as large as the fields of view of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SAME_EDGE = 0.01
"""Pixels by which a field may reach farther through rounding alone."""


@dataclass(frozen=True)
class Field:
    """A stack in space.

    Parameters
    ----------
    shape
        ``(slices, rows, columns)``.
    affine
        Maps ``[column, row, slice, 1]`` to LPS mm.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]

    def corners(self) -> NDArray[np.float64]:
        """``(8, 3)``: LPS mm of the voxel centres at the corners."""
        slices, rows, columns = self.shape
        ends = np.array([[c, r, s, 1] for c in (0, columns - 1) for r in (0, rows - 1) for s in (0, slices - 1)], float)
        return np.asarray((ends @ self.affine.T)[:, :3])


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

    def around(self, field: Field) -> Field:
        """The field with these margins."""
        slices, rows, columns = field.shape
        affine = field.affine.copy()
        affine[:3, 3] -= self.columns[0] * affine[:3, 0] + self.rows[0] * affine[:3, 1]
        return Field((slices, rows + sum(self.rows), columns + sum(self.columns)), affine)


def margins(reference: Field, others: Sequence[tuple[Field, NDArray[np.float64]]]) -> Margins:
    """What the reference lacks in its plane of the fields of other series.

    A body that the reference cuts at its edge may be whole in another series: on the reference's own grid it would be
    cut in all of them, and look collapsed.

    Parameters
    ----------
    others
        Each with the LPS shift that carries its points into the frame of the reference.
    """
    _, rows, columns = reference.shape
    inverse = np.linalg.inv(reference.affine)
    before, after = np.zeros(2), np.zeros(2)
    for other, shift in others:
        at = ((other.corners() + shift) @ inverse[:3, :3].T + inverse[:3, 3])[:, :2]
        before = np.maximum(before, -at.min(axis=0) - _SAME_EDGE)
        after = np.maximum(after, at.max(axis=0) - (columns - 1, rows - 1) - _SAME_EDGE)
    c, r = (tuple(int(n) for n in np.ceil(pair)) for pair in zip(before, after, strict=True))
    return Margins((r[0], r[1]), (c[0], c[1]))
