"""``vcfimg forget``: remove everything that an output folder holds of a study or a patient."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import StoreUrl

Folder = Annotated[Path, typer.Option("--out", metavar="DIR", exists=True, help="Output folder to remove it from.")]
Studies = Annotated[list[str] | None, typer.Option("--study", metavar="UID", help="StudyInstanceUID; repeatable.")]
PatientFile = Annotated[
    Path | None,
    typer.Option("--patient-file", metavar="F", help="File with one PatientID per line, so that none is typed."),
]


def forget(out: Folder, study: Studies = None, patient_file: PatientFile = None, store: StoreUrl = None) -> None:
    """Remove results, pictures, table rows, reviews and remembered headers of a study or of a patient.

    What was sent elsewhere is listed: it must be removed there. The images themselves stay where they are, and the next
    run over them screens them again. One line without names is added to .vcfimg/audit.log.
    Exit status: 0 removed; 1 removed, but some results do not say whose they are; 2 nothing of it is here.
    """
    if not study and patient_file is None:
        exits.unusable("give --study UID, or --patient-file F")
    from pipelines.batch.forgetting import forget as remove
    from vcfimg.errors import VcfimgError
    from vcfimg.given_file import NotGiven, read_given

    patients: list[str] = []
    if patient_file is not None:
        try:
            text = read_given(patient_file, _MAX_BYTES).decode("utf-8-sig")
        except (NotGiven, UnicodeDecodeError) as error:
            reason = error.reason if isinstance(error, NotGiven) else "not UTF-8 text"
            exits.unusable(f"{patient_file.name}: cannot be read ({reason})")
        patients = [line.strip() for line in text.splitlines() if line.strip()]
    try:
        done = remove(out, studies=study or (), patients=patients, store_url=store)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    for entry in done.sent:
        typer.echo(f"Sent elsewhere, remove it there: {json.dumps(entry, ensure_ascii=True)}")
    if not done.sent:
        typer.echo("Sent elsewhere: nothing is recorded")
    if done.unreadable:
        message = (
            f"{done.unreadable} results cannot be read and do not say whose they are: look at them, then use --study"
        )
        typer.echo(message, err=True)
    if not done.found:
        exits.unusable("nothing of it is in this folder")
    typer.echo(f"Removed {done.studies} studies, {done.files} files")
    if done.unreadable:
        raise typer.Exit(exits.SOME_FAILED)


_MAX_BYTES = 2**20
