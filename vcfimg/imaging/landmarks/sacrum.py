"""The sacrum, from which levels are counted upwards."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label

from vcfimg.base import vec3
from vcfimg.imaging.body_axes import Body, Grid
from vcfimg.imaging.landmarks.sacral_shape import (
    DIVIDED,
    Sections,
    at_edge,
    body_sections,
    is_divided,
    transitional_sign,
)
from vcfimg.imaging.raw import Anchor
from vcfimg.imaging.robust import robust_fit
from vcfimg.imaging.segmentation import LabelMap, Tissue

MIN_SACRUM_MM2: Final = 120.0
"""Less labelled sacrum than this in every slice is not counted from."""

SPECK_SHARE: Final = 0.15
"""A piece of the sacrum smaller than this share of it in its slice is a mistake of single pixels or an arch."""

WELL_SHOWN: Final = 0.5
"""Slices that show at least this share of the last body's largest section should show the sacrum below it as well."""

SURE_SACRUM_MM2: Final = 350.0
"""Sacrum in the median of those slices from which the evidence is good: half a segment."""

SURE_CUT_SACRUM_MM2: Final = 400.0
"""As before, where the image ends within the sacrum, which may be L5 in truth: of 28 real volumes cut amid L5, one took
what was left of it for the sacrum, with 418 mm², and one cut lower, with 641 mm², as much as a true S1 shows."""

MAX_GAP_MM: Final = 34.0
"""The nearest point of S1 lies no further than this from the centre of the last body: half a body and a disc are about
25 mm, a missed vertebra makes it 55."""

S1_REACH_MM: Final = 26.0
"""Points of the sacrum up to this much farther away than its nearest are of S1."""

MOST_TILT_DEG: Final = 60.0
"""Of the sacral endplate against the last body, either way."""
TILT_STEP_DEG: Final = 3.0
"""How finely that tilt is looked for."""

STRAIGHT_MM: Final = 2.5
"""Points this near to a side of S1 are on it."""

MIDLINE_MM: Final = 8.0
"""Slices this near to the middle of the last body, and at least its neighbours, show the middle of S1."""


def find_sacrum(
    labels: LabelMap,
    grid: Grid,
    bodies: Mapping[int, Body],
    shift: NDArray[np.float64],
    field: tuple[slice, slice],
) -> Anchor | None:
    """The sacrum and the body that stands on it; None when no sacrum is labelled.

    Parameters
    ----------
    shift
        Carries LPS points of this series into the reference frame.
    field
        Rows and columns that hold an image (:func:`vcfimg.imaging.body_axes.field_of_view`).
    """
    if not bodies:
        return None
    mask = labels.semantic == Tissue.SACRUM
    areas = mask.sum(axis=(1, 2)) * grid.spacing[0] * grid.spacing[1]
    if areas.max(initial=0.0) < MIN_SACRUM_MM2:
        return None
    last = bodies[max(bodies)]
    z, r, c = np.nonzero(_facing(mask, grid, last))
    points = np.stack([c, r, z], axis=1) * grid.spacing
    notes: list[str] = []
    reach = max(MIDLINE_MM, 1.1 * float(grid.spacing[2]))
    middle = np.abs(np.arange(len(areas)) * grid.spacing[2] - last.centre[2]) <= reach
    near_slices = middle[z]
    used = near_slices if near_slices.sum() > 20 else np.ones(len(points), np.bool_)
    used &= (points[:, :2] - last.centre[:2]) @ last.v > 0
    core = points[used]
    relative = core[:, :2] - last.centre[:2]
    if len(core) < 20:
        return None
    distance = np.linalg.norm(relative, axis=1)
    gap = float(np.percentile(distance, 2))
    # Only S1: the front of the whole sacrum is a longer line than its endplate.
    ends = _endplate(relative[distance <= gap + S1_REACH_MM], last)
    if gap > MAX_GAP_MM:
        notes.append("gap_above_sacrum")
    seen = float(np.median(areas[last.slices[last.areas >= WELL_SHOWN * last.areas.max()]]))
    cut = bool(mask[int(areas.argmax()), max(field[0].stop - 2, 0) :].any())
    if seen < (SURE_CUT_SACRUM_MM2 if cut else SURE_SACRUM_MM2) or (areas >= 0.3 * areas.max()).sum() < 2:
        notes.append("little_of_it_seen")
        if last.on_border:
            notes.append("last_body_on_border")
    sacrum = _from_endplate((z[used], r[used], c[used]), grid, field, last, ends)
    sign = transitional_sign(sacrum, body_sections(labels, grid, last, reach, field))
    if sign is not None:
        notes.append(sign)
    discs = np.nonzero((labels.semantic == Tissue.DISC) & middle[:, None, None])
    below = _from_endplate(discs, grid, field, last, ends)
    depth = float(np.linalg.norm(ends[1] - ends[0]))
    if is_divided(below, np.flatnonzero(middle), depth, float(np.median(last.areas))):
        notes.append(DIVIDED)
    xyz = np.concatenate([last.centre[:2] + ends, np.full((2, 1), last.centre[2])], axis=1)
    corners = grid.to_lps(xyz) + shift
    centre = grid.to_lps(core.mean(axis=0)) + shift
    return Anchor(
        kind="sacrum",
        center_mm=vec3(centre),
        adjacent_id=None if "gap_above_sacrum" in notes else last.id,
        confidence="low" if notes else "high",
        notes=tuple(notes),
        points_mm=(vec3(corners[0]), vec3(corners[1])),
    )


