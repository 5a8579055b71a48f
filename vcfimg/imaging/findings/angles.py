"""Angles between endplates in the sagittal plane: vertebral wedging and Cobb angles, kyphosis positive."""

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.raw import RawVertebra, SixPoints


def wedge_angle(vertebra: RawVertebra) -> float | None:
    """Angle between the endplates of one body in degrees; positive when the anterior wall is the lower one."""
    if vertebra.points_mm is None:
        return None
    return _plate_angle(_superior(vertebra.points_mm), _inferior(vertebra.points_mm), np.array(vertebra.axis_left))


def cobb_angle(upper: RawVertebra, lower: RawVertebra) -> float | None:
    """Angle from the superior endplate of ``upper`` to the inferior one of ``lower``; None without their points."""
    if upper.points_mm is None or lower.points_mm is None:
        return None
    left = np.array(upper.axis_left) + np.array(lower.axis_left)
    return _plate_angle(_superior(upper.points_mm), _inferior(lower.points_mm), left)


def _superior(points: SixPoints) -> NDArray[np.float64]:
    return np.asarray(np.array(points.anterior_superior) - np.array(points.posterior_superior))


def _inferior(points: SixPoints) -> NDArray[np.float64]:
    return np.asarray(np.array(points.anterior_inferior) - np.array(points.posterior_inferior))


def _plate_angle(above: NDArray[np.float64], below: NDArray[np.float64], left: NDArray[np.float64]) -> float | None:
    """Signed angle in degrees from ``above`` to ``below``, both pointing forward, turning about the ``left`` axis.

    In LPS, turning the forward direction upward is a turn about the right-to-left axis by a negative angle, hence the
    sign: a plate whose front dips against the one below it is kyphotic.
    """
    norm = float(np.linalg.norm(left))
    if norm == 0.0:
        return None
    axis = left / norm
    a = above - (above @ axis) * axis
    b = below - (below @ axis) * axis
    if not (np.linalg.norm(a) > 0 and np.linalg.norm(b) > 0):
        return None
    return float(-np.degrees(np.arctan2(np.cross(a, b) @ axis, a @ b)))
