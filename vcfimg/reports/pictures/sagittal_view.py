"""A volume turned the way sagittal images are read, head up and anterior to the left, and a plane through the spine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry

SINGLE_SLICE_SLICES: Final = 0.75
"""A straight spine is shown on one slice: no body may lie further from it than this many slice spacings …"""

SINGLE_SLICE_MM: Final = 3.0
"""… or this many millimetres, whichever is more."""

BLEND_MM: Final = 3.0
"""Half-width of the zone between two bodies in which one slice fades into the next."""


@dataclass(frozen=True, eq=False)
class SagittalView:
    """A volume with its axes permuted and flipped, never resampled.

    Parameters
    ----------
    array
        Shape ``(slices right to left, rows head to foot, columns anterior to posterior)``.
    geometry
        Where its voxels lie.
    """

    array: NDArray[np.float32]
    geometry: Geometry

    @classmethod
    def from_array(cls, array: NDArray[np.float32], geometry: Geometry) -> "SagittalView":
        """Turn ``array[slice, row, column]``, which lies on ``geometry``."""
        return cls(*geometry.oriented(array))

    @property
    def spacing(self) -> NDArray[np.float64]:
        """Millimetres between (columns, rows, slices)."""
        return self.geometry.spacing

    def to_index(self, lps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` LPS millimetres to fractional [column, row, slice]."""
        return self.geometry.to_index(lps)


@dataclass(frozen=True, eq=False)
class SlicePath:
    """Which slices are shown at which row.

    Parameters
    ----------
    weights
        Shape ``(slices, rows)``; the columns sum to one.
    """

    weights: NDArray[np.float32]

    @classmethod
    def through(cls, view: SagittalView, centers: Sequence[Sequence[float]]) -> "SlicePath":
        """The plane through body centres (LPS, in the frame of the view).

        One native slice where it comes near enough to every body; else every body is shown on its own nearest slice,
        and neighbouring slices fade into each other between two bodies. Without centres: the middle slice.
        """
        slices, rows, _ = view.array.shape
        weights = np.zeros((slices, rows), np.float32)
        index = view.to_index(np.asarray(centers, float).reshape(-1, 3))
        index = index[np.argsort(index[:, 1])]
        if len(index) == 0:
            weights[slices // 2] = 1
            return cls(weights)
        spacing = view.spacing
        middle = (index[:, 2].min() + index[:, 2].max()) / 2
        single = int(np.clip(np.rint(middle), 0, slices - 1))
        allowed = max(SINGLE_SLICE_SLICES, SINGLE_SLICE_MM / spacing[2])
        nearest = np.clip(np.rint(index[:, 2]), 0, slices - 1).astype(int)
        if np.abs(index[:, 2] - single).max() <= allowed:
            weights[single] = 1
            return cls(weights)
        row = np.arange(rows, dtype=float)
        half = BLEND_MM / spacing[1]
        weights[nearest[0]] = 1
        for chosen, upper, lower in zip(nearest[1:], index[:-1, 1], index[1:, 1], strict=True):
            # the lower body's slice takes over around the middle of the gap
            share = np.clip((row - (upper + lower) / 2 + half) / (2 * half), 0, 1).astype(np.float32)
            weights *= 1 - share
            weights[chosen] += share
        return cls(weights)

    @property
    def slices(self) -> tuple[int, ...]:
        """Indices of the slices that are shown, in ascending order."""
        return tuple(int(i) for i in np.flatnonzero(self.weights.max(axis=1) > 0))

    def image(self, array: NDArray[np.float32]) -> NDArray[np.float32]:
        """The picture, shape ``(rows, columns)``."""
        used = list(self.slices)
        return np.asarray(np.einsum("sr,src->rc", self.weights[used], array[used]), np.float32)

    def labels(self, array: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Labels on the same path: of the slice that weighs most at each row."""
        chosen = self.weights.argmax(axis=0)
        return np.asarray(array[chosen, np.arange(array.shape[1])], np.uint16)
