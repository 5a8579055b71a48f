"""The command-line options that several commands share."""

import datetime
import math
from pathlib import Path
from typing import Annotated, Final

import typer

MAX_WORKERS: Final = 1024
MAX_TIMEOUT_S: Final = 7 * 24 * 3600.0
"""A week; timers of the system do not take any number."""

MAX_COUNT: Final = 1_000_000
"""Largest number of studies or cases, and largest seed."""


def finite(value: float) -> float:
    """An option's number, refused where it is none: ``nan`` passes every range."""
    if not math.isfinite(value):
        raise typer.BadParameter("must be a finite number")
    return value


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
        help="Clinical facts (JSON, CSV or FHIR).",
    ),
]
Levels = Annotated[
    Path | None,
    typer.Option("--levels", metavar="FILE", exists=True, help="Level corrections."),
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
    int,
    typer.Option("--workers", metavar="N", min=0, max=MAX_WORKERS, help="Processes; 0 = as many as there are cores."),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout", metavar="SECONDS", min=1, max=MAX_TIMEOUT_S, callback=finite, help="Time limit per study."
    ),
]
SiteWords = Annotated[
    Path | None,
    typer.Option("--site-words", metavar="FILE", exists=True, help="A site's own series names."),
]
Shared = Annotated[
    bool, typer.Option("--shared", help="Let the group of the folder read and write the output; else its owner alone.")
]
ForgetMissing = Annotated[
    bool,
    typer.Option("--forget-missing", help="List only studies that are in INPUT now; older results stay in DIR."),
]
StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Store to keep what is done: sqlite:///PATH or postgresql+psycopg://...; by default a file below DIR.",
    ),
]
Attempts = Annotated[
    int, typer.Option("--attempts", metavar="N", min=1, max=1000, help="Attempts before a study is quarantined.")
]
KnownOut = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Output folder whose own store is meant.")]
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
