"""Plane, obliquity and extent of a stack from its direction cosines."""

import math
from collections.abc import Sequence
from typing import Final

from vcfimg.base import Vec3
from vcfimg.loaders.study import Frame, Header, Orientation

_PLANES: Final = ("sagittal", "coronal", "axial")
_UNIT_TOLERANCE: Final = 0.05
"""Direction cosines further from an orthonormal pair are garbage, not rounding."""


def normal(orientation: Orientation) -> Vec3:
    """Row x column: unit normal of the planes, LPS."""
    a, b, c, d, e, f = orientation
    return (b * f - c * e, c * d - a * f, a * e - b * d)


def valid_orientation(numbers: Sequence[float]) -> Orientation | None:
    """``numbers`` as direction cosines if they are six numbers that form two perpendicular unit vectors."""
    if len(numbers) != 6:
        return None
    a, b, c, d, e, f = numbers
    lengths = math.hypot(a, b, c), math.hypot(d, e, f)
    if any(abs(length - 1) > _UNIT_TOLERANCE for length in lengths) or abs(a * d + b * e + c * f) > _UNIT_TOLERANCE:
        return None
    return (a, b, c, d, e, f)


def plane_of(orientation: Orientation) -> tuple[str, float]:
    """Name of the nearest patient plane and the obliquity: degrees between the normal and that plane's axis."""
    parts = [abs(part) for part in normal(orientation)]
    axis = max(range(3), key=parts.__getitem__)
    return _PLANES[axis], math.degrees(math.acos(min(1.0, parts[axis] / math.hypot(*parts))))


def depth(position: Vec3 | None, direction: Vec3) -> float:
    """Where a position lies along ``direction``, mm; 0 for an unknown one."""
    if position is None:
        return 0.0
    return position[0] * direction[0] + position[1] * direction[1] + position[2] * direction[2]


def extent(frames: Sequence[Frame], orientation: Orientation, header: Header, axis: int) -> tuple[float, float] | None:
    """Smallest and largest coordinate along patient axis 0, 1 or 2 (LPS mm) covered by pixel centres.

    None when positions, matrix or pixel spacing are missing.
    """
    if not header.rows or not header.columns or header.pixel_spacing is None:
        return None
    along_row = orientation[axis] * header.pixel_spacing[1] * (header.columns - 1)
    along_column = orientation[3 + axis] * header.pixel_spacing[0] * (header.rows - 1)
    corners = (0.0, along_row, along_column, along_row + along_column)
    starts = [frame.position[axis] for frame in frames if frame.position is not None]
    if not starts:
        return None
    return min(starts) + min(corners), max(starts) + max(corners)
