"""Marrow, CSF, disc and muscle signal of one series, coil shading removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt

from vcfimg.imaging.body_axes import Body, Grid
from vcfimg.imaging.raw import SeriesSignal, Signal
from vcfimg.imaging.reading.shading import Shading
from vcfimg.imaging.robust import MAD_TO_SD
from vcfimg.imaging.segmentation import LabelMap, Tissue
from vcfimg.roles import Role
from vcfimg.series_id import SeriesId

GRID: Final = 6
"""Rows and columns of the signal grid in body coordinates."""

ENDPLATE_MARGIN_MM: Final = 1.8
"""Marrow samples keep this far from the centre of an endplate line: half the line and the blur beside it."""

PLATE_HALF_MM: Final = 0.6
"""Marrow begins this far from the centre of an endplate line."""

WALL_MARGIN_MM: Final = 1.5
"""Erosion of the outline in each slice."""

MIN_SECTION_SHARE: Final = 0.5
"""Slices on which the body is smaller than this share of its largest section are left out (partial volume)."""

VEIN_ROWS: Final = 0.15
VEIN_MM: Final = 2.6
VEIN_COLUMNS: Final = 0.55
VEIN_LATERAL_MM: Final = 7.0
"""The basivertebral vein, bright on STIR in everybody: within this share of the height (in small bodies, these
millimetres) about mid-height and from this share of the depth backwards, near the midline. Left out of the samples."""

MIN_VOXELS: Final = 20
"""Fewer marrow samples say nothing."""

MIN_TISSUE_VOXELS: Final = 60
"""Fewer samples of CSF, disc or muscle say nothing."""

MIDLINE_MM: Final = 6.0
"""CSF and disc are read this near to the middle of the bodies."""

MUSCLE_BEHIND_MM: Final = (4.0, 40.0)
"""Paraspinal muscle lies this far behind the back of the canal."""

MUSCLE_BESIDE_MM: Final = 8.0
"""... and at least this far beside the midline."""


@dataclass(frozen=True, eq=False)
class BodyShape:
    """Endplates of one body for all its slices: v as a function of u, in the body's frame about its centre."""

    u: NDArray[np.float64]
    top: NDArray[np.float64]
    bottom: NDArray[np.float64]
    low: float
    high: float


def body_signal(
    array: NDArray[np.float32],
    labels: LabelMap,
    grid: Grid,
    body: Body,
    shape: BodyShape,
    shading: Shading,
    series: tuple[SeriesId, Role],
) -> Signal | None:
    """Quantiles and grid of the marrow signal of one body; None when too little marrow is seen.

    Parameters
    ----------
    series
        Which series, and its role.
    """
    used = body.slices[body.areas >= MIN_SECTION_SHARE * body.areas.max()]
    window = (slice(int(used[0]), int(used[-1]) + 1), body.box[1], body.box[2])
    inside = labels.instances[window] == body.id
    pixels = max(1, round(WALL_MARGIN_MM / float(grid.spacing[:2].min())))
    eroded = binary_erosion(inside, structure=_CROSS, iterations=pixels)
    z, r, c = np.nonzero(inside)
    index = np.stack([c + body.box[2].start, r + body.box[1].start, z + used[0]], axis=1)
    xyz = index * grid.spacing
    relative = xyz - body.centre
    u = relative[:, :2] @ body.u
    v = relative[:, :2] @ body.v + np.tan(np.deg2rad(body.tilt_deg)) * relative[:, 2]
    top, bottom = np.interp(u, shape.u, shape.top), np.interp(u, shape.u, shape.bottom)
    height = np.maximum(bottom - top, 1e-6)
    margin = np.minimum(ENDPLATE_MARGIN_MM, 0.25 * height)
    marrow = (v > top + np.minimum(PLATE_HALF_MM, margin)) & (v < bottom - np.minimum(PLATE_HALF_MM, margin))
    row = (v - top) / height
    column = (u - shape.low) / max(shape.high - shape.low, 1e-6)
    from_middle = np.abs(row - 0.5)
    vein = (
        (from_middle * height <= np.maximum(VEIN_ROWS * height, VEIN_MM))
        & (column >= VEIN_COLUMNS)
        & (np.abs(relative[:, 2]) <= VEIN_LATERAL_MM)
    )
    clear = eroded[z, r, c] & (v > top + margin) & (v < bottom - margin) & ~vein
    if clear.sum() < MIN_VOXELS:
        return None
    stands_for = _stands_for((z, r, c), marrow, clear, inside.shape, grid)[clear]
    raw = array[index[clear, 2], index[clear, 1], index[clear, 0]].astype(np.float64)
    value = raw / shading.at(xyz[clear])
    return Signal(
        series_instance_uid=series[0].series_instance_uid,
        stack=series[0].stack,
        role=series[1],
        quantiles=_weighted_percentiles(value, stands_for),
        grid=_grid(row[clear], column[clear], value),
        voxels=int(clear.sum()),
        raw_mean=float(np.average(raw, weights=stands_for)),
        cut_by=(*(("border",) if body.on_border else ()), *(("stack",) if body.beyond_stack else ())),
    )


