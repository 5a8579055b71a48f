"""Numbers as a page shows them; unknown is an empty text, never a zero."""

import math


def number(value: float | None, digits: int = 1) -> str:
    """``12.3``, with a true minus sign; empty when unknown."""
    if value is None or not math.isfinite(value):
        return ""
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def plus_minus(value: float | None, half_width: float | None, digits: int = 1) -> str:
    """``12.3 ± 0.8``; without the second part where the uncertainty is unknown."""
    text = number(value, digits)
    return f"{text} ± {number(half_width, digits)}" if text and half_width is not None else text


def percent(text: str) -> str:
    """``text`` with the unit, or empty."""
    return f"{text} %" if text else ""
