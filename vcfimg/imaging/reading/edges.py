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

from vcfimg.imaging.reading.line_model import INSIDE_MM, OUTSIDE_MM, fit_lines

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

LIMIT_SOFTNESS_MM: Final = 0.3
"""Width of the fade at the outward limit."""

HALF_WIDTHS_MM: Final = (0.4, 0.8, 1.2)
"""Half-widths of the dark line that are tried (bone plate, cartilage, chemical shift)."""

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
    limit_mm: NDArray[np.float64] | None = None,
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
    limit_mm
        ``(curves, columns)``: furthest outward position of the line; beyond the middle of a thin disc lies the plate of
        the next vertebra.
    """
    smooth = gaussian_filter1d(profiles.astype(np.float64), smooth_columns, axis=1, mode="nearest")
    scale = np.median(np.abs(smooth), axis=(1, 2))[:, None, None] + 1e-6
    smooth = smooth / scale
    sigma = noise[:, None] / scale[..., 0] / np.sqrt(2 * np.sqrt(np.pi) * max(smooth_columns, 0.5))
    score = _score(smooth, prior_mm)
    if limit_mm is not None:
        score = score * 0.5 * (1 + np.tanh((limit_mm[..., None] - POSITIONS[_searched()]) / LIMIT_SOFTNESS_MM))
    path = _trace(score, smooth_limit=2)
    return _refine(smooth, path, sigma, flank_offset_mm)


def _searched() -> NDArray[np.intp]:
    """Indices of the positions at which the line is looked for."""
    half, middle = round(SEARCH_MM / STEP_MM), round(INNER_MM / STEP_MM)
    return np.arange(middle - half, middle + half + 1)


def _score(smooth: NDArray[np.float64], prior_mm: float) -> NDArray[np.float64]:
    """How much a line centred at each searched position looks like marrow falling into, and disc rising out of, it."""
    slope = gaussian_filter1d(smooth, 0.5 / STEP_MM, axis=-1, order=1, mode="nearest")
    drop, rise = np.maximum(-slope, 0), np.maximum(slope, 0)
    window = _searched()
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
    """Sub-pixel centre around a rough position by the blurred-line model."""
    window = np.arange(-round(INSIDE_MM / STEP_MM), round(OUTSIDE_MM / STEP_MM) + 1)
    index = np.clip(path[..., None] + window, 0, smooth.shape[-1] - 1)
    windows = np.take_along_axis(smooth, index, axis=-1).reshape(-1, len(window))
    columns = np.arange(path.shape[1])
    central = np.abs(columns - columns.mean()) <= 0.35 * len(columns)
    fit = fit_lines(windows, STEP_MM, flank_offset_mm, choose=np.tile(central, len(path)))
    marrow, line, disc = (a.reshape(path.shape) for a in (fit.marrow, fit.line, fit.disc))
    level = 0.5 * (np.abs(marrow) + np.abs(disc)) + 1e-6
    # a line narrower than the blur is fitted deeper than it looks: judge what can be seen of it
    seen = np.clip(2 * fit.half_width / (2.5 * fit.blur), 0.3, 1.0)
    depth = np.minimum(marrow, disc) - line
    shown = np.minimum(marrow, disc) - seen * depth
    w_in = _visible(np.maximum(marrow - shown, 0), level, sigma)
    w_out = _visible(np.maximum(disc - shown, 0), level, sigma)
    return Line(
        offset=POSITIONS[path] + fit.centre.reshape(path.shape),
        confidence=np.maximum(w_in, w_out) * np.where(fit.inside.reshape(path.shape), 1.0, 0.5),
        width=_edge_width(windows.reshape(*path.shape, -1), np.maximum(marrow, disc) - shown),
    )


def _edge_width(windows: NDArray[np.float64], contrast: NDArray[np.float64]) -> NDArray[np.float64]:
    """10-90 % width (mm) of a Gaussian edge with this contrast and the steepest slope found near the line."""
    reach = round(1.4 / STEP_MM)
    middle = round(INSIDE_MM / STEP_MM)
    slope = np.abs(np.gradient(windows[..., middle - reach : middle + reach + 1], STEP_MM, axis=-1)).max(axis=-1)
    return np.asarray(2.56 / np.sqrt(2 * np.pi) * contrast / np.maximum(slope, 1e-6))


def _visible(
    contrast: NDArray[np.float64], level: NDArray[np.float64], sigma: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Soft step, 0 to 1: is the contrast above both the noise and a visible share of the signal?"""
    threshold = np.hypot(2.0 * sigma, VISIBLE_CONTRAST * level)
    ratio = np.square(contrast / threshold)
    return np.asarray(ratio / (1 + ratio))
