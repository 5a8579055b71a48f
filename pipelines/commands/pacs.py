"""``vcfimg pacs``: whether the systems of the hospital answer."""

from typing import Annotated

import typer

from pipelines import exits
from pipelines.commands.config import SiteArgument, loaded
from vcfimg.errors import VcfimgError

app = typer.Typer(help="Archives and other systems of the hospital.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``echo`` a command of its own."""


@app.command("echo")
def echo(
    config: SiteArgument,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="These peers alone.")] = None,
) -> None:
    """Ask each peer of the configuration for a sign of life: C-ECHO, or a search for one study.

    Exit status: 0 all answer, 1 some do not, 2 the configuration cannot be used.
    """
    site = loaded(config)
    silent = 0
    try:
        from pipelines.peers.extra import need_hospital

        need_hospital()
        peers = [site.peer(name) for name in names or [one.name for one in site.peers]]
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    from pipelines.peers.sign_of_life import sign_of_life

    for peer in peers:
        try:
            seconds = sign_of_life(peer)
        except VcfimgError as error:
            silent += 1
            typer.echo(f"{peer.name}: {error.message} [{error.code}]")
        else:
            typer.echo(f"{peer.name}: answers ({seconds:.2f} s)")
    raise typer.Exit(exits.SOME_FAILED if silent else exits.ALL_WELL)
