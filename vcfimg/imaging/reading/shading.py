"""Coil shading: a smooth multiplicative field, estimated so that bright (edematous) bodies do not bend it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.body_axes import Grid
from vcfimg.imaging.robust import MAD_TO_SD
from vcfimg.imaging.segmentation import LabelMap, Tissue

BLOCK_MM: Final = 12.0
"""Tissue samples are medians over blocks of this size in the slice."""

MIN_BLOCK_MM2: Final = 12.0
"""Smallest area of one tissue in a block that counts."""

OUTLIER_SD: Final = 2.5
"""Blocks further from the field than this many robust SD have no say: edema, vessels, degenerated discs."""

SLICE_STEP_MM: Final = 3.0
"""Thin slices are skipped down to about this distance; the field is smooth."""

_CLASS_WEIGHT: Final = {
    Tissue.BODY: 1.0,
    Tissue.CANAL: 0.5,
    Tissue.DISC: 0.25,
    Tissue.POSTERIOR: 0.4,
    Tissue.BACKGROUND: 0.15,
}

_RIDGE: Final = (0.0005, 0.002, 0.002, 0.01, 0.005, 0.005)
"""Pull of each term of the field towards zero, relative to the weight of the samples."""

_SCALE_MM: Final = 100.0

POLYNOMIAL: Final = 6

KNOT_MM: Final = 25.0
"""Distance of the bumps of the spline: a third of the shortest swing that elements of a coil make (80 mm)."""

SPLINE: Final = (0.0005, 0.0005)
SPLINE_BY_DEPTH: Final = (0.0005, 0.002)
"""Pull of the spline's bumps towards a straight line, and towards zero; the second for the part that grows with the
depth."""


@dataclass(frozen=True, eq=False)
class Shading:
    """Log of the field, smooth in grid coordinates; 1 on average over the bodies.

    Parameters
    ----------
    coefficients
        Of the terms of :func:`_terms`: a polynomial, then a spline along the rows, alone and times the column.
    constant
        Added to the log.
    middle
        Where the polynomial has its origin, mm.
    knots
        Centres of the spline's bumps along the rows, mm, :data:`KNOT_MM` apart.
    """

    coefficients: NDArray[np.float64]
    constant: float
    middle: NDArray[np.float64]
    knots: NDArray[np.float64]

    def at(self, xyz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Field at ``(…, 3)`` grid millimetres; divide a signal by it to remove the shading."""
        return np.asarray(np.exp(_terms(xyz, self.middle, self.knots) @ self.coefficients + self.constant))


def estimate_shading(array: NDArray[np.float32], labels: LabelMap, grid: Grid) -> Shading:
    """Fit the field to all tissues at once: each has its own level, all share one smooth field.

    Marrow alone cannot tell shading from edema; the canal, the posterior elements and the soft tissue behind the spine
    run along the same coil and are not edematous together with the bodies. Blocks far from the field have no say, so
    that a bright body does not bend it.
    """
    found = [_blocks(array, labels, grid, tissue) for tissue in _CLASS_WEIGHT]
    samples = [s for s in found if s is not None]
    if not samples or sum(len(s[1]) for s in samples) < 24:
        return Shading(np.zeros(POLYNOMIAL), 0.0, np.zeros(3), np.zeros(0))
    position = np.concatenate([s[0] for s in samples])
    value = np.concatenate([s[1] for s in samples])
    weight = np.concatenate([s[2] for s in samples])
    kind = np.concatenate([np.full(len(s[1]), i) for i, s in enumerate(samples)])
    middle, knots = position.mean(axis=0), _knots(position[:, 1])
    terms = _terms(position, middle, knots)
    levels = (kind[:, None] == np.arange(len(samples))).astype(np.float64)
    design = np.concatenate([terms, levels], axis=1)
    penalty = np.zeros((design.shape[1], design.shape[1]))
    penalty[: terms.shape[1], : terms.shape[1]] = _penalty(len(knots))
    penalty = penalty * weight.sum() + 1e-9 * np.eye(design.shape[1])
    trust = np.ones_like(value)
    solution = np.zeros(design.shape[1])
    # start from the medians, so that a bright body is an outlier from the first round on
    solution[terms.shape[1] :] = [np.median(value[kind == i]) for i in range(len(samples))]
    for _ in range(12):
        residual = value - design @ solution
        spread = np.array(
            [max(MAD_TO_SD * float(np.median(np.abs(residual[kind == i]))), 0.04) for i in range(len(samples))]
        )
        trust = np.square(np.clip(1 - np.square(residual / (OUTLIER_SD * spread[kind])), 0, 1))
        w = weight * trust / np.square(spread[kind] / 0.1)
        solution = np.linalg.solve((design * w[:, None]).T @ design + penalty, (design * w[:, None]).T @ value)
    field = solution[: terms.shape[1]]
    bodies = kind == 0
    anchor = float((terms[bodies] @ field).mean()) if bodies.any() else 0.0
    return Shading(field, -anchor, middle, knots)


