"""The tables of an output folder, written by the worker that did the last study; one process at a time."""

import time
from pathlib import Path
from typing import Final

from pipelines.batch.batch_tables import write_tables_of
from pipelines.batch.job import PRIVATE
from pipelines.batch.list_facts import ListFacts
from pipelines.batch.lock import only_run
from pipelines.batch.output_store import OutputStore
from pipelines.log import log_event
from vcfimg.errors import ReportError
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.run_scope import RunScope
from vcfimg.store import Database, StudyRows

TRIES: Final = 5
"""A worker that finds another one writing asks again so often, a second apart."""


def tables_when_done(database: Database, out: Path) -> bool:
    """Write the tables from what the store has now; False when another process holds the folder, and writes them.

    What ends while they are written makes them be written again.
    """
    for _ in range(TRIES):
        try:
            with only_run(out / PRIVATE):
                _write(database, out)
                return True
        except ReportError as error:
            if error.code != "folder_in_use":
                raise
            time.sleep(1.0)
    return False


def _write(database: Database, out: Path) -> None:
    rows = StudyRows(database)
    before = None
    while before != (last := rows.last_end()):
        before = last
        facts = ListFacts.kept(rows)
        write_tables_of(
            OutputStore(database, out, dispensable=False),
            out,
            origin=ListOrigin.now().model_copy(update={"as_of": facts.as_of, "policy": facts.policy}),
            scope=RunScope(),
            skipped_files=facts.skipped_files,
            problems=facts.problems,
            unread_facts=facts.unread_facts,
        )
    log_event("tables written")
