"""The tables of an output folder, from the rows of its store where that can tell."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines.batch.store import Store
from vcfimg.base import Note
from vcfimg.reports import rebuild_tables, write_listing
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.run_scope import RunScope


def write_tables_of(
    store: Store,
    out: Path,
    *,
    origin: ListOrigin,
    scope: RunScope,
    skipped_files: Mapping[str, int],
    problems: Sequence[Note],
    unread_facts: Sequence[Mapping[str, str | None]],
) -> None:
    """Write the tables and the page; parameters as in :func:`vcfimg.reports.write_tables`.

    Raises
    ------
    ReportError
        ``write_failed``.
    """
    found = store.listing(origin, scope)
    if found is None:
        rebuild_tables(
            out, skipped_files=skipped_files, problems=problems, unread_facts=unread_facts, origin=origin, scope=scope
        )
        return
    listing, unread = found
    write_listing(
        listing,
        out,
        skipped_files=skipped_files,
        problems=[*problems, *unread],
        unread_facts=unread_facts,
        origin=origin,
    )
