"""Agreement of two masks of one body in the middle third of its sagittal slices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


@dataclass(frozen=True)
class Overlap:
    """Dice coefficient and mean symmetric distance of the outlines in mm (None when one mask is empty)."""

    dice: float
    surface_mm: float | None


def middle_third(mask: NDArray[np.bool_]) -> slice:
    """The slices (first axis) of the middle third of the mask's extent, at least one."""
    where = np.nonzero(mask.any(axis=(1, 2)))[0]
    first, count = int(where[0]), int(where[-1] - where[0] + 1)
    keep = max(1, round(count / 3))
    start = first + (count - keep) // 2
    return slice(start, start + keep)


def body_overlap(true: NDArray[np.bool_], found: NDArray[np.bool_], spacing: tuple[float, float]) -> Overlap:
    """Compare two masks ``(slices, rows, columns)``; ``spacing`` is millimetres between (columns, rows)."""
    middle = middle_third(true)
    box = _box(true[middle] | found[middle])
    a, b = true[middle][box], found[middle][box]
    total = int(a.sum() + b.sum())
    dice = 2.0 * int((a & b).sum()) / total if total else 0.0
    distances = [d for x, y in zip(a, b, strict=True) if x.any() and y.any() for d in _outline_distances(x, y, spacing)]
    return Overlap(dice, float(np.mean(distances)) if distances else None)


def _box(mask: NDArray[np.bool_]) -> tuple[slice, slice, slice]:
    rows, columns = np.nonzero(mask.any(axis=(0, 2)))[0], np.nonzero(mask.any(axis=(0, 1)))[0]
    return (
        slice(None),
        slice(max(0, rows[0] - 1), rows[-1] + 2),
        slice(max(0, columns[0] - 1), columns[-1] + 2),
    )


def _outline_distances(a: NDArray[np.bool_], b: NDArray[np.bool_], spacing: tuple[float, float]) -> list[float]:
    """Distance of every outline pixel of either mask to the other outline."""
    edges = [m & ~ndimage.binary_erosion(m) for m in (a, b)]
    sampling = (spacing[1], spacing[0])
    far = [ndimage.distance_transform_edt(~edge, sampling=sampling) for edge in edges]
    return [*far[1][edges[0]].tolist(), *far[0][edges[1]].tolist()]
