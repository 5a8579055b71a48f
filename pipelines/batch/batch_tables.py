"""The tables of an output folder, from the rows of its store where that can tell."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines.batch.store import Store
from pipelines.log import log_event
from vcfimg.base import Note
from vcfimg.errors import StoreError
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
    try:
        found = store.listing(origin, scope)
    except StoreError as error:  # a database that was lost: the results still tell
        log_event("tables are made without the store", level=logging.WARNING, code=error.code)
        found = None
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