def _facing(mask: NDArray[np.bool_], grid: Grid, last: Body) -> NDArray[np.bool_]:
    """In every slice the piece of the sacrum nearest to the body: its arches behind the canal face nothing.

    Specks do not count: one beside the last body is nearer to it than S1.
    """
    kept = np.zeros_like(mask)
    (_, rows, columns) = find_objects(mask.astype(np.uint8))[0]
    y, x = np.ogrid[rows, columns]
    distance = np.hypot(x * grid.spacing[0] - last.centre[0], y * grid.spacing[1] - last.centre[1])
    for k in np.flatnonzero(mask.any(axis=(1, 2))):
        pieces, _ = label(mask[k, rows, columns])
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        counted = (sizes >= SPECK_SHARE * sizes.sum())[pieces]
        nearest = np.unravel_index(np.argmin(np.where(counted, distance, np.inf)), distance.shape)
        kept[k, rows, columns] = pieces == pieces[nearest]
    return kept


def _endplate(relative: NDArray[np.float64], last: Body) -> NDArray[np.float64]:
    """Anterior and posterior end (x, y from the body's centre) of the sacral surface that faces a body."""
    u_axis, v_axis = _along_endplate(relative, last)
    for _ in range(3):
        u, v = relative @ u_axis, relative @ v_axis
        near = v <= np.percentile(v, 2) + 22.0
        low, high = np.percentile(u[near], [2, 98])
        bins = np.clip(((u - low) / max(high - low, 1.0) * 16).astype(int), -1, 16)
        face = np.array([np.percentile(v[bins == k], 3) if (bins == k).sum() >= 3 else np.nan for k in range(16)])
        at = low + (np.arange(16) + 0.5) / 16 * (high - low)
        ok = np.isfinite(face)
        if ok.sum() < 4:
            break
        basis = np.stack([np.ones(16), at], axis=1)
        weight = (ok & (np.abs(np.arange(16) - 7.5) < 6.5)).astype(float)
        line, _ = robust_fit(basis, np.nan_to_num(face)[None], weight[None], floor=0.7)
        slope = float(np.clip(line[0, 1], -1.0, 1.0))
        turn = np.array([u_axis + slope * v_axis]) / np.hypot(1.0, slope)
        u_axis = turn[0]
        v_axis = np.array([-u_axis[1], u_axis[0]]) * np.sign(last.u[0] * last.v[1] - last.u[1] * last.v[0])
    u, v = relative @ u_axis, relative @ v_axis
    top = float(np.percentile(v, 2))
    low, high = np.percentile(u[v <= top + 10.0], [2, 98])
    return np.stack([low * u_axis + top * v_axis, high * u_axis + top * v_axis])


def _along_endplate(relative: NDArray[np.float64], last: Body) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors along the longest straight side of S1 opposite the body's centre, to the back, and down from it.

    Below a lordosis the posterior wall of S1 faces up as much as its endplate does; opposite the body lies only that.
    """
    best, longest = (last.u, last.v), -np.inf
    for angle in np.deg2rad(np.arange(-MOST_TILT_DEG, MOST_TILT_DEG + 1, TILT_STEP_DEG)):
        u_axis = np.cos(angle) * last.u + np.sin(angle) * last.v
        v_axis = np.cos(angle) * last.v - np.sin(angle) * last.u
        u, v = relative @ u_axis, relative @ v_axis
        low, high = np.percentile(u[v <= np.percentile(v, 1) + STRAIGHT_MM], [2, 98])
        length = float(high - low - 2 * max(low, -high, 0.0))
        if length > longest:
            best, longest = (u_axis, v_axis), length
    return best


def _from_endplate(
    voxels: tuple[NDArray[np.intp], ...],
    grid: Grid,
    field: tuple[slice, slice],
    last: Body,
    ends: NDArray[np.float64],
) -> Sections:
    """Voxels (slices, rows, columns) as seen from the middle of the sacral endplate."""
    z, r, c = voxels
    back, down = _axes(ends, last)
    below = np.stack([c, r], axis=1) * grid.spacing[:2] - last.centre[:2] - ends.mean(axis=0)
    return Sections(below @ back, below @ down, z, at_edge(r, c, field), float(grid.spacing[0]))


def _axes(ends: NDArray[np.float64], last: Body) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors along the sacral endplate, towards posterior, and down from it."""
    u = (ends[1] - ends[0]) / max(float(np.linalg.norm(ends[1] - ends[0])), 1e-6)
    v = np.array([-u[1], u[0]])
    return u, v * np.sign(v @ last.v)
