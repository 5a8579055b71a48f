"""Everything that spans studies: ``summary.csv``, ``worklist.csv``, ``worklist.json`` and ``index.html``."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from vcfimg.base import Note
from vcfimg.errors import ReportError
from vcfimg.reports.atomic import atomic_writer
from vcfimg.reports.result_file import iter_results
from vcfimg.reports.tables import vertebra_rows as summary
from vcfimg.reports.tables import worklist
from vcfimg.reports.tables.csv_table import write_rows
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.listing import Census, ListedResults, Listing
from vcfimg.reports.tables.run_scope import RunScope
from vcfimg.reports.tables.worklist_file import write_document
from vcfimg.result import ScreeningResult

WHOLE_FOLDER: Final = RunScope()
"""Everything in the output folder, of whatever run."""


def write_tables(
    results: Iterable[ScreeningResult],
    out_dir: Path | str,
    *,
    skipped_files: Mapping[str, int] | None = None,
    problems: Sequence[Note] = (),
    unread: Sequence[worklist.WorklistEntry] = (),
    unread_facts: Sequence[Mapping[str, str | None]] = (),
    origin: ListOrigin | None = None,
    scope: RunScope = WHOLE_FOLDER,
) -> dict[str, Path]:
    """Write the tables and the index page of one run.

    Parameters
    ----------
    results
        Read once, lazily; of each result only its rows and a short worklist entry are kept.
    skipped_files
        Files outside any study that were not usable, counted by reason.
    problems
        What the run could not use: refused or unmatched clinical records, unreadable results.
    unread
        Entries of the studies whose result cannot be read. Like ``problems`` looked at only after the last result was
        read, so that a reader may add to both.
    unread_facts
        What clinical records hold and nothing used: ``unread[]`` of ``worklist.json``.
    origin
        When and under what the list is made; None: now, outside a run.
    scope
        Which studies the run was given, and which of them it did not finish.

    Returns
    -------
    dict
        File name to path.

    Raises
    ------
    ReportError
        ``write_failed``.
    """
    origin = origin or ListOrigin.now()
    listing = ListedResults(results, unread=unread, origin=origin, scope=scope)
    return write_listing(
        listing, out_dir, skipped_files=skipped_files, problems=problems, unread_facts=unread_facts, origin=origin
    )


def write_listing(
    listing: Listing,
    out_dir: Path | str,
    *,
    skipped_files: Mapping[str, int] | None = None,
    problems: Sequence[Note] = (),
    unread_facts: Sequence[Mapping[str, str | None]] = (),
    origin: ListOrigin,
) -> dict[str, Path]:
    """Write the tables and the index page of a listing; memory does not grow with it if the listing's does not.

    Parameters are those of :func:`write_tables`; ``problems`` are looked at only after the rows of ``summary.csv``.

    Raises
    ------
    ReportError
        ``write_failed``.
    """
    out = Path(out_dir)
    with atomic_writer(out / "summary.csv") as stream:
        write_rows(stream, summary.HEADER, listing.summary_rows())
    with atomic_writer(out / "worklist.csv") as stream:
        census = Census()
        counted = census.counting(listing.ranked())
        write_rows(stream, worklist.HEADER, worklist.worklist_rows(counted, out, origin.made))
    skipped = Counter(skipped_files or {}) + census.skipped_files
    document = worklist.worklist_document(
        (),
        out,
        origin=origin,
        skipped_files=skipped,
        problems=problems,
        unread=unread_facts,
        counts=census.by_class,
    )
    with atomic_writer(out / "worklist.json") as stream:
        write_document(stream, document, listing.ranked(), out)

    from vcfimg.reports.pages.index_page import write_index  # Jinja2 is loaded only when a page is written

    write_index(listing.ranked, out, census=census, origin=origin, skipped_files=skipped, problems=problems)
    return {name: out / name for name in ("summary.csv", "worklist.csv", "worklist.json", "index.html")}


def rebuild_tables(
    out_dir: Path | str,
    *,
    skipped_files: Mapping[str, int] | None = None,
    problems: Sequence[Note] = (),
    unread_facts: Sequence[Mapping[str, str | None]] = (),
    origin: ListOrigin | None = None,
    scope: RunScope = WHOLE_FOLDER,
) -> dict[str, Path]:
    """Rebuild the tables from the ``result.json`` files below ``out_dir``, one in memory at a time.

    A study whose file cannot be read stays on the worklist as unscreened, and is named under ``problems``.
    """
    found = list(problems)
    unread: list[worklist.WorklistEntry] = []

    def note(path: Path, error: ReportError) -> None:
        unread.append(worklist.unread_entry(path, error))
        found.append(Note(code=error.code, text=f"studies/{path.parent.name}: {error.message}"))

    results = iter_results(out_dir, on_error=note)
    return write_tables(
        results,
        out_dir,
        skipped_files=skipped_files,
        problems=found,
        unread=unread,
        unread_facts=unread_facts,
        origin=origin,
        scope=scope,
    )
