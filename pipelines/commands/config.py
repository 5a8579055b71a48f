"""``vcfimg config``: what a site's configuration says."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.site.site_config import SiteConfig, load_site
from vcfimg.errors import VcfimgError

SiteArgument = Annotated[
    Path, typer.Option("--config", metavar="FILE", exists=True, help="The site's configuration (TOML).")
]

app = typer.Typer(help="A site's configuration.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``check`` a command of its own."""


@app.command("check")
def check(file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, help="The configuration (TOML).")]) -> None:
    """Read a configuration, its secrets and its policy, and print what holds; secrets are not shown.

    Exit status: 0 usable, 2 not.
    """
    site = loaded(file)
    try:
        for section in site.peers:
            site.peer(section.name)
        if site.policy is not None:
            from vcfimg.policy import load_policy

            load_policy(site.policy)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    from pipelines.site.shown_config import shown

    typer.echo(shown(site))


def loaded(file: Path) -> SiteConfig:
    """The configuration; leaves with status 2 where it cannot be used."""
    try:
        return load_site(file)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