def _stands_for(
    at: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]],
    marrow: NDArray[np.bool_],
    clear: NDArray[np.bool_],
    shape: tuple[int, ...],
    grid: Grid,
) -> NDArray[np.float64]:
    """How many marrow voxels each clear one stands for: itself and those beside the edges that are nearest to it.

    The rim next to endplates and walls is blurred and cannot be read, but it is marrow: edema that lies along an
    endplate would otherwise be counted too low.
    """
    seen = np.zeros(shape, np.bool_)
    seen[tuple(axis[clear] for axis in at)] = True
    column_mm, row_mm, slice_mm = (float(x) for x in grid.spacing)
    nearest = distance_transform_edt(
        ~seen, sampling=(20 * slice_mm, row_mm, column_mm), return_distances=False, return_indices=True
    )
    counted = tuple(axis[marrow] for axis in at)
    flat = np.ravel_multi_index(tuple(n[counted] for n in nearest), shape)
    return np.bincount(flat, minlength=seen.size)[np.ravel_multi_index(at, shape)].astype(np.float64)


def _weighted_percentiles(value: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[float, ...]:
    """Percentiles 0 to 100 of weighted values."""
    order = np.argsort(value)
    rank = np.cumsum(weight[order]) - 0.5 * weight[order]
    span = max(float(rank[-1] - rank[0]), 1e-9)
    return tuple(float(q) for q in np.interp(np.arange(101), 100 * (rank - rank[0]) / span, value[order]))


_CROSS: Final = np.array([[[0, 1, 0], [1, 1, 1], [0, 1, 0]]], bool)


def _grid(
    row: NDArray[np.float64], column: NDArray[np.float64], value: NDArray[np.float64]
) -> tuple[tuple[float | None, ...], ...]:
    cell = np.clip((row * GRID).astype(int), 0, GRID - 1) * GRID + np.clip((column * GRID).astype(int), 0, GRID - 1)
    count = np.bincount(cell, minlength=GRID * GRID)
    total = np.bincount(cell, weights=value, minlength=GRID * GRID)
    means = [float(t / n) if n >= 3 else None for t, n in zip(total, count, strict=True)]
    return tuple(tuple(means[i * GRID : (i + 1) * GRID]) for i in range(GRID))


def series_signal(
    array: NDArray[np.float32],
    labels: LabelMap,
    grid: Grid,
    bodies: Mapping[int, Body],
    shading: Shading,
    series: tuple[SeriesId, Role],
    noise: float,
) -> SeriesSignal:
    """Signal of CSF (a quartile), muscle (the mode beside the spine) and disc (the median) on one series."""
    centre = np.median([b.centre[2] for b in bodies.values()]) if bodies else 0.0
    near = np.abs(np.arange(array.shape[0]) * grid.spacing[2] - centre) <= MIDLINE_MM
    if not near.any():
        near[:] = True
    canal = _eroded(labels, Tissue.CANAL, near)
    disc = _eroded(labels, Tissue.DISC, near)
    csf = _values(array, canal, grid, shading)
    return SeriesSignal(
        series_instance_uid=series[0].series_instance_uid,
        stack=series[0].stack,
        role=series[1],
        csf=_quantile(csf, 0.75 if series[1].traits.bright_csf else 0.25),
        muscle=_mode(_values(array, _beside(labels, grid, float(centre)), grid, shading)),
        disc=_quantile(_values(array, disc, grid, shading), 0.5),
        noise=noise,
        voxel_mm=(float(grid.spacing[0]), float(grid.spacing[1]), float(grid.spacing[2])),
    )


def _eroded(labels: LabelMap, tissue: Tissue, slices: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """One tissue without its outermost pixels, on the given slices."""
    mask = np.zeros(labels.semantic.shape, np.bool_)
    mask[slices] = binary_erosion(labels.semantic[slices] == tissue, structure=_CROSS)
    return mask


def _values(array: NDArray[np.float32], mask: NDArray[np.bool_], grid: Grid, shading: Shading) -> NDArray[np.float64]:
    found = np.flatnonzero(mask)
    z, r, c = np.unravel_index(found[:: max(1, len(found) // 20000)], mask.shape)
    xyz = np.stack([c, r, z], axis=1) * grid.spacing
    return np.asarray(array[z, r, c] / shading.at(xyz))


def _quantile(values: NDArray[np.float64], q: float) -> float | None:
    return float(np.quantile(values, q)) if len(values) >= MIN_TISSUE_VOXELS else None


def _mode(values: NDArray[np.float64]) -> float | None:
    """Centre of the shortest interval that holds 30 % of the values: muscle between fat and fascia."""
    if len(values) < MIN_TISSUE_VOXELS:
        return None
    v = np.sort(values)
    k = max(2, round(0.3 * len(v)))
    start = int(np.argmin(v[k:] - v[:-k]))
    return float(v[start + k // 2])


def _beside(labels: LabelMap, grid: Grid, centre: float) -> NDArray[np.bool_]:
    """Unlabelled voxels behind the canal and beside the midline: paraspinal muscle and little else."""
    mask = np.zeros(labels.semantic.shape, np.bool_)
    marked, canal = grid.upright(mask), grid.upright((labels.semantic == Tissue.CANAL).any(axis=0, keepdims=True))[0]
    offset = np.abs(np.arange(len(mask)) * grid.spacing[2] - centre)
    slices = (offset >= MUSCLE_BESIDE_MM) & (offset <= MUSCLE_BESIDE_MM + 14.0)
    if not canal.any() or not slices.any():
        return mask
    backward = 1 if float(grid.axes[1, grid.along]) > 0 else -1
    places = np.arange(marked.shape[2])
    near, far = (mm / grid.spacing[grid.along] for mm in MUSCLE_BEHIND_MM)
    for r in np.flatnonzero(canal.any(axis=1)):
        seen = np.flatnonzero(canal[r])
        back = seen[-1] if backward > 0 else seen[0]
        distance = (places - back) * backward
        marked[np.ix_(slices, [r], (distance >= near) & (distance <= far))] = True
    return np.asarray(mask & (labels.semantic == Tissue.BACKGROUND))


def noise_sd(array: NDArray[np.float32], slices: Sequence[int]) -> float:
    """SD of the noise from second differences (they vanish where the image is smooth), over the given slices."""
    values = []
    for k in slices:
        a = array[k].astype(np.float64)
        d = (
            a[:-2, :-2]
            - 2 * a[:-2, 1:-1]
            + a[:-2, 2:]
            - 2 * (a[1:-1, :-2] - 2 * a[1:-1, 1:-1] + a[1:-1, 2:])
            + a[2:, :-2]
            - 2 * a[2:, 1:-1]
            + a[2:, 2:]
        )
        signal = a[1:-1, 1:-1] > 0
        if signal.sum() > 100:
            values.append(MAD_TO_SD * float(np.median(np.abs(d[signal]))) / 6.0)
    return float(np.median(values)) if values else 0.0
