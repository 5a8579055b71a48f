"""``vcfimg export``: the studies, vertebrae or attempts of a store as one CSV or Parquet file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import KnownOut, StoreUrl


class Table(StrEnum):
    """What can be exported."""

    STUDIES = "studies"
    VERTEBRAE = "vertebrae"
    ATTEMPTS = "attempts"


File = Annotated[Path, typer.Argument(metavar="FILE", help="Ends with .csv or .parquet.")]
Which = Annotated[Table, typer.Option("--table", help="A row per study, vertebra or attempt.")]


def export(file: File, store: StoreUrl = None, out: KnownOut = None, table: Which = Table.STUDIES) -> None:
    """Write what the store knows of its studies into one file; it names patients as the worklist does.

    Exit status: 0; 2 when the store cannot be used or the file cannot be written.
    """
    from pipelines.batch.known_store import known_store
    from pipelines.commands.store_export import export_table
    from pipelines.private_files import private_files
    from vcfimg.errors import VcfimgError
    from vcfimg.store import open_store

    try:
        with private_files(), open_store(known_store(store, out)) as database:
            rows = export_table(database, table.value, file)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo(f"{rows} rows: {file}")
