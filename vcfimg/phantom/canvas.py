"""One slice being painted without its bones: the maps to fill, and where every point lies in the person."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.curve import SpineCurve
from vcfimg.phantom.interpolate import stretch
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.tissue import T
from vcfimg.phantom.window import PointGrid

COARSE: Final = 4
"""Smooth coordinates are computed on every 4th point and interpolated."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Canvas:
    """Maps of one slice, all of one shape ``(rows, columns)``.

    Parameters
    ----------
    grid
        The points, LPS mm.
    tissue, label
        The maps that painters fill in place.
    level, x, y
        Straightened coordinates: level index (k at the centre of body k), mm to the left of the middle of the
        posterior wall, mm behind it.
    depth, half_width
        Size of the body at that level, mm.
    canal_ap, canal_width
        Size of the bony canal at that level, mm.
    coarse, medium, fine
        Random fields of the person with features of about 60, 14 and 4 mm.
    """

    grid: PointGrid
    tissue: NDArray[np.uint8]
    label: NDArray[np.uint8]
    level: Array
    x: Array
    y: Array
    depth: NDArray[np.float64]
    half_width: NDArray[np.float64]
    canal_ap: NDArray[np.float64]
    canal_width: NDArray[np.float64]
    coarse: Array
    medium: Array
    fine: Array

    @classmethod
    def of(cls, around: Surroundings, curve: SpineCurve, points: NDArray[np.float64]) -> "Canvas":
        """An empty canvas (fat and connective tissue) for ``(rows, columns, 3)`` LPS points."""
        shape = (points.shape[0], points.shape[1])
        few = coarse_points(points)
        level, x, y = (upsample(c, shape) for c in np.moveaxis(curve.straighten(few), -1, 0))
        coarse, medium, fine = (upsample(w(few), shape) for w in (around.coarse, around.medium, around.fine))
        index = np.arange(len(around.levels))
        tissue = np.full(shape, T.FAT, np.uint8)
        tissue[medium > 0.7] = T.CONNECTIVE
        return cls(
            grid=PointGrid(points),
            tissue=tissue,
            label=np.zeros(shape, np.uint8),
            level=level,
            x=x,
            y=y,
            depth=np.interp(level, index, around.depth_by_index),
            half_width=np.interp(level, index, around.width_by_index) / 2,
            canal_ap=np.interp(level, index, around.canal_by_index[:, 0]),
            canal_width=np.interp(level, index, around.canal_by_index[:, 1]),
            coarse=coarse,
            medium=medium,
            fine=fine,
        )


def upsample(coarse: NDArray[np.floating], shape: tuple[int, int]) -> Array:
    """Linear interpolation of a coarse grid (ends included) to ``shape``."""
    return np.asarray(stretch(coarse, shape), np.float32)


def coarse_points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every COARSE-th point, the last row and column included."""
    rows = np.linspace(0, points.shape[0] - 1, max(2, points.shape[0] // COARSE)).round().astype(int)
    columns = np.linspace(0, points.shape[1] - 1, max(2, points.shape[1] // COARSE)).round().astype(int)
    return np.asarray(points[np.ix_(rows, columns)])
