"""Superior and inferior endplates as smooth curves, and the corner and mid heights between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.reading.edges import POSITIONS, Line, locate_line
from vcfimg.imaging.reading.sections import COLUMNS, SPAN, Section
from vcfimg.imaging.robust import legendre, robust_fit, weighted_fit

ORDER: Final = 4
"""Order of an endplate's curve: a tilt, a dish and its asymmetry, but no pit or spur."""

CORNER_INSET: Final = 0.05
"""The corner heights are read this share of the depth inside the anterior and posterior limits."""

CORNER_WINDOW: Final = (0.10, 0.38)
"""Share of the depth over which an endplate is continued in a straight line to its corner, past rounding and spurs."""

SPUR_SHIFT: Final = 0.12
"""Where a spur has lifted the rim, the window starts this much further in."""

MIDDLE_WINDOW: Final = 0.12
"""The middle height is read over the centre ± this share of the depth."""

EDGE_FLOOR_MM: Final = 0.35
"""Residuals of an endplate curve below this are roughness, never outliers."""

BLIND: Final = 0.1
"""Confidence up to which an edge is taken from the mask alone."""

SEEN: Final = 0.4
"""Confidence from which it is taken from the image alone; between the two they are mixed."""

BEYOND_MIDDLE_MM: Final = 0.4
"""How far beyond the middle of a disc, as the masks have it, an endplate may lie."""

END_SHARE: Final = (0.45, 1.0)
"""Half-widths from the middle between which an endplate's curve is held to the outline: a free end swings out."""

END_OUTWARD_MM: Final = 1.5
"""How far the curve may lie outside the outline there: rounded corners and shallow pits, but no more."""

CORNER_LEEWAY_MM: Final = 1.5
"""How far a corner, continued in a straight line, may lie from the same continuation of the outline: a bowl has no
straight part to continue, and a spur lifts the rim by about a millimetre only."""

RIDGE: Final = np.array([0.0, 0.0, 0.0, 0.01, 0.03]) + 1e-6
"""Pull of the higher orders towards zero, so that curve ends without a clear edge stay calm."""

SMOOTHED_POINTS: Final = 4.0
"""Neighbouring columns that share their noise, because profiles are smoothed along the endplate."""

CORNER_LEVER: Final = np.array([2.2, 1.0, 2.2])
"""Growth of the error where a straight line is continued from its window to the corner."""

UNSEEN_EDGE_MM: Final = 0.6
"""Standard error of an edge that only the mask shows."""

_X: Final = np.linspace(-SPAN, SPAN, COLUMNS)


@dataclass(frozen=True, eq=False)
class Endplates:
    """Fitted endplates of ``n`` sections; first axis sections, second superior/inferior.

    ``heights`` ``(n, 3)`` are anterior, middle and posterior, mm in the slice plane. ``points`` ``(n, 2, 3, 2)`` are
    their ends as (u, v). ``mask_heights`` are the same read from the mask's outline alone. ``edge_error`` ``(n, 3)`` is
    the standard error of each height from the scatter and the visibility of the edge; ``confidence`` ``(n, 2)`` and
    ``sharpness`` ``(n,)`` describe the edges.
    """

    curves: NDArray[np.float64]
    heights: NDArray[np.float64]
    points: NDArray[np.float64]
    mask_heights: NDArray[np.float64]
    edge_error: NDArray[np.float64]
    confidence: NDArray[np.float64]
    sharpness: NDArray[np.float64]