def _knots(rows_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = float(rows_mm.min()), float(rows_mm.max())
    count = max(2, int(np.ceil((high - low) / KNOT_MM)) + 1)
    return np.asarray(0.5 * (low + high) + KNOT_MM * (np.arange(count + 2) - (count + 1) / 2), np.float64)


def _penalty(knots: int) -> NDArray[np.float64]:
    """Pull of the terms towards zero, and of the spline towards a straight line."""
    size = POLYNOMIAL + 2 * knots
    out = np.zeros((size, size))
    out[:POLYNOMIAL, :POLYNOMIAL] = np.diag(_RIDGE)
    bend = np.diff(np.eye(knots), n=2, axis=0)
    for number, (straight, zero) in enumerate((SPLINE, SPLINE_BY_DEPTH)):
        own = slice(POLYNOMIAL + number * knots, POLYNOMIAL + (number + 1) * knots)
        out[own, own] = straight * bend.T @ bend + zero * np.eye(knots)
    return out


def _terms(xyz: NDArray[np.float64], middle: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    p = (xyz - middle) / _SCALE_MM
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    polynomial = np.stack([x, y, z, x * x, y * y, x * y], axis=-1)
    bumps = _cubic((xyz[..., 1, None] - knots) / KNOT_MM)
    return np.concatenate([polynomial, bumps, bumps * x[..., None]], axis=-1)


def _cubic(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cubic B-spline, 2/3 in its middle and 0 from 2 on."""
    a = np.abs(t)
    near = 2 / 3 - a * a * (1 - a / 2)
    far = np.square(np.clip(2 - a, 0, None)) * np.clip(2 - a, 0, None) / 6
    return np.asarray(np.where(a < 1, near, far))


def _blocks(
    array: NDArray[np.float32], labels: LabelMap, grid: Grid, tissue: Tissue
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | None:
    """Positions, log medians and weights of one tissue, block by block."""
    size = np.maximum(np.rint(BLOCK_MM / grid.spacing[:2]).astype(int), 1)
    thin = max(1, round(SLICE_STEP_MM / float(grid.spacing[2])))
    labelled = tissue != Tissue.BACKGROUND
    mask = labels.semantic[::thin] == tissue if labelled else _soft_tissue(array, labels, grid)[::thin]
    found = np.flatnonzero(mask)  # several times as fast as nonzero on three axes
    if len(found) == 0:
        return None
    z, r, c = np.unravel_index(found, mask.shape)
    signal = array[::thin].reshape(-1)[found]
    columns, rows = array.shape[2] // size[0] + 1, array.shape[1] // size[1] + 1
    block = (z * rows + r // size[1]) * columns + c // size[0]
    order = by_block_and_signal(block, signal)
    start = np.flatnonzero(np.diff(block[order], prepend=-1))
    count = np.diff(np.append(start, len(block)))
    # a block lies where its darkest voxel does, the first of several
    darkest = np.where(signal[order] == np.repeat(signal[order[start]], count), order, len(order))
    first = np.minimum.reduceat(darkest, start)
    keep = count * grid.spacing[0] * grid.spacing[1] >= MIN_BLOCK_MM2
    start, count, first = start[keep], count[keep], first[keep]
    # CSF and cord share the canal: its brighter part is followed
    rank = 0.75 if tissue == Tissue.CANAL else 0.5
    value = signal[order[start + (count * rank).astype(int)]]
    at = np.stack([c[first], r[first], z[first] * thin], axis=1)
    position = at * grid.spacing
    good = value > 0
    if not good.any():
        return None
    return position[good], np.log(value[good].astype(np.float64)), np.full(int(good.sum()), _CLASS_WEIGHT[tissue])


def by_block_and_signal(block: NDArray[np.intp], signal: NDArray[np.float32]) -> NDArray[np.intp]:
    """Order by block, then by signal: one integer key is sorted several times as fast as two keys."""
    bits = signal.view(np.int32).astype(np.int64)
    ordered = np.where(bits < 0, -(bits & 0x7FFFFFFF), bits)
    return np.argsort((block.astype(np.int64) << 33) + ordered)


def _soft_tissue(array: NDArray[np.float32], labels: LabelMap, grid: Grid) -> NDArray[np.bool_]:
    """Unlabelled tissue with signal within 45 mm behind the canal, thinned to every third pixel."""
    mask = np.zeros(array.shape, np.bool_)
    canal = grid.upright(labels.semantic == Tissue.CANAL)
    if not canal.any():
        return mask
    marked = grid.upright(mask)
    posterior = float(grid.axes[1, grid.along])
    step = 3
    floor = 0.2 * float(np.median(array[labels.semantic == Tissue.BODY])) if (labels.semantic == 1).any() else 0.0
    rows = np.flatnonzero(canal.any(axis=(0, 2)))[::step]
    places = np.arange(marked.shape[2])
    reach = round(45.0 / grid.spacing[grid.along])
    for r in rows:
        seen = np.flatnonzero(canal[:, r].any(axis=0))
        edge = seen[-1] if posterior > 0 else seen[0]
        distance = (places - edge) * (1 if posterior > 0 else -1)
        marked[:, r, (distance > 0) & (distance <= reach)] = True
    marked[:, :, ::2] = False
    return np.asarray(mask & (labels.semantic == 0) & (array > floor))
