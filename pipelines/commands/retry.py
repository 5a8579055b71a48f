"""``vcfimg retry``: let quarantined studies be tried again."""

from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import KnownOut, StoreUrl

Studies = Annotated[list[str] | None, typer.Option("--study", metavar="UID", help="Only this study; repeatable.")]
Reasons = Annotated[
    list[str] | None, typer.Option("--reason", metavar="CODE", help="Only what failed for this reason; repeatable.")
]


def retry(store: StoreUrl = None, out: KnownOut = None, study: Studies = None, reason: Reasons = None) -> None:
    """Take studies out of quarantine: those in a queue wait for a worker again, the others for the next run of screen.

    Exit status: 0; 1 when there is no such study; 2 when the store cannot be used.
    """
    from pipelines.batch.known_store import known_store
    from pipelines.batch.output_store import worker_name
    from vcfimg.errors import VcfimgError
    from vcfimg.reports import study_folder_name
    from vcfimg.store import WorkQueue, open_store

    folders = None if not study else [study_folder_name(uid) for uid in study]
    try:
        with open_store(known_store(store, out)) as database:
            freed = WorkQueue(database, worker=worker_name()).retry(folders, codes=reason or None)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo(f"{freed} {'study' if freed == 1 else 'studies'} will be tried again")
    if not freed:
        raise typer.Exit(exits.SOME_FAILED)
