"""Paints a slice (any set of LPS points) of a synthetic person: tissue classes, labels and body ids."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.dens import paint_dens
from vcfimg.phantom.disc import paint_disc
from vcfimg.phantom.pathology import paint_marrow
from vcfimg.phantom.person import Person
from vcfimg.phantom.posterior import paint_posterior_elements
from vcfimg.phantom.soft_tissues import paint_soft_tissues
from vcfimg.phantom.tissue import T
from vcfimg.phantom.window import PointGrid


@dataclass(frozen=True, eq=False)
class Painted:
    """Class maps of one slice, all of the shape of the points given (without the last axis)."""

    tissue: NDArray[np.uint8]
    label: NDArray[np.uint8]
    instance: NDArray[np.uint8]
    """1 = nearest to the head among the presacral bodies; 0 elsewhere."""


def paint(person: Person, points: NDArray[np.float64], *, stride: int = 1) -> Painted:
    """Paint a 2-D grid of points.

    Parameters
    ----------
    points
        ``(rows, columns, 3)`` LPS mm, smooth in both axes (a plane or a gently curved sheet).
    stride
        The soft tissues are painted at every ``stride``-th point and repeated; bones and discs at every point.
    """
    few = points[::stride, ::stride]
    tissue, label = paint_soft_tissues(person.surroundings, person.spine, person.curve, few)
    if stride > 1:
        rows, columns = points.shape[:2]
        tissue, label = (m.repeat(stride, 0).repeat(stride, 1)[:rows, :columns].copy() for m in (tissue, label))
    instance = np.zeros(tissue.shape, np.uint8)
    grid = PointGrid(points)
    paint_posterior_elements(person.spine, grid, tissue, label)
    bodies = person.spine.bodies
    for upper, lower in pairwise(bodies):
        paint_disc(person, upper, lower, grid, tissue, label)
    for number, body in enumerate(bodies, start=1):
        window = grid.hull(body.reach(), 1.0)
        if window is None:
            continue
        local = body.to_local(points[window])
        d, d_plate = body.distance(local)
        thickness = np.where(d_plate > d - 0.4, body.plate_mm, body.wall_mm)
        sacral = body.level.startswith("S")
        tissue[window][np.abs(d) < thickness / 2] = T.CORTEX
        inside = d <= -thickness / 2
        if inside.any():
            paint_marrow(person, body, local, inside, tissue[window])
        within = d < 0
        label[window][within] = Label.SACRUM if sacral else Label.BODY
        if not sacral:
            instance[window][within] = number
    if bodies[0].level == "C2":
        paint_dens(bodies[0], grid, tissue, label, instance)
    return Painted(tissue, label, instance)
