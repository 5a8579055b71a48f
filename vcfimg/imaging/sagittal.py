"""Turns any volume into sagittal slices: rows run to the feet, columns to the back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def to_sagittal(array: NDArray[Any], affine: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Permute and flip the axes of ``array``; no value is interpolated.

    Parameters
    ----------
    array
        Shape ``(slices, rows, columns)``.
    affine
        float64 ``(4, 4)``: [column, row, slice, 1] → LPS mm.

    Returns
    -------
    array, affine
        The same voxels with slices along left-right, rows towards the feet and columns towards the back.
    """
    # Work with axes in index order (column, row, slice), as the affine has them.
    voxels = np.transpose(array, (2, 1, 0))
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    order = _best_axes(np.abs(axes))
    matrix = affine[:3, list(order)].copy()
    origin = affine[:3, 3].copy()
    voxels = np.transpose(voxels, order)
    for axis, (patient_axis, sign) in enumerate(((1, 1.0), (2, -1.0), (0, 1.0))):
        if sign * matrix[patient_axis, axis] < 0:
            origin = origin + matrix[:, axis] * (voxels.shape[axis] - 1)
            matrix[:, axis] *= -1
            voxels = np.flip(voxels, axis)
    turned = np.eye(4)
    turned[:3, :3], turned[:3, 3] = matrix, origin
    return np.ascontiguousarray(np.transpose(voxels, (2, 1, 0))), turned


def _best_axes(alignment: NDArray[np.float64]) -> tuple[int, int, int]:
    """Voxel axes that run closest to posterior, superior and left, each used once."""
    choices = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    return max(choices, key=lambda c: alignment[1, c[0]] + alignment[2, c[1]] + alignment[0, c[2]])
