"""Which output formats this installation writes."""

from collections.abc import Iterable
from typing import Final

from vcfimg.errors import ReportError

AVAILABLE: Final[tuple[str, ...]] = ("json", "csv", "html")
"""Formats that :func:`vcfimg.reports.write` and :func:`vcfimg.reports.write_tables` know."""


def check_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats, lower-cased and without repeats.

    Raises
    ------
    ReportError
        ``format_not_available``, naming the formats that cannot be written.
    """
    wanted = tuple(dict.fromkeys(name.strip().lower() for name in formats))
    unknown = [name for name in wanted if name not in AVAILABLE]
    if unknown:
        raise ReportError(
            "format_not_available",
            f"not available: {', '.join(map(repr, unknown))}; this version writes {', '.join(AVAILABLE)}",
        )
    return wanted
