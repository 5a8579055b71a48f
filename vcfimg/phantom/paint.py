"""Paints a slice (any set of LPS points) of a synthetic person: tissue classes, labels and body ids."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.body import Body
from vcfimg.phantom.curve import SpineCurve, spine_curve
from vcfimg.phantom.pathology import paint_marrow
from vcfimg.phantom.posterior import paint_posterior_elements
from vcfimg.phantom.spine import Spine, build_spine
from vcfimg.phantom.spec import SpineSpec
from vcfimg.phantom.surroundings import Surroundings, paint_surroundings
from vcfimg.phantom.tissue import T
from vcfimg.phantom.waves import Waves
from vcfimg.phantom.window import bounding_window


@dataclass(frozen=True, eq=False)
class Painted:
    """Class maps of one slice, all of the shape of the points given (without the last axis)."""

    tissue: NDArray[np.uint8]
    label: NDArray[np.uint8]
    instance: NDArray[np.uint8]
    """1 = nearest to the head among the presacral bodies; 0 elsewhere."""


@dataclass(frozen=True, eq=False)
class Person:
    """A built spine with everything needed to paint it."""

    spine: Spine
    curve: SpineCurve
    surroundings: Surroundings
    grain: Waves


def make_person(spec: SpineSpec) -> Person:
    """Build the spine of a description and the anatomy around it."""
    spine = build_spine(spec)
    rng = np.random.default_rng([spec.seed, 11])
    return Person(spine, spine_curve(spine), Surroundings.draw(spine, rng), Waves.draw(rng, 7.0))


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
    tissue, label = paint_surroundings(person.surroundings, person.spine, person.curve, few)
    if stride > 1:
        rows, columns = points.shape[:2]
        tissue, label = (m.repeat(stride, 0).repeat(stride, 1)[:rows, :columns].copy() for m in (tissue, label))
    instance = np.zeros(tissue.shape, np.uint8)
    paint_posterior_elements(person.spine, points, tissue, label)
    bodies = person.spine.bodies
    for upper, lower, height in zip(bodies[:-1], bodies[1:], person.spine.disc_mm, strict=False):
        paint_disc(person, upper, lower, height, points, tissue, label)
    for number, body in enumerate(bodies, start=1):
        window = bounding_window(points, body.center, 0.75 * max(body.depth, body.width) + 14)
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
    top = bodies[0]
    if top.level == "C2":
        instance[(label == Label.BODY) & (instance == 0)] = 1  # the dens
    return Painted(tissue, label, instance)


def paint_disc(
    person: Person,
    upper: Body,
    lower: Body,
    height: float,
    points: NDArray[np.float64],
    tissue: NDArray[np.uint8],
    label: NDArray[np.uint8],
) -> None:
    """Paint the disc between two neighbours: nucleus, annulus, cleft, vacuum by its degree of degeneration."""
    middle = 0.5 * (upper.center + lower.center)
    window = bounding_window(points, middle, 0.7 * max(lower.depth, lower.width) + 0.5 * height + 8)
    if window is None:
        return
    below, above = lower.to_local(points[window]), upper.to_local(points[window])
    over = below[..., 2] - lower.plate(below[..., 0], below[..., 1], top=True)
    under = upper.plate(above[..., 0], above[..., 1], top=False) - above[..., 2]
    gap = np.maximum(over + under, 0.1)
    zeta = np.clip(over / gap, 0, 1)
    f = (1 - zeta) * lower.radial(below[..., 0], below[..., 1], 1.0) + zeta * upper.radial(above[..., 0], above[..., 1], 1.0)
    wear = person.spine.spec.disc_degeneration.get(upper.level, 0.3)
    bulge = 1.03 + 0.08 * wear + 0.05 * (1 - np.square(2 * zeta - 1))
    disc = (over > 0) & (under > 0) & (f < bulge)
    if not disc.any():
        return
    rim = disc & (f > bulge - 0.09)
    core = disc & (np.hypot(f / 0.68, np.abs(2 * zeta - 1) ** 1.5 * 0.8) < 1)
    grain = person.grain(points[window])
    view, marks = tissue[window], label[window]
    sacral = lower.level.startswith("S") and upper.level.startswith("S")
    view[disc] = T.ANNULUS
    if wear < 0.75:
        view[core & (grain < 1.9 - 2.2 * wear)] = T.NUCLEUS
        view[core & (np.abs(zeta - 0.5) < 0.05 + 0.02 * grain) & (wear < 0.5)] = T.ANNULUS
    view[core & (grain > 1.9 - 3.0 * wear)] = T.DEGENERATE_DISC
    view[rim] = T.LIGAMENT
    if wear > 0.8:
        view[core & (np.abs(zeta - 0.5) < 0.14) & (grain > 0.4)] = T.VACUUM
    marks[disc] = Label.SACRUM if sacral else Label.DISC

