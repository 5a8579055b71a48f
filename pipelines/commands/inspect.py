"""``vcfimg inspect``: what is in a folder, what would be used, and why."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import AsJson, Inputs, Policy, SiteWords

Sheet = Annotated[
    Path | None, typer.Option("--sheet", metavar="DIR", help="Also draw one sheet of thumbnails per study there (SVG).")
]


def inspect(
    inputs: Inputs, policy: Policy = None, site_words: SiteWords = None, sheet: Sheet = None, as_json: AsJson = False
) -> None:
    """Say what is here, what would be used, and why; reads headers only and writes nothing unless
    --sheet asks for pictures.

    Exit status: 0 something usable is here; 1 a study here cannot be used; 2 no MR study at all.
    """
    from pipelines.commands.folder_listing import inspect_paths, inspection_text
    from pipelines.log import quiet_libraries
    from pipelines.private_files import private_files
    from vcfimg.errors import VcfimgError
    from vcfimg.policy import load_policy

    quiet_libraries()
    try:
        with private_files():
            found = inspect_paths(inputs, load_policy(policy), site_words=site_words, sheets=sheet)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    if as_json:
        import json

        typer.echo(json.dumps(found, indent=1, ensure_ascii=True))
    else:
        typer.echo(inspection_text(found))
    if not found["studies"]:
        raise typer.Exit(exits.UNUSABLE)
    if any(study["failure"] for study in found["studies"]):
        raise typer.Exit(exits.SOME_FAILED)