def fit_endplates(sections: Sequence[Section], noise: float, *, flank_offset_mm: float) -> Endplates:
    """Locate and fit both endplates in every section.

    Parameters
    ----------
    noise
        SD of the noise of the image.
    flank_offset_mm
        See :func:`vcfimg.imaging.reading.edges.locate_line`.
    """
    n = len(sections)
    outline = np.stack([[s.top, s.bottom] for s in sections]).reshape(2 * n, COLUMNS)
    sign = np.tile([-1.0, 1.0], n)
    width = np.repeat([s.width for s in sections], 2)
    basis = legendre(_X, ORDER)
    u = np.repeat([s.columns for s in sections], 2, axis=0)
    ends = np.concatenate([s.ends for s in sections])
    own = _share(u, ends)
    spurs = np.concatenate([s.spurs for s in sections])
    weight = np.where(np.isfinite(outline) & (np.abs(own - 0.5) <= 0.46), 1.0, 0.0)
    limit = _outward_limit(outline, sign)
    outline = np.where(np.isfinite(outline), outline, 0.0)
    start, _ = robust_fit(basis, outline, weight, floor=EDGE_FLOOR_MM)
    mask_curve = _held(start @ basis.T, limit, sign)
    reach = 0.5 * np.concatenate([s.room for s in sections]) + BEYOND_MIDDLE_MM
    curve, line = mask_curve, None
    for prior in (1.6, 1.0):
        profiles, normal = _profiles(sections, curve, sign, width)
        line = locate_line(
            profiles,
            np.full(2 * n, noise),
            flank_offset_mm=flank_offset_mm,
            prior_mm=prior,
            limit_mm=reach - sign[:, None] * (curve - mask_curve),
        )
        seen = np.clip((line.confidence - BLIND) / (SEEN - BLIND), 0, 1)
        found_u, found_v = _move(sections, curve, normal, line)
        points_u, points_v = u + seen * (found_u - u), mask_curve + seen * (found_v - mask_curve)
        columns = 2 * (points_u - _middle(sections)) / width[:, None]
        measured = np.where(_free(_share(points_u, ends), spurs), 0.05 + line.confidence, 0.0)
        coefficients, trust = robust_fit(legendre(columns, ORDER), points_v, measured, floor=EDGE_FLOOR_MM, ridge=RIDGE)
        curve = _held(coefficients @ basis.T, limit, sign)
    assert line is not None
    return _read(sections, ends, points_u, points_v, measured * trust, curve, outline, weight, line)


def _outward_limit(outline: NDArray[np.float64], sign: NDArray[np.float64]) -> NDArray[np.float64]:
    """Furthest outward place of each curve: beside the outline near its ends, infinite elsewhere."""
    near_ends = np.isfinite(outline) & (np.abs(_X) >= END_SHARE[0]) & (np.abs(_X) <= END_SHARE[1])
    return np.where(near_ends, sign[:, None] * np.nan_to_num(outline) + END_OUTWARD_MM, np.inf)


def _held(curve: NDArray[np.float64], limit: NDArray[np.float64], sign: NDArray[np.float64]) -> NDArray[np.float64]:
    """Curves kept within their outward limit."""
    return np.asarray(sign[:, None] * np.minimum(sign[:, None] * curve, limit))


