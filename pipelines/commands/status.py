"""``vcfimg status``: where the studies of a store stand."""

from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import AsJson, KnownOut, StoreUrl

Disk = Annotated[bool, typer.Option("--disk", help="Also measure how much the output takes; it looks at every file.")]


def status(store: StoreUrl = None, out: KnownOut = None, disk: Disk = False, as_json: AsJson = False) -> None:
    """Say how many studies wait, are worked on, are done, failed for what reason, or are quarantined.

    Exit status: 0; 2 when the store cannot be used.
    """
    from pipelines.commands.store_status import status_of
    from vcfimg.errors import VcfimgError

    try:
        found = status_of(store, out, disk=disk)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo(found.to_json() if as_json else found.to_text())
