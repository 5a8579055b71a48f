"""``vcfimg policy``: show the thresholds with their sources, check a file, compare two."""

from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import AsJson
from pipelines.standard_streams import tell

app = typer.Typer(
    help="Show the thresholds with their sources, check a policy file, compare two.", no_args_is_help=True
)

Name = Annotated[
    str | None, typer.Argument(metavar="[POLICY]", help="Policy file or shipped name; the default one if absent.")
]


@app.command()
def show(policy: Name = None, as_json: AsJson = False) -> None:
    """Print every threshold with its unit, kind (paper, guideline, design) and source."""
    from vcfimg.errors import PolicyError
    from vcfimg.policy import load_policy, to_text
    from vcfimg.policy import show as entries

    try:
        loaded = load_policy(policy)
    except PolicyError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    if not as_json:
        typer.echo(to_text(loaded))
        return
    import json
    from dataclasses import asdict

    info = loaded.info.model_dump()
    typer.echo(json.dumps({**info, "entries": [asdict(entry) for entry in entries(loaded)]}, indent=1))


@app.command()
def check(file: Annotated[str, typer.Argument(metavar="FILE", help="Policy file.")]) -> None:
    """Say whether a policy file can be used and which keys moved; exit 2 with the reason when it cannot."""
    from vcfimg.policy import check as problems
    from vcfimg.policy import load_policy, moved_keys

    found = problems(file)
    if found:
        for error in found:
            tell(f"Error: {error.message} [{error.code}]")
        raise typer.Exit(exits.UNUSABLE)
    policy = load_policy(file)
    for old, new in moved_keys(file):
        typer.echo(f"Note: {old} is read, but belongs to [{new.split('.')[0]}] now: {new}", err=True)
    typer.echo(f"valid: {policy.name} {policy.version}  sha256 {policy.sha256}")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="POLICY", help="Policy file or shipped name.")],
    after: Annotated[str, typer.Argument(metavar="POLICY", help="Policy file or shipped name.")],
    as_json: AsJson = False,
) -> None:
    """List the values that differ between two policies."""
    from vcfimg.errors import PolicyError
    from vcfimg.policy import diff as changes
    from vcfimg.policy import load_policy

    try:
        found = changes(load_policy(before), load_policy(after))
    except PolicyError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps([asdict(change) for change in found], indent=1))
        return
    for change in found:
        kinds = (
            f"{change.kind_before} -> {change.kind_after}"
            if change.kind_before != change.kind_after
            else change.kind_after
        )
        typer.echo(f"{change.key}: {change.before} -> {change.after}  [{kinds}]")
    if not found:
        typer.echo("no difference")
