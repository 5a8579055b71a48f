"""Least-squares position of a dark line between two levels, seen through the scanner's blur.

The model of a profile is marrow, dark line, disc: three constant levels, the line centred at ``c`` with half-width
``h``, blurred by a Gaussian of SD ``s``. For given (c, h, s) the levels follow by linear least squares, so ``c`` is
found by trying positions. A blurred line narrower than the blur fixes only depth times width; the centre does not care.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

HALF_WIDTHS_MM: Final = (0.4, 0.6, 0.8, 1.1)
"""Half-widths of the line that are tried."""

BLURS_MM: Final = (0.35, 0.55, 0.8, 1.15)
"""Blurs (SD) that are tried."""

REACH_MM: Final = 1.0
"""Centres tried on either side of the rough position."""

INSIDE_MM: Final = 3.0
OUTSIDE_MM: Final = 2.4
"""Part of the profile that is fitted, from the rough position into marrow and into disc."""

FALL_OFF_MM: Final = 2.0
"""Samples count less the further they are: far marrow and disc are not constant."""

WIDER_MUST_GAIN: Final = 0.25
"""A wider line must lower the misfit by this share to be preferred."""


MAX_DECIDING: Final = 350
"""Profiles that decide on half-width and blur; more would change nothing."""

CLEAR_LINE: Final = 0.15
"""Depth of a line, as a share of the signal beside it, from which both of its flanks are seen."""


@dataclass(frozen=True, eq=False)
class LineFit:
    """``centre`` (mm from the rough position) and the levels of marrow, line and disc of every profile."""

    centre: NDArray[np.float64]
    marrow: NDArray[np.float64]
    line: NDArray[np.float64]
    disc: NDArray[np.float64]
    misfit: NDArray[np.float64]
    inside: NDArray[np.bool_]
    """False where the best centre lies at the end of the range: another structure is stronger, ``centre`` is 0."""
    half_width: float
    blur: float


def fit_lines(
    windows: NDArray[np.float64], step_mm: float, lone_half_width: float, *, choose: NDArray[np.bool_] | None = None
) -> LineFit:
    """Fit every profile window.

    Parameters
    ----------
    windows
        ``(profiles, samples)``: samples from ``-INSIDE_MM`` to ``OUTSIDE_MM`` around the rough position.
    step_mm
        Sampling step.
    lone_half_width
        Half-width taken where only one flank of the line is seen, unless the series shows its own elsewhere.
    choose
        Profiles that decide on half-width and blur (shared by all); all by default.
    """
    sample = windows if choose is None or choose.sum() < 20 else windows[choose]
    sample = sample[:: max(1, len(sample) // MAX_DECIDING)]
    best, kept = np.inf, (HALF_WIDTHS_MM[0], BLURS_MM[1])
    for blur in BLURS_MM:
        for k, half in enumerate(HALF_WIDTHS_MM):
            misfit = _fit(sample, step_mm, half, half, blur).misfit
            total = float(np.mean(misfit)) * (1 + WIDER_MUST_GAIN * k)
            if total < best:
                best, kept = total, (half, blur)
    # where the series shows its own line on other profiles, a lone flank is that far from the centre as well
    seen = _fit(sample, step_mm, kept[0], lone_half_width, kept[1])
    contrast = np.minimum(seen.marrow, seen.disc) - seen.line
    share = float(np.mean(contrast > CLEAR_LINE * np.maximum(seen.marrow, seen.disc)))
    return _fit(windows, step_mm, kept[0], lone_half_width + share * (kept[0] - lone_half_width), kept[1])


def _fit(windows: NDArray[np.float64], step: float, half: float, lone: float, blur: float) -> LineFit:
    centres = np.arange(-REACH_MM, REACH_MM + 1e-9, step)
    weight = _weight(windows.shape[1], step)
    energy = (np.square(windows) * weight).sum(axis=1)[:, None]
    y = windows * np.sqrt(weight)
    families = [
        _family(y, energy, half, blur, step, kind) if kind == "line" else _family(y, energy, lone, blur, step, kind)
        for kind in ("line", "inner", "outer")
    ]
    misfit = np.stack([f[0] for f in families])  # families, profiles, centres
    kind = misfit.argmin(axis=0)
    lowest = misfit.min(axis=0)
    at = lowest.argmin(axis=1)
    index = np.arange(len(windows))
    left = lowest[index, np.maximum(at - 1, 0)]
    right = lowest[index, np.minimum(at + 1, len(centres) - 1)]
    middle = lowest[index, at]
    inside = (at > 0) & (at < len(centres) - 1)
    known = np.isfinite(left) & np.isfinite(right) & np.isfinite(middle)
    left, right = np.where(known, left, 0.0), np.where(known, right, 0.0)
    bend = left + right - 2 * np.where(known, middle, 0.0)
    bends = inside & known & (bend > 1e-12)
    part = np.where(bends, np.clip(0.5 * (left - right) / np.where(bends, bend, 1.0), -0.5, 0.5), 0.0)
    chosen = kind[index, at]
    levels = np.stack([f[1] for f in families])[chosen, :, index, at]
    return LineFit(
        centre=np.where(inside, centres[at] + part * step, 0.0),
        marrow=levels[:, 0],
        line=levels[:, 1],
        disc=levels[:, 2],
        misfit=middle,
        inside=inside,
        half_width=half,
        blur=blur,
    )


def _weight(samples: int, step: float) -> NDArray[np.float64]:
    t = -INSIDE_MM + step * np.arange(samples)
    return np.asarray(np.exp(-0.5 * np.square(t / FALL_OFF_MM)))


def _family(
    y: NDArray[np.float64], energy: NDArray[np.float64], half: float, blur: float, step: float, kind: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Misfit ``(profiles, centres)`` (infinite where the line would not be dark) and levels ``(3, profiles, centres)``.

    Every level is an array of its own: numpy is slow at short last axes.
    """
    solve, spread = _operators(y.shape[1], half, blur, step, kind)
    found = [y @ operator.T for operator in solve]
    explained = sum(level * (y @ operator.T) for level, operator in zip(found, spread, strict=True))
    misfit = np.maximum(energy - explained, 0.0)
    if kind == "line":
        marrow, line, disc = found
        dark = (line <= marrow) & (line <= disc)
    elif kind == "inner":
        marrow, line = found
        disc, dark = line, line <= marrow
    else:
        marrow, disc = found
        line, dark = marrow, marrow <= disc
    return np.where(dark, misfit, np.inf), np.stack([marrow, line, disc])


@lru_cache(maxsize=256)
def _operators(
    samples: int, half: float, blur: float, step: float, kind: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What gives the levels, and the weighted basis; ``(levels, centres, samples)``."""
    t = -INSIDE_MM + step * np.arange(samples)
    centres = np.arange(-REACH_MM, REACH_MM + 1e-9, step)[:, None]
    inner, outer = ndtr((t - centres + half) / blur), ndtr((t - centres - half) / blur)
    if kind == "line":
        basis = np.stack([1 - inner, inner - outer, outer], axis=1)
    elif kind == "inner":
        basis = np.stack([1 - inner, inner], axis=1)
    else:
        basis = np.stack([1 - outer, outer], axis=1)
    basis = basis * np.sqrt(_weight(samples, step))
    normal = basis @ basis.transpose(0, 2, 1) + 1e-6 * np.eye(basis.shape[1])
    solve = np.linalg.solve(normal, basis)
    return np.ascontiguousarray(solve.transpose(1, 0, 2)), np.ascontiguousarray(basis.transpose(1, 0, 2))
