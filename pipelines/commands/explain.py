"""``vcfimg explain``: why a result says what it says."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import Policy

Result = Annotated[
    Path, typer.Argument(metavar="RESULT", exists=True, help="A result.json or the folder that holds it.")
]
Level = Annotated[str | None, typer.Option("--level", metavar="NAME", help="Only this level, e.g. L1, or vertebra id.")]


def explain(result: Result, level: Level = None, policy: Policy = None) -> None:
    """Print a decision in words: what was found, what is missing, for and against, every rule with its source."""
    from pipelines.stored_result import as_stored
    from vcfimg.errors import VcfimgError
    from vcfimg.policy import load_policy
    from vcfimg.reports import read_result
    from vcfimg.reports.explain.explanation import NoSuchLevel, case_of
    from vcfimg.reports.explain.explanation import explain as in_words

    text, unknown = None, ""
    try:
        stored = read_result(result)
        loaded = load_policy(policy)
        with as_stored(result):
            case = case_of(stored, loaded)
            try:
                text = in_words(stored, level, case=case)
            except NoSuchLevel as error:
                unknown = str(error)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    if text is None:
        exits.unusable(unknown)
    typer.echo(f"Study {stored.study.study_instance_uid}, decided for {stored.provenance.as_of}")
    if stored.failure is not None:
        failure = stored.failure
        typer.echo(f"Not screened: {failure.message} [{failure.stage}: {failure.code}]")
    typer.echo(f"\n{text.rstrip()}")