def _share(u: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Position along each endplate: 0 at its anterior, 1 at its posterior end."""
    return np.asarray((u - ends[:, :1]) / np.maximum(ends[:, 1:] - ends[:, :1], 1.0))


def _free(position: NDArray[np.float64], spurs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Positions along an endplate that are neither at its very ends nor lifted by a spur."""
    margin = 0.025 + (CORNER_WINDOW[0] + SPUR_SHIFT - 0.025) * spurs
    return np.asarray((position >= margin[:, :1]) & (position <= 1 - margin[:, 1:]))


def _middle(sections: Sequence[Section]) -> NDArray[np.float64]:
    return np.repeat([0.5 * (s.low + s.high) for s in sections], 2)[:, None]


def _profiles(
    sections: Sequence[Section], curve: NDArray[np.float64], sign: NDArray[np.float64], width: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Image profiles along the outward normals of ``(2n, columns)`` curves, and those normals ``(2n, columns, 2)``."""
    step = (_X[1] - _X[0]) * 0.5 * width
    slope = np.gradient(curve, axis=1) / step[:, None]
    normal = np.stack([-slope, np.ones_like(slope)], axis=-1) * sign[:, None, None]
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    out = np.empty((*curve.shape, len(POSITIONS)), np.float32)
    for i, section in enumerate(sections):
        pair = slice(2 * i, 2 * i + 2)
        u = section.columns[None, :, None] + normal[pair, :, 0, None] * POSITIONS
        v = curve[pair, :, None] + normal[pair, :, 1, None] * POSITIONS
        out[pair] = section.sample(u, v)
    return out, normal


def _move(
    sections: Sequence[Section], curve: NDArray[np.float64], normal: NDArray[np.float64], line: Line
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    columns = np.repeat([s.columns for s in sections], 2, axis=0)
    return columns + normal[..., 0] * line.offset, curve + normal[..., 1] * line.offset


def six_values(
    position: NDArray[np.float64],
    v: NDArray[np.float64],
    weight: NDArray[np.float64],
    spurs: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Anterior, middle and posterior v of curves given as weighted points, and their effective number of points.

    Parameters
    ----------
    position
        Share of the depth of each point, ``(n, x)``.
    v, weight
        ``(n, x)``.
    spurs
        ``(n, 2)``: corners (anterior, posterior) with a spur, where the window starts further in.

    Returns
    -------
    Values ``(n, 3)`` and effective counts ``(n, 3)``.
    """
    inward = np.zeros((len(v), 2, 1)) if spurs is None else SPUR_SHIFT * spurs[..., None]
    low, high = CORNER_WINDOW[0] + inward, CORNER_WINDOW[1] + 0.7 * inward
    windows = [
        (position >= low[:, 0]) & (position <= high[:, 0]),
        np.abs(position - 0.5) <= MIDDLE_WINDOW,
        (position >= 1 - high[:, 1]) & (position <= 1 - low[:, 1]),
    ]
    at = (CORNER_INSET, 0.5, 1 - CORNER_INSET)
    values, counts = [], []
    for window, where in zip(windows, at, strict=True):
        w = weight * window + 1e-9
        x = position - where
        order = 0 if where == 0.5 else 1
        basis = np.stack([x**k for k in range(order + 1)], axis=-1)
        values.append(weighted_fit(basis, v, w, ridge=1e-9)[:, 0])
        counts.append(np.square(w.sum(axis=1)) / np.square(w).sum(axis=1))
    return np.stack(values, axis=1), np.stack(counts, axis=1)


def _read(
    sections: Sequence[Section],
    ends: NDArray[np.float64],
    points_u: NDArray[np.float64],
    points_v: NDArray[np.float64],
    weight: NDArray[np.float64],
    curve: NDArray[np.float64],
    outline: NDArray[np.float64],
    outline_weight: NDArray[np.float64],
    line: Line,
) -> Endplates:
    n = len(sections)
    columns = np.repeat([s.columns for s in sections], 2, axis=0)
    # rejected points are filled from the curve so that a pit in the middle cannot leave the window empty
    share = np.clip(weight / np.maximum(np.median(weight, axis=1, keepdims=True), 1e-3), 0, 1)
    filled = share * points_v + (1 - share) * curve
    spurs = np.concatenate([s.spurs for s in sections])
    values, counts = six_values(_share(points_u, ends), filled, np.maximum(weight, 0.02), spurs)
    mask_values, _ = six_values(_share(columns, ends), outline, outline_weight)
    leeway = np.array([CORNER_LEEWAY_MM, np.inf, CORNER_LEEWAY_MM])
    values = np.clip(values, mask_values - leeway, mask_values + leeway)
    inside = (np.abs(_X) < 0.9) + 1e-6
    residual = np.sqrt(np.average(np.square(points_v - curve), axis=1, weights=weight + 1e-6))
    confidence = np.average(line.confidence, axis=1, weights=np.broadcast_to(inside, curve.shape))
    scatter = residual[:, None] * np.sqrt(SMOOTHED_POINTS / np.maximum(counts, 2.0)) * CORNER_LEVER
    unseen = UNSEEN_EDGE_MM * (1 - confidence[:, None])
    at = ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * np.array([CORNER_INSET, 0.5, 1 - CORNER_INSET])
    v = values.reshape(n, 2, 3)
    m = mask_values.reshape(n, 2, 3)
    return Endplates(
        curves=curve.reshape(n, 2, COLUMNS),
        heights=v[:, 1] - v[:, 0],
        points=np.stack([at.reshape(n, 2, 3), v], axis=-1),
        mask_heights=m[:, 1] - m[:, 0],
        edge_error=np.sqrt((np.square(scatter) + np.square(unseen)).reshape(n, 2, 3).sum(axis=1)),
        confidence=confidence.reshape(n, 2),
        sharpness=np.array([_median(w) for w in line.width.reshape(n, -1)]),
    )


def _median(values: NDArray[np.float64]) -> float:
    seen = values[np.isfinite(values)]
    return float(np.median(seen)) if len(seen) else float("nan")
