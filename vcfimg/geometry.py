"""Where the voxels of an array lie: one grid type for images, label maps, probabilities and views.

Two orders of axes meet here, and nowhere else need they be thought of. Arrays are ``(slices, rows, columns)``, as numpy
stacks images. An affine maps ``[column, row, slice, 1]``, as DICOM writes positions, to LPS millimetres. Index triples
are ``[column, row, slice]``, in the order of the affine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, int, int]
"""(slices, rows, columns)."""

ORTHONORMAL_TOLERANCE: Final = 1e-3
"""Largest deviation of the direction cosines from an orthonormal frame."""

_AXIS_ORDERS: Final = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))


@dataclass(frozen=True, eq=False)
class Geometry:
    """A regular grid of voxels in patient coordinates.

    Parameters
    ----------
    shape
        ``(slices, rows, columns)`` of the arrays on this grid.
    affine
        float64 ``(4, 4)``: maps ``[column, row, slice, 1]`` indices (voxel centres) to LPS millimetres.

    Raises
    ------
    ValueError
        When the shape is not three lengths, or the affine is not finite with three orthogonal axes.
    """

    shape: Shape
    affine: NDArray[np.float64]

    def __post_init__(self) -> None:
        if len(self.shape) != 3 or min(self.shape) < 0:
            raise ValueError(f"shape must be (slices, rows, columns), got {self.shape}")
        if self.affine.shape != (4, 4):
            raise ValueError(f"affine must be 4x4, got {self.affine.shape}")
        if not np.all(np.isfinite(self.affine)) or not np.all(self.spacing > 0):
            raise ValueError(f"affine must be finite with three non-zero axes, got {self.affine.tolist()}")
        if not np.allclose(self.axes.T @ self.axes, np.eye(3), atol=ORTHONORMAL_TOLERANCE):
            raise ValueError(f"affine axes are not orthogonal: {self.affine.tolist()}")

    @classmethod
    def of(cls, array: NDArray[Any], affine: NDArray[np.float64]) -> "Geometry":
        """The grid of ``array``, shape ``(slices, rows, columns)``.

        Raises
        ------
        ValueError
            When the array does not have three axes, or the affine is refused.
        """
        if array.ndim != 3:
            raise ValueError(f"array must be (slices, rows, columns), got shape {array.shape}")
        slices, rows, columns = array.shape
        return cls((slices, rows, columns), affine)

    @cached_property
    def spacing(self) -> NDArray[np.float64]:
        """Millimetres between (columns, rows, slices)."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    @cached_property
    def axes(self) -> NDArray[np.float64]:
        """Unit LPS vectors along (columns, rows, slices), as columns of ``(3, 3)``."""
        return np.asarray(self.affine[:3, :3] / self.spacing)

    @cached_property
    def inverse(self) -> NDArray[np.float64]:
        """LPS millimetres to indices, ``(4, 4)``."""
        return np.asarray(np.linalg.inv(self.affine))

    @property
    def voxel_mm3(self) -> float:
        """Volume of one voxel."""
        return float(abs(np.linalg.det(self.affine[:3, :3])))

    def to_lps(self, index: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` [column, row, slice] indices to LPS millimetres."""
        return np.asarray(index @ self.affine[:3, :3].T + self.affine[:3, 3])

    def to_index(self, lps: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` LPS millimetres to fractional [column, row, slice] indices."""
        return np.asarray(lps @ self.inverse[:3, :3].T + self.inverse[:3, 3])

    def corners(self) -> NDArray[np.float64]:
        """``(8, 3)``: LPS mm of the voxel centres at the corners."""
        slices, rows, columns = self.shape
        ends = np.array([[c, r, s, 1] for c in (0, columns - 1) for r in (0, rows - 1) for s in (0, slices - 1)], float)
        return np.asarray((ends @ self.affine.T)[:, :3])

    def same_grid(self, other: "Geometry", *, tolerance: float = 0.0) -> bool:
        """Whether the voxels of both lie in the same places.

        Parameters
        ----------
        tolerance
            Largest difference between two numbers of the affines, mm; zero asks for the very same ones.
        """
        if self.shape != other.shape:
            return False
        return bool(np.abs(self.affine - other.affine).max() <= tolerance)

    def moved(self, mm: NDArray[np.float64]) -> "Geometry":
        """The grid shifted by an LPS vector."""
        affine = self.affine.copy()
        affine[:3, 3] += mm
        return Geometry(self.shape, affine)

    def padded(
        self,
        *,
        slices: tuple[int, int] = (0, 0),
        rows: tuple[int, int] = (0, 0),
        columns: tuple[int, int] = (0, 0),
    ) -> "Geometry":
        """The grid with voxels added before and after along each axis; negative numbers crop."""
        affine = self.affine.copy()
        affine[:3, 3] -= columns[0] * affine[:3, 0] + rows[0] * affine[:3, 1] + slices[0] * affine[:3, 2]
        s, r, c = (n + sum(added) for n, added in zip(self.shape, (slices, rows, columns), strict=True))
        return Geometry((s, r, c), affine)

    def resampled(self, shape: Shape, spacing: Sequence[float]) -> "Geometry":
        """The grid with the same first voxel and axes, another shape and another (column, row, slice) spacing."""
        affine = self.affine.copy()
        affine[:3, :3] *= np.asarray(spacing) / self.spacing
        return Geometry(shape, affine)

    def rearranged(
        self, array: NDArray[Any], axes: Sequence[int], flipped: Sequence[bool]
    ) -> tuple[NDArray[Any], "Geometry"]:
        """A view of ``array`` with its axes permuted and flipped, and the grid on which every voxel keeps its place.

        Parameters
        ----------
        axes
            For each axis of the new grid, in the order (column, row, slice), the axis of this one.
        flipped
            For each axis of the new grid whether it runs the other way.
        """
        matrix, origin = self.affine[:3, list(axes)].copy(), self.affine[:3, 3].copy()
        voxels = np.transpose(np.transpose(array, (2, 1, 0)), axes)
        for axis in (axis for axis, turn in enumerate(flipped) if turn):
            origin = origin + matrix[:, axis] * (voxels.shape[axis] - 1)
            matrix[:, axis] *= -1
            voxels = np.flip(voxels, axis)
        affine = np.eye(4)
        affine[:3, :3], affine[:3, 3] = matrix, origin
        turned = np.transpose(voxels, (2, 1, 0))
        return turned, Geometry.of(turned, affine)

    def oriented(self, array: NDArray[Any]) -> tuple[NDArray[Any], "Geometry"]:
        """``array`` as sagittal slices: from right to left, rows to the feet, columns to the back.

        Axes are permuted and flipped; no value is interpolated.
        """
        alignment = np.abs(self.axes)
        # the axes closest to posterior, superior and left, each used once
        axes = max(_AXIS_ORDERS, key=lambda c: alignment[1, c[0]] + alignment[2, c[1]] + alignment[0, c[2]])
        matrix = self.affine[:3, list(axes)]
        turned, geometry = self.rearranged(array, axes, (matrix[1, 0] < 0, matrix[2, 1] > 0, matrix[0, 2] < 0))
        return np.ascontiguousarray(turned), geometry
