"""From stored pixel values to signal: padding, MONOCHROME1, rescale."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.pixel_format import PixelFormat
from vcfimg.loaders.pixels.slices import Slice


def padding_range(dataset: Any, form: PixelFormat) -> tuple[float, float] | None:
    """Stored values that mean "no image here": (0028,0120), up to (0028,0121) where given; None when absent.

    A value written with the wrong sign (a frequent slip: 63536 for -2000) is read in the sign of the pixels.
    """
    if form.floating:
        ends = dataset.get("FloatPixelPaddingValue"), dataset.get("FloatPixelPaddingRangeLimit")
    else:
        ends = dataset.get("PixelPaddingValue"), dataset.get("PixelPaddingRangeLimit")
    first = _stored(ends[0], form)
    if first is None:
        return None
    last = _stored(ends[1], form)
    return (first, first) if last is None else (min(first, last), max(first, last))


def is_padding(stored: NDArray[Any], padding: tuple[float, float] | None) -> NDArray[np.bool_]:
    """Where a frame holds padding instead of signal."""
    if padding is None:
        return np.zeros(stored.shape, dtype=bool)
    return np.asarray((stored >= padding[0]) & (stored <= padding[1]))


def to_signal(stored: NDArray[Any], form: PixelFormat, header: Slice) -> NDArray[np.float32]:
    """Turn stored values into signal in which brighter means more.

    MONOCHROME1 is mirrored within the range that Bits Stored allows, so that the same image written either way gives
    the same signal; float pixel data is mirrored about zero.

    Raises
    ------
    LoadError
        ``invalid_pixel_values`` when a value is not finite.
    """
    values = stored.astype(np.float64)
    if form.inverted:
        values = (0 if form.floating else sum(form.stored_range)) - values
    with np.errstate(over="ignore"):
        signal = (values * header.slope + header.intercept).astype(np.float32)
    if not np.all(np.isfinite(signal)):
        raise LoadError("invalid_pixel_values", f"{header.name}: pixel values are not finite")
    return signal


def _stored(value: Any, form: PixelFormat) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(number):
        return None
    if form.floating:
        return number
    low, high = form.stored_range
    span = 1 << form.bits_allocated
    if form.signed and number > high:
        return number - span
    return number + span if not form.signed and number < low else number
