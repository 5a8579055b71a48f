"""C2, from which levels are counted downwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import vec3
from vcfimg.imaging.body_axes import Body, Grid
from vcfimg.imaging.raw import Anchor
from vcfimg.imaging.segmentation import LabelMap

CERVICAL_DEPTH_MM: Final = 24.0
"""Bodies this shallow are cervical."""

DENS_RATIO: Final = 1.45
"""C2 with its dens is at least this much taller than the bodies below it."""

DENS_APART: Final = 1.4
"""A second body this much taller than the next is C2 itself, and the first its dens alone."""

TOO_TALL: Final = 4.0
"""... and at most this much."""

NARROW_DENS: Final = 0.85
"""Depth of the dens over that of the body of C2: usually about 0.7."""

TALLEST_AREA_SHARE: Final = 0.4
"""The dens is looked for in slices that show at least this share of the largest section."""


def find_c2(labels: LabelMap, grid: Grid, bodies: Mapping[int, Body], shift: NDArray[np.float64]) -> Anchor | None:
    """C2, when the first body is dens-like: tall, narrower above, on top of a cervical-sized spine.

    The anchor's centre is that of its lowest part, as tall as C3: from there to C3 it is as far as between any two
    bodies below, which the middle of C2 with its dens is not.
    """
    order = sorted(bodies)
    if len(order) < 3 or bodies[order[0]].on_border:
        return None
    first, *others = [_shape(labels, grid, bodies[i]) for i in order[:4]]
    height = float(np.median([s.height for s in others]))
    if float(np.median([s.depth for s in others])) > CERVICAL_DEPTH_MM or first.height < DENS_RATIO * height:
        return None
    notes = []
    if first.narrowing > NARROW_DENS:
        notes.append("no_narrow_dens")
    if first.height > TOO_TALL * height:
        notes.append("too_tall")
    if len(others) > 1 and others[0].height > DENS_APART * float(np.median([s.height for s in others[1:]])):
        notes.append("dens_apart")
    body = bodies[order[0]]
    return Anchor(
        kind="c2",
        center_mm=vec3(grid.to_lps(first.low_centre(height)) + shift),
        adjacent_id=body.id,
        confidence="low" if notes else "high",
        notes=tuple(notes),
    )


@dataclass(frozen=True, eq=False)
class _Shape:
    """A body in the slice that shows it tallest.

    Parameters
    ----------
    height, depth
        mm; the depth that of its lower third.
    narrowing
        Depth of the upper over that of the lower third.
    xyz, v
        ``(n, 3)`` grid millimetres of its pixels and their places along the body's axis, downwards.
    """

    height: float
    depth: float
    narrowing: float
    xyz: NDArray[np.float64]
    v: NDArray[np.float64]

    def low_centre(self, height: float) -> NDArray[np.float64]:
        """Grid millimetres: the centre of the lowest part of the given height."""
        return np.asarray(self.xyz[self.v >= np.percentile(self.v, 99) - height].mean(axis=0))


def _shape(labels: LabelMap, grid: Grid, body: Body) -> _Shape:
    sections = [
        _section(labels, grid, body, int(k)) for k in body.slices[body.areas >= TALLEST_AREA_SHARE * body.areas.max()]
    ]
    return max(sections, key=lambda s: s.height)


def _section(labels: LabelMap, grid: Grid, body: Body, k: int) -> _Shape:
    r, c = np.nonzero(labels.instances[k][body.box[1:]] == body.id)
    xyz = np.stack([c + body.box[2].start, r + body.box[1].start, np.full(len(r), k)], axis=1) * grid.spacing
    u, v = (xyz[:, :2] - body.centre[:2]) @ body.u, (xyz[:, :2] - body.centre[:2]) @ body.v
    top, bottom = (float(x) for x in np.percentile(v, [1, 99]))
    height = bottom - top
    upper, lower = u[v <= top + height / 3], u[v >= top + 2 * height / 3]
    if len(upper) < 4 or len(lower) < 4:
        return _Shape(height, float(np.ptp(np.percentile(u, [1, 99]))), 1.0, xyz, v)
    narrow, depth = (float(np.ptp(np.percentile(part, [3, 97]))) for part in (upper, lower))
    return _Shape(height, depth, narrow / max(depth, 1.0), xyz, v)
