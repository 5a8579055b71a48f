"""``vcfimg recommend``: the engine alone, on clinical facts or on a stored result."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import AsJson, AsOf, Clinical, Levels, Policy

Result = Annotated[Path | None, typer.Option("--result", metavar="FILE", exists=True, help="result.json to re-decide.")]

All = Annotated[bool, typer.Option("--all", help="Print every gate, rule and argument, not only the answer.")]


def recommend(
    clinical: Clinical = None,
    result: Result = None,
    levels: Levels = None,
    policy: Policy = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    everything: All = False,
) -> None:
    """Decide from clinical facts alone, or re-decide a stored result without its images.

    The text answers first: status, preference, why, and what to find out; --all prints everything behind it.
    With --result, the clinical record and the level corrections of the stored result stay, unless a file has new ones
    for that study; a new record replaces the stored one as a whole.
    Exit status: 0 all decided; 1 some records were refused or fit no study; 2 unusable arguments, or no record at all.
    """
    from pipelines.commands.deciding import decide_records, decide_result
    from pipelines.options import decision_date
    from pipelines.stored_result import as_stored
    from vcfimg.errors import VcfimgError
    from vcfimg.policy import load_policy

    if clinical is None and result is None:
        exits.unusable("give --clinical FILE, or --result FILE")
    if levels is not None and result is None:
        exits.unusable("--levels needs --result")
    date = decision_date(as_of)
    try:
        if result is None:
            assert clinical is not None
            answer = decide_records(clinical, load_policy(policy), date)
            if not answer.entries and not answer.errors:
                exits.unusable(f"{clinical.name}: holds no patient record [no_patients]")
        else:
            answer = decide_result(result, clinical, levels, load_policy(policy), date)
        with as_stored(result) if result is not None else nullcontext():
            text = answer.to_json() if as_json else answer.to_text(everything=everything)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo(text)
    if answer.errors:
        raise typer.Exit(exits.SOME_FAILED)
