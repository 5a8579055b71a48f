"""``vcfimg clinical check``: what a file of clinical facts would give, before it is used."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import AsJson, AsOf

app = typer.Typer(help="Files of clinical facts.", no_args_is_help=True)

File = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, help="Clinical facts: JSON, CSV, FHIR, or a folder of FHIR.")
]


@app.callback()
def clinical() -> None:
    """Files of clinical facts."""


@app.command("check")
def check(file: File, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Say which facts of a file would be used and which would not.

    Records are named by their place in the file; no identifier is printed.
    Exit status: 0 everything can be read; 1 some records or facts cannot; 2 the file cannot be used at all.
    """
    from pipelines.commands.clinical_check import check_file
    from pipelines.options import decision_date
    from vcfimg.errors import VcfimgError

    try:
        found = check_file(file, decision_date(as_of))
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo(found.to_json() if as_json else found.to_text())
    if found.errors:
        raise typer.Exit(exits.SOME_FAILED)


Study = Annotated[
    Path,
    typer.Option("--study", metavar="RESULT", exists=True, help="A result.json or the folder that holds it."),
]
Facts = Annotated[bool, typer.Option("--with-facts", help="Keep the facts that the result was decided with.")]


@app.command("template")
def template(study: Study, with_facts: Facts = False) -> None:
    """Print a record that holds just the open questions of one study, to be filled in.

    Give it back with --clinical. A new record replaces the stored one as a whole: --with-facts keeps what is known.
    Exit status: 0 written; 2 the result cannot be used.
    """
    from pipelines.commands.clinical_template import open_questions, template_of
    from vcfimg.errors import VcfimgError
    from vcfimg.reports import read_result
    from vcfimg.reports.wording.question_list import question_lines

    try:
        result = read_result(study)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    questions = open_questions(result)
    typer.echo(template_of(result, questions, with_facts=with_facts))
    lines = question_lines(questions)
    typer.echo("\n".join(lines or ["Nothing to find out: every level is decided."]), err=True)
