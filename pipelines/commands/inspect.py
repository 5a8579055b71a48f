"""``vcfimg inspect``: what is in a folder, what would be used, and why."""

import typer

from pipelines import exits
from pipelines.options import AsJson, Inputs, Policy


def inspect(inputs: Inputs, policy: Policy = None, as_json: AsJson = False) -> None:
    """Say what is here, what would be used, and why; reads headers only and writes nothing.

    Exit status: 0 something usable is here; 1 a study here cannot be used; 2 no MR study at all.
    """
    from pipelines.inspection import inspect_paths, inspection_text
    from pipelines.log import quiet_libraries
    from vcfimg.errors import VcfimgError
    from vcfimg.policy import load_policy

    quiet_libraries()
    try:
        found = inspect_paths(inputs, load_policy(policy))
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
