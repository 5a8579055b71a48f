"""The disc between two neighbours: nucleus, annulus, cleft and vacuum by its degree of degeneration."""

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.body import Body
from vcfimg.phantom.person import Person
from vcfimg.phantom.tissue import T
from vcfimg.phantom.window import PointGrid

REACH_SHARE = 0.62
"""Half-width and half-depth of the space a disc may fill, as a share of the larger of its two bodies."""
MARGIN_MM = 4.0


def paint_disc(
    person: Person, upper: Body, lower: Body, grid: PointGrid, tissue: NDArray[np.uint8], label: NDArray[np.uint8]
) -> None:
    """Paint the disc between two neighbours where the grid reaches it."""
    window = grid.hull(disc_space(upper, lower), MARGIN_MM)
    if window is None:
        return
    points = grid.points[window]
    below, above = lower.to_local(points), upper.to_local(points)
    over = below[..., 2] - lower.plate(below[..., 0], below[..., 1], top=True)
    under = upper.plate(above[..., 0], above[..., 1], top=False) - above[..., 2]
    gap = np.maximum(over + under, 0.1)
    zeta = np.clip(over / gap, 0, 1)
    f_below = lower.radial(below[..., 0], below[..., 1], 1.0)
    f_above = upper.radial(above[..., 0], above[..., 1], -1.0)
    f = (1 - zeta) * f_below + zeta * f_above
    wear = person.spine.spec.disc_degeneration.get(upper.level, 0.3)
    bulge = 1.03 + 0.08 * wear + 0.05 * (1 - np.square(2 * zeta - 1))
    disc = (over > 0) & (under > 0) & (f < bulge)
    if not disc.any():
        return
    rim = disc & (f > bulge - 0.09)
    core = disc & (np.hypot(f / 0.68, np.abs(2 * zeta - 1) ** 1.5 * 0.8) < 1)
    grain = person.grain(points)
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


def disc_space(upper: Body, lower: Body) -> NDArray[np.float64]:
    """(n, 3) LPS points whose hull holds everything between two facing endplates, bulge included."""
    width, depth = (REACH_SHARE * max(a, b) for a, b in ((upper.width, lower.width), (upper.depth, lower.depth)))
    corners = []
    for body, heights in ((upper, upper.bottom), (lower, lower.top)):
        extended = (1.25 * heights[0] - 0.25 * heights[2], heights[1], 1.25 * heights[2] - 0.25 * heights[0])
        corners += [
            body.to_lps(np.array([side * width, end * depth, z]))
            for side in (-1, 1)
            for end in (-1, 1)
            for z in (min(extended), max(extended))
        ]
    return np.array(corners)
