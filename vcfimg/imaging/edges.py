"""Finds the centre of the dark endplate line in profiles taken across it (clinical.md section 5).

A profile runs from the marrow (negative positions) through the dark line to the disc (positive positions). Which of the
line's two flanks can be seen depends on the contrast: on T1 the marrow side, on T2 of a healthy disc both, beside
suppressed marrow (STIR, water images) the disc side. Each visible flank is located at its half-maximum; where both are
seen the centre lies between them, where one is seen it lies the policy's offset away from it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

STEP_MM: Final = 0.2
"""Sampling step along a profile (the image is interpolated, so this is not a resolution)."""

INNER_MM: Final = 5.0
"""Profile length on the marrow side."""

OUTER_MM: Final = 5.0
"""Profile length on the disc side."""

SEARCH_MM: Final = 2.6
"""How far from the starting curve the line is looked for."""

PRIOR_MM: Final = 1.6
"""SD of the preference for positions near the starting curve (errors of a segmenter's outline)."""

HALF_WIDTHS_MM: Final = (0.4, 0.8, 1.2)
"""Half-widths of the dark line that are tried (bone plate, cartilage, chemical shift)."""

MAX_LINE_MM: Final = 3.2
"""Flanks further apart than this do not belong to one line: the disc itself is dark."""

VISIBLE_CONTRAST: Final = 0.06
"""A flank lower than this share of the local signal is not seen, however little the noise."""

POSITIONS: Final = np.arange(-INNER_MM, OUTER_MM + STEP_MM / 2, STEP_MM)
"""Positions along a profile, mm; positive outwards."""


@dataclass(frozen=True, eq=False)
class Line:
    """The located line: arrays of shape ``(curves, columns)``.

    ``offset`` is the signed distance (mm, outwards) from the starting curve, ``confidence`` in [0, 1] says how clearly
    the flanks are seen, ``width`` is the 10-90 % width of the seen flank in mm (NaN where none is seen).
    """

    offset: NDArray[np.float64]
    confidence: NDArray[np.float64]
    width: NDArray[np.float64]


def locate_line(
    profiles: NDArray[np.float32],
    noise: NDArray[np.float64],
    *,
    flank_offset_mm: float,
    prior_mm: float = PRIOR_MM,
    smooth_columns: float = 1.5,
) -> Line:
    """Centre of the dark line in every profile.

    Parameters
    ----------
    profiles
        Shape ``(curves, columns, len(POSITIONS))``.
    noise
        SD of the image noise, one value per curve.
    flank_offset_mm
        Distance from a lone flank's half-maximum to the centre of the line (policy ``endplate_offset_mm``).
    prior_mm
        SD of the preference for the starting curve.
    smooth_columns
        Gaussian smoothing along the endplate, in columns.
    """
    smooth = gaussian_filter1d(profiles.astype(np.float64), smooth_columns, axis=1, mode="nearest")
    scale = np.median(np.abs(smooth), axis=(1, 2))[:, None, None] + 1e-6
    smooth = smooth / scale
    sigma = noise[:, None] / scale[..., 0] / np.sqrt(2 * np.sqrt(np.pi) * max(smooth_columns, 0.5))
    path = _trace(_score(smooth, prior_mm), smooth_limit=2)
    return _refine(smooth, path, sigma, flank_offset_mm)


def _score(smooth: NDArray[np.float64], prior_mm: float) -> NDArray[np.float64]:
    """How much a line centred at each searched position looks like marrow falling into, and disc rising out of, it."""
    slope = gaussian_filter1d(smooth, 0.5 / STEP_MM, axis=-1, order=1, mode="nearest")
    drop, rise = np.maximum(-slope, 0), np.maximum(slope, 0)
    half = round(SEARCH_MM / STEP_MM)
    middle = round(INNER_MM / STEP_MM)
    window = np.arange(middle - half, middle + half + 1)
    best = np.zeros((*smooth.shape[:2], len(window)))
    for width in HALF_WIDTHS_MM:
        k = round(width / STEP_MM)
        pair = drop[..., window - k] + rise[..., window + k]
        best = np.maximum(best, pair * (1 - 0.1 * (width - HALF_WIDTHS_MM[0])))
    return np.asarray(best * np.exp(-0.5 * np.square(POSITIONS[window] / prior_mm)))


def _trace(score: NDArray[np.float64], smooth_limit: int) -> NDArray[np.intp]:
    """Best smooth path through ``(curves, columns, positions)``: dynamic programming along the endplate."""
    n, columns, positions = score.shape
    strength = np.median(score.max(axis=-1), axis=1)[:, None, None] + 1e-9
    gain = score / strength
    total = np.empty_like(gain)
    back = np.zeros(gain.shape, np.intp)
    total[:, 0] = gain[:, 0]
    steps = np.arange(-smooth_limit, smooth_limit + 1)
    for j in range(1, columns):
        padded = np.pad(total[:, j - 1], ((0, 0), (smooth_limit, smooth_limit)), constant_values=-np.inf)
        options = np.stack(
            [padded[:, smooth_limit + s : smooth_limit + s + positions] - 0.08 * abs(s) for s in steps], axis=-1
        )
        choice = options.argmax(axis=-1)
        back[:, j] = np.clip(np.arange(positions) + steps[choice], 0, positions - 1)
        total[:, j] = gain[:, j] + np.take_along_axis(options, choice[..., None], axis=-1)[..., 0]
    path = np.empty((n, columns), np.intp)
    path[:, -1] = total[:, -1].argmax(axis=-1)
    for j in range(columns - 1, 0, -1):
        path[:, j - 1] = back[np.arange(n), j, path[:, j]]
    return path + round((INNER_MM - SEARCH_MM) / STEP_MM)


def _refine(
    smooth: NDArray[np.float64], path: NDArray[np.intp], sigma: NDArray[np.float64], flank_offset_mm: float
) -> Line:
    """Half-maximum flanks around a rough position."""
    reach = round(2.0 / STEP_MM)
    far = round(3.0 / STEP_MM)
    n_positions = smooth.shape[-1]

    def around(low: int, high: int) -> NDArray[np.float64]:
        index = np.clip(path[..., None] + np.arange(low, high + 1), 0, n_positions - 1)
        return np.asarray(np.take_along_axis(smooth, index, axis=-1))

    near = around(-round(0.8 / STEP_MM), round(0.8 / STEP_MM))
    bottom_at = np.clip(path - round(0.8 / STEP_MM) + near.argmin(axis=-1), 0, n_positions - 1)
    bottom = near.min(axis=-1)
    inside = np.quantile(around(-far, -round(0.6 / STEP_MM)), 0.75, axis=-1)
    outside = np.quantile(around(round(0.6 / STEP_MM), round(2.6 / STEP_MM)), 0.8, axis=-1)
    inner, inner_width = _half(smooth, bottom_at, bottom, inside, -1, far)
    outer, outer_width = _half(smooth, bottom_at, bottom, outside, +1, reach)
    level = 0.5 * (np.abs(inside) + np.abs(outside)) + 1e-6
    w_in, w_out = (
        _visible(np.maximum(side - bottom, 0), level, sigma) * np.isfinite(at)
        for side, at in ((inside, inner), (outside, outer))
    )
    inner, outer = np.nan_to_num(inner), np.nan_to_num(outer)
    line = outer - inner
    one_line = np.clip((MAX_LINE_MM + 0.6 - line) / 0.8, 0, 1) * (line > 0)
    both = w_in * w_out * one_line
    half = both * 0.5 * np.clip(line, 0, MAX_LINE_MM) + (1 - both) * flank_offset_mm
    # flanks too far apart: the disc is dark as well, and only the marrow side belongs to the plate
    w_out_used = w_out * np.maximum(one_line, 1 - w_in)
    total = w_in + w_out_used
    offset = (w_in * (inner + half) + w_out_used * (outer - half)) / np.maximum(total, 1e-6)
    confidence = np.clip(np.maximum(w_in, w_out_used), 0, 1)
    fallback = POSITIONS[path]
    offset = np.where(total > 1e-3, offset, fallback)
    width = np.where(w_in >= w_out_used, inner_width, outer_width)
    return Line(offset=offset, confidence=confidence, width=np.where(confidence > 0.3, width, np.nan))


def _visible(
    contrast: NDArray[np.float64], level: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Soft step, 0 to 1: is the contrast above both the noise and a visible share of the signal?"""
    threshold = np.hypot(2.0 * sigma, VISIBLE_CONTRAST * level)
    ratio = np.square(contrast / threshold)
    return np.asarray(ratio / (1 + ratio))


def _half(
    smooth: NDArray[np.float64],
    start: NDArray[np.intp],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    direction: int,
    reach: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Half-maximum crossing (mm, NaN where none) and 10-90 % width going away from the bottom of the line."""
    steps = np.arange(reach + 1) * direction
    index = np.clip(start[..., None] + steps, 0, smooth.shape[-1] - 1)
    walk = np.take_along_axis(smooth, index, axis=-1)
    base = POSITIONS[start]

    def crossing(share: float) -> NDArray[np.float64]:
        threshold = (low + share * (high - low))[..., None]
        above = walk >= threshold
        found = above.any(axis=-1) & (high > low)
        at = np.maximum(above.argmax(axis=-1), 1)
        a = np.take_along_axis(walk, at[..., None] - 1, axis=-1)[..., 0]
        b = np.take_along_axis(walk, at[..., None], axis=-1)[..., 0]
        part = np.clip((threshold[..., 0] - a) / np.maximum(b - a, 1e-9), 0, 1)
        return np.where(found, base + direction * (at - 1 + part) * STEP_MM, np.nan)

    return crossing(0.5), np.abs(crossing(0.9) - crossing(0.1))
