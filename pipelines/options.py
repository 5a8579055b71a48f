"""The command-line options that several commands share."""

import datetime
from pathlib import Path
from typing import Annotated

import typer

Inputs = Annotated[
    list[Path], typer.Argument(metavar="INPUT...", exists=True, help="Folders or files; searched to any depth.")
]
OptionalInputs = Annotated[
    list[Path] | None, typer.Argument(metavar="INPUT...", exists=True, help="Folders or files; searched to any depth.")
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Output folder (created if missing).")]
Clinical = Annotated[
    Path | None,
    typer.Option(
        "--clinical",
        metavar="FILE",
        exists=True,
        help="Clinical facts (JSON, CSV or FHIR; see docs/clinical_inputs.md).",
    ),
]
Levels = Annotated[
    Path | None,
    typer.Option("--levels", metavar="FILE", exists=True, help="Level corrections (see docs/level_corrections.md)."),
]
Policy = Annotated[
    str | None, typer.Option("--policy", metavar="FILE", help="Policy file, or the name of a shipped one.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Decision date, YYYY-MM-DD; today when not given.")
]
Segmenter = Annotated[
    str | None, typer.Option("--segmenter", metavar="NAME", help="Segmenter; the embedded one by default.")
]
Workers = Annotated[
    int, typer.Option("--workers", metavar="N", min=0, help="Processes; 0 = as many as there are cores.")
]
Timeout = Annotated[float, typer.Option("--timeout", metavar="SECONDS", min=1, help="Time limit per study.")]
SiteWords = Annotated[
    Path | None,
    typer.Option("--site-words", metavar="FILE", exists=True, help="A site's own series names (see docs/errors.md)."),
]
Shared = Annotated[
    bool, typer.Option("--shared", help="Let the group of the folder read and write the output; else its owner alone.")
]
LogJson = Annotated[bool, typer.Option("--log-json", help="Log as one JSON object per line.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def decision_date(text: str | None) -> datetime.date:
    """The ``--as-of`` date, today when absent; exits with status 2 when it is not a date."""
    if text is None:
        return datetime.date.today()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        from pipelines.exits import unusable

        unusable(f"--as-of must be a date like 2026-01-31, got {text!r}")
