"""The shape of the upper sacrum: where L5 is sacralised or S1 lumbarised, the numbers of all vertebrae above shift.

On sagittal images a lumbarised S1 is squared, and so is the first segment of a sacrum that L5 has joined (O'Driscoll
1996; Tokgoz 2014, who found 14.1 % of 1,049 patients misnumbered). What is measured here is the depth of the segments.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.body_axes import Body, Grid
from vcfimg.imaging.segmentation import LabelMap

FIRST_MM: Final = (6.0, 20.0)
"""Distance from the sacral endplate over which the depth of the first segment is taken."""
SECOND_MM: Final = (34.0, 48.0)
"""The same of the second; the first is about 28 mm high."""
WAIST_MM: Final = (-5.0, 5.0)
"""The same of the last body, from its centre."""
BIN_MM: Final = 2.0
PERCENTILE: Final = 25.0
"""Of the sections of the second segment: those through a pedicle are read too deep."""
GAP_MM: Final = 2.5
"""Between what belongs to a segment and what lies behind it."""
SEEN: Final = 0.8
"""Share of the sections that a segment has to show."""

SACRALISED: Final = 0.85
"""Depth of the second segment over that of the first from which the first may be L5: 0.35-0.73 in 22 SPIDER patients
whose sacrum was traced, 0.39-0.65 in 14 other people as read."""
LUMBARISED: Final = 0.7
"""Depth of the first segment over that of the last body up to which that body may be S1: 0.75-1.01 and 0.84-1.08 in
those, 0.54-0.60 below the phantom's lumbarised S1."""
WITHIN_MM: Final = (10.0, 50.0)
"""Distance below the sacral endplate in which there is no disc: what is left of that between S1 and S2 is of the
sacrum."""
DISC_SHARE: Final = 0.1
"""Section of a disc found there over that of the last body from which it is one: none of it in 28 real people and eight
of the phantom's."""
SQUARED: Final = "transitional_sacralised"
NARROW: Final = "transitional_lumbarised"
DIVIDED: Final = "transitional_disc"
SIGNS: Final = {
    SQUARED: "the second segment of the sacrum is nearly as deep as its first, as where L5 is a part of it; the "
    "vertebra above may be L4",
    NARROW: "the sacrum is much less deep than the vertebra above it, as below a lumbarised S1; it may be S1",
    DIVIDED: "a whole disc lies within what looks like the sacrum; its first segment may be a vertebra of its own",
}
"""What the notes of the anchor mean."""


@dataclass(frozen=True, eq=False)
class Sections:
    """Voxels in the sagittal plane of one bone.

    Parameters
    ----------
    u, v
        mm towards posterior and down, ``(n,)``.
    slices
        Slice number, ``(n,)``.
    edge
        Whether the voxel lies at the edge of the image, ``(n,)``.
    pixel_mm
        Size of a pixel.
    """

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    slices: NDArray[np.intp]
    edge: NDArray[np.bool_]
    pixel_mm: float

    def depth(self, span: tuple[float, float], percentile: float = 50.0) -> float | None:
        """Depth (mm) at ``v`` within ``span``, that of the slenderest slice; None where most slices show too little.

        Beside the midline a pedicle can join the arch to the segment: what is joined only makes it deeper.
        """
        slices = np.unique(self.slices)
        depths = [d for k in slices if (d := self._in_slice(self.slices == k, span, percentile)) is not None]
        return min(depths) if 2 * len(depths) > len(slices) else None

    def _in_slice(self, here: NDArray[np.bool_], span: tuple[float, float], percentile: float) -> float | None:
        u, v = self.u[here], self.v[here]
        if (self.edge[here] & (v < span[1])).any():
            return None
        starts = np.arange(*span, BIN_MM)
        depths = [self._longest(cut) for at in starts if len(cut := u[(v >= at) & (v < at + BIN_MM)])]
        return float(np.percentile(depths, percentile)) if len(depths) >= SEEN * len(starts) else None

    def _longest(self, u: NDArray[np.float64]) -> float:
        """Length (mm) of the longest run: an arch behind the canal is another."""
        u = np.sort(u)
        ends = np.flatnonzero(np.diff(u) > GAP_MM)
        starts = np.concatenate([[0], ends + 1])
        return float((u[np.concatenate([ends, [len(u) - 1]])] - u[starts]).max()) + self.pixel_mm


def transitional_sign(sacrum: Sections, last: Sections) -> str | None:
    """A sign that L5 belongs to the sacrum or S1 does not; None without one, or where too little is seen.

    Parameters
    ----------
    sacrum
        The sacrum, from the middle of its upper endplate.
    last
        The body that stands on it, from its centre.
    """
    first, second = sacrum.depth(FIRST_MM), sacrum.depth(SECOND_MM, PERCENTILE)
    if first is None or second is None:
        return None
    if second >= SACRALISED * first:
        return SQUARED
    own = last.depth(WAIST_MM)
    return NARROW if own is not None and first <= LUMBARISED * own else None


def is_divided(disc: Sections, slices: NDArray[np.intp], endplate_mm: float, body_mm2: float) -> bool:
    """Whether a whole disc lies below the first segment: then that is not part of the sacrum, or not in everybody.

    Parameters
    ----------
    disc
        Disc voxels, from the middle of the sacral endplate.
    slices
        Those near the midline.
    endplate_mm
        Depth of that endplate.
    body_mm2
        Section of the last body.
    """
    inside = (disc.v > WITHIN_MM[0]) & (disc.v < WITHIN_MM[1]) & (np.abs(disc.u) < 0.8 * endplate_mm)
    areas = [float((inside & (disc.slices == k)).sum()) * disc.pixel_mm**2 for k in slices]
    return bool(areas) and float(np.median(areas)) > DISC_SHARE * body_mm2


def body_sections(labels: LabelMap, grid: Grid, body: Body, reach_mm: float, field: tuple[slice, slice]) -> Sections:
    """A body seen in its own axes, in the slices up to ``reach_mm`` from its centre."""
    z, r, c = (i + s.start for i, s in zip(np.nonzero(labels.instances[body.box] == body.id), body.box, strict=True))
    near = np.abs(z * grid.spacing[2] - body.centre[2]) <= reach_mm
    z, r, c = z[near], r[near], c[near]
    relative = np.stack([c, r], axis=1) * grid.spacing[:2] - body.centre[:2]
    return Sections(relative @ body.u, relative @ body.v, z, at_edge(r, c, field), float(grid.spacing[0]))


def at_edge(r: NDArray[np.intp], c: NDArray[np.intp], field: tuple[slice, slice]) -> NDArray[np.bool_]:
    """Whether pixels lie in the outermost rows or columns that hold an image."""
    rows, columns = field
    return np.asarray((r <= rows.start) | (r >= rows.stop - 1) | (c <= columns.start) | (c >= columns.stop - 1))
