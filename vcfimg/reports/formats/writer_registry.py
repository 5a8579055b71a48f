"""Writers by format: those that ship with the package, and those that installed packages announce."""

import logging
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from vcfimg.errors import ReportError
from vcfimg.reports.formats.always_written import AlwaysWritten
from vcfimg.reports.formats.fhir_writer import FhirWriter
from vcfimg.reports.formats.gsps_writer import GspsWriter
from vcfimg.reports.formats.html_writer import HtmlWriter
from vcfimg.reports.formats.pdf_writer import PdfWriter
from vcfimg.reports.formats.sc_writer import ScWriter
from vcfimg.reports.formats.seg_writer import SegWriter
from vcfimg.reports.formats.sr_writer import SrWriter
from vcfimg.reports.formats.writer import Writer

GROUP: Final = "vcfimg.writers"
"""Entry point group; each entry is named like its format and makes a :class:`Writer` when called without arguments."""

_DEFAULT: Final[tuple[Writer, ...]] = (AlwaysWritten("json"), AlwaysWritten("csv"), HtmlWriter())
_SHIPPED: Final[tuple[Writer, ...]] = (
    *_DEFAULT,
    SegWriter(),
    SrWriter(),
    ScWriter(),
    GspsWriter(),
    PdfWriter(),
    FhirWriter(),
)

DEFAULT_FORMATS: Final[tuple[str, ...]] = tuple(writer.format for writer in _DEFAULT)
"""What is written when nobody says otherwise: what needs no extra."""

_LOG = logging.getLogger(__name__)


def format_names() -> list[str]:
    """Every format that is known, those of the package first; that of a broken package counts."""
    shipped = [writer.format for writer in _SHIPPED]
    return [*shipped, *sorted(set(entry_points(group=GROUP).names) - set(shipped))]


def known_writers() -> tuple[Writer, ...]:
    """Every writer that can be loaded; a broken package costs only its own format."""
    return _writers(tuple(sys.path))


def writers_of(formats: Iterable[str]) -> tuple[Writer, ...]:
    """The writers of these formats, each once, in the order asked for.

    Raises
    ------
    ReportError
        ``format_not_available``: nobody knows the format, its package cannot be loaded, or something it needs is not
        installed.
    """
    wanted = dict.fromkeys(name.strip().lower() for name in formats)
    known = {writer.format: writer for writer in known_writers()}
    if unknown := [name for name in wanted if name not in known]:
        broken = [name for name in unknown if name in format_names()]
        text = (
            f"the package of {', '.join(map(repr, broken))} cannot be loaded; reinstall it"
            if broken == unknown
            else f"this version writes {', '.join(known)}"
        )
        raise ReportError("format_not_available", f"not available: {', '.join(map(repr, unknown))}; {text}")
    for name in wanted:
        if lacking := known[name].unavailable():
            raise ReportError("format_not_available", f"not available: {name!r}; {lacking}")
    return tuple(known[name] for name in wanted)


def check_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats, lower-cased and without repeats; errors are those of :func:`writers_of`."""
    return tuple(writer.format for writer in writers_of(formats))


@lru_cache(maxsize=4)
def _writers(path: tuple[str, ...]) -> tuple[Writer, ...]:
    """All writers; ``path`` is ``sys.path``, on which it depends which packages there are."""
    found = {writer.format: writer for writer in _SHIPPED}
    for entry in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        if entry.name not in found and (writer := _loaded(entry)) is not None:
            found[entry.name] = writer
    return tuple(found.values())


def _loaded(entry: EntryPoint) -> Writer | None:
    """The writer of an entry point; None where its package cannot be loaded or calls the format by another name."""
    try:
        writer: Writer = entry.load()()
        usable = writer.format == entry.name
    except Exception as error:  # noqa: BLE001  whatever a foreign package raises
        _LOG.warning("the output format %r (%s) cannot be loaded: %s", entry.name, entry.value, type(error).__name__)
        return None
    if not usable:
        _LOG.warning("the output format %r (%s) calls itself by another name", entry.name, entry.value)
    return writer if usable else None
