"""Carries label and probability maps from one voxel grid to another."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform

from vcfimg.geometry import Geometry, Shape
from vcfimg.imaging.threads import in_threads

SAME_SLICE_TOLERANCE = 0.05
"""Fraction of a slice within which two slice positions count as the same."""


def carry(
    source: NDArray[np.floating] | NDArray[np.integer],
    grid: Geometry,
    target: Geometry,
    *,
    shift_mm: NDArray[np.float64] | None = None,
    order: int = 1,
    outside: float = 0.0,
) -> NDArray[np.floating] | NDArray[np.integer]:
    """Sample ``source`` on another grid.

    Parameters
    ----------
    source
        ``(slices, rows, columns)`` on ``grid``.
    target
        The grid wanted.
    shift_mm
        LPS translation that carries a point of the target's series into the source's frame.
    order
        0 nearest (labels), 1 linear.
    outside
        Value beyond the source.
    """
    moved = target if shift_mm is None else target.moved(shift_mm)
    matrix = grid.inverse @ moved.affine
    if grid.shape == target.shape and np.allclose(matrix, np.eye(4), atol=1e-6):
        return source
    # index order: affines speak (column, row, slice), arrays (slice, row, column)
    flip = [2, 1, 0]
    linear = matrix[:3, :3][np.ix_(flip, flip)]
    offset = matrix[:3, 3][flip]
    if np.allclose(linear[0], [1, 0, 0], atol=1e-3) and np.allclose(linear[1:, 0], 0, atol=1e-3):
        nearest = round(float(offset[0]))
        if abs(offset[0] - nearest) < SAME_SLICE_TOLERANCE:
            in_plane = linear[1:, 1:]
            if in_plane[0, 1] == in_plane[1, 0] == 0:  # scale alone: scipy is three times as fast with the diagonal
                in_plane = np.diag(in_plane)
            return _slice_by_slice(source, in_plane, offset[1:], nearest, target.shape, order, outside)
    # between slices: what lies less than a slice beyond the outermost one has its share of it
    return np.asarray(
        affine_transform(source, linear, offset, target.shape, order=order, mode="grid-constant", cval=outside)
    )


def _slice_by_slice(
    source: NDArray[np.floating] | NDArray[np.integer],
    linear: NDArray[np.float64],
    offset: NDArray[np.float64],
    first: int,
    target_shape: Shape,
    order: int,
    outside: float,
) -> NDArray[np.floating] | NDArray[np.integer]:
    """``linear`` is a matrix of two rows, or its diagonal."""
    out = np.full(target_shape, outside, source.dtype)

    def carry_slice(k: int) -> None:
        affine_transform(
            source[k + first],
            linear,
            offset,
            target_shape[1:],
            output=out[k],
            order=order,
            mode="constant",
            cval=outside,
        )

    in_threads(carry_slice, [k for k in range(target_shape[0]) if 0 <= k + first < source.shape[0]])
    return out
