"""Tells L5 from S1 by what lies below: S1 is as deep as L5, but S2 is a third less deep than S1."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmentation import Tissue

Point = NDArray[np.float64]
"""(row, column) in a slice, mm."""

STEP_MM: Final = 2
BELOW_MM: Final = (18, 34)
"""How far below the middle of a body the next segment is looked at."""
REACH_MM: Final = 30
"""Half of the widest depth that is measured."""
MIDLINE_MM: Final = 9.0
"""Slices this near to the middle of the body are looked at."""
FOLLOW: Final = 0.6
"""Share of the way to the middle of the section found that the next step starts from."""
BEND: Final = 0.2
"""Weight of the newest step in the direction of the column."""
PERCENTILE: Final = 75.0
"""Sections through a disc are read too small; a few that run into something else too large."""
COLUMN: Final = (Tissue.BODY, Tissue.DISC, Tissue.SACRUM)
BONE: Final = 0.5
"""Share of bone in what is found below: above a steep sacrum the way may leave the column within the disc."""

LIKE_L5: Final = 0.88
"""Depth below over own depth, from which the body is L5: 0.95 to 1.4 in 27 lumbar volumes."""
LIKE_S1: Final = 0.80
"""... up to which it is S1: 0.5 to 0.75 there."""


def depth_ratio(labels: NDArray[np.uint8], center: Point, above: Point, slices: NDArray[np.intp]) -> float | None:
    """Depth of the column below a body, relative to the depth of the body.

    Parameters
    ----------
    labels
        ``(slices, rows, columns)`` semantic labels, 1 mm pixels.
    center, above
        Middle of the body and of the one above it.
    slices
        The slices to look at.

    Returns
    -------
    Median over the slices; None where image or column ends too early in most of them, or hardly any bone is met.
    """
    ratios = [r for k in slices if (r := _in_slice(labels[k], center, above)) is not None]
    return float(np.median(ratios)) if ratios and 2 * len(ratios) > len(slices) else None


def _in_slice(labels: NDArray[np.uint8], center: Point, above: Point) -> float | None:
    column = np.isin(labels, COLUMN)
    direction = (center - above) / max(float(np.linalg.norm(center - above)), 1e-6)
    at, own, below, bone = center.astype(np.float64), [], [], []
    for mm in range(0, BELOW_MM[1] + 1, STEP_MM):
        across = np.array([-direction[1], direction[0]])
        found = _section(column, at, across)
        if found is None:
            return None
        depth, middle = found
        if mm <= 2 * STEP_MM:
            own.append(depth)
        elif mm >= BELOW_MM[0]:
            below.append(depth)
            r, c = np.rint(at + middle * across).astype(int)
            bone.append(labels[r, c] != Tissue.DISC)
        moved = at + FOLLOW * middle * across
        ahead = moved + STEP_MM * direction - at
        direction = (1 - BEND) * direction + BEND * ahead / max(float(np.linalg.norm(ahead)), 1e-6)
        direction /= np.linalg.norm(direction)
        at = moved + STEP_MM * direction
    if np.mean(bone) < BONE:
        return None
    return float(np.percentile(below, PERCENTILE) / max(float(np.median(own)), 1.0))


def _section(column: NDArray[np.bool_], at: Point, across: Point) -> tuple[int, float] | None:
    """Depth (mm) of the run nearest to ``at`` and the place of its middle; None where it is missing or cut."""
    steps = np.arange(-REACH_MM, REACH_MM + 1)
    r, c = np.rint(at + steps[:, None] * across).astype(int).T
    inside = (r >= 0) & (r < column.shape[0]) & (c >= 0) & (c < column.shape[1])
    marked = np.zeros(len(steps), np.bool_)
    marked[inside] = column[r[inside], c[inside]]
    seen = np.flatnonzero(marked)
    if len(seen) == 0:
        return None
    first = last = int(seen[np.argmin(np.abs(steps[seen]))])
    while first > 0 and marked[first - 1]:
        first -= 1
    while last < len(steps) - 1 and marked[last + 1]:
        last += 1
    if first == 0 or last == len(steps) - 1 or not (inside[first - 1] and inside[last + 1]):
        return None
    return last - first + 1, 0.5 * float(steps[first] + steps[last])
