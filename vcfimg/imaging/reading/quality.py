"""When a reading is not to be trusted: stable reason codes and the limits behind them."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.raw import Heights, SeriesHeights
from vcfimg.series_id import SeriesId

LOW_CONFIDENCE: Final = 0.3
"""Mean visibility of the endplate lines below which a reading rests on the mask."""

BLURRED_MM: Final = 4.2
"""10-90 % edge width from which a sharp plate has been smeared (motion, or a very coarse image)."""

SPREAD_MM: Final = 2.5
"""Robust SD of a height over neighbouring slices that anatomy does not explain."""

COLLAPSE_MM: Final = 4.0
COLLAPSE_SHARE: Final = 0.2
"""One slice lower than the others by more than this (mm, and share of the height) may show a collapse they miss."""

MASK_DISAGREES_MM: Final = 4.5
"""Image edge and mask further apart in height than this: one of them follows another structure."""

VOID_SHARE: Final = 0.15
"""Marrow darker than this share of the other bodies' marrow is a signal void."""

VOID_FRACTION: Final = 0.3
"""Share of void voxels from which a body holds hardware or cement."""

UNMEASURABLE_MM: Final = 6.0
"""95 % half-width of a height beyond which there is no number worth giving."""


def reading_reasons(
    heights: NDArray[np.float64],
    mask_heights: NDArray[np.float64],
    spread: NDArray[np.float64] | None,
    confidence: float,
    sharpness: float,
    on_border: bool,
    *,
    hidden_collapse: bool = False,
) -> list[str]:
    """Why the heights read on one series should not be trusted.

    ``hidden_collapse``: see :func:`hides_collapse`.
    """
    reasons = []
    if on_border:
        reasons.append("border")
    if confidence < LOW_CONFIDENCE:
        reasons.append("low_contrast")
    if np.isfinite(sharpness) and sharpness > BLURRED_MM:
        reasons.append("motion")
    if hidden_collapse or (spread is not None and float(np.median(spread)) > SPREAD_MM):
        reasons.append("slices_disagree")
    if float(np.median(np.abs(heights - mask_heights))) > MASK_DISAGREES_MM:
        reasons.append("edge_far_from_mask")
    return reasons


def hides_collapse(heights: NDArray[np.float64], left_out: NDArray[np.float64]) -> bool:
    """Whether a slice left out as an outlier reads a height so much lower that it may be the one that is right.

    A disc sunk into a collapsed body is easily taken for marrow in most slices; the one that shows the collapse must
    not be outvoted in silence.

    Parameters
    ----------
    heights
        The reading, (anterior, middle, posterior), mm.
    left_out
        ``(n, 3)``: the clearly seen slices that did not agree with it.
    """
    return bool((heights - left_out > np.maximum(COLLAPSE_MM, COLLAPSE_SHARE * heights)).any())


def void_fraction(values: NDArray[np.float64], normal: float) -> float:
    """Share of marrow samples that are a signal void, against the usual marrow signal of the series."""
    return float(np.mean(values < VOID_SHARE * normal)) if normal > 0 and len(values) else 0.0


def contrasts_disagree(readings: Sequence[SeriesHeights], errors: Mapping[SeriesId, NDArray[np.float64]]) -> bool:
    """Whether two trusted readings of one body contradict each other beyond their errors.

    ``errors``: 95 % half-widths of what each series tells by itself, mm, by series. Nobody is outvoted:
    two contrasts that both show changed marrow as disc would overrule the one that shows the plate.
    """
    trusted = [r for r in readings if not r.reasons]
    for i, a in enumerate(trusted):
        for b in trusted[i + 1 :]:
            gap = np.abs(as_array(a.height_mm) - as_array(b.height_mm))
            allowed = np.hypot(errors[a.series_id], errors[b.series_id])
            if np.nanmax(gap / allowed, initial=0.0) > 1.0:
                return True
    return False


def as_array(heights: Heights) -> NDArray[np.float64]:
    """(anterior, middle, posterior), NaN for None."""
    values = (heights.anterior, heights.middle, heights.posterior)
    return np.array([np.nan if v is None else v for v in values])


def as_heights(values: NDArray[np.float64]) -> Heights:
    """The reverse of :func:`as_array`."""
    a, m, p = (float(v) if np.isfinite(v) else None for v in values)
    return Heights(anterior=a, middle=m, posterior=p)
