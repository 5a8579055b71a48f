"""``vcfimg retract``: asks an archive to hide the objects of a study."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits

Result = Annotated[
    Path, typer.Argument(metavar="RESULT", exists=True, help="A result.json or the folder that holds it.")
]


def retract(result: Result) -> None:
    """Write the rejection note (IHE IOCM) on every DICOM object of a study; nothing is sent or deleted."""
    from vcfimg.errors import VcfimgError
    from vcfimg.reports import read_result
    from vcfimg.reports.formats.seg_writer import SegWriter

    try:
        if lacking := SegWriter().unavailable():
            exits.unusable(f"a rejection note needs highdicom; {lacking}")
        from vcfimg.reports.objects.rejection_note import retract as write_note

        folder = result if result.is_dir() else result.parent
        path = write_note(read_result(result), folder)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo(f"Wrote {path}: send it to the archive that holds the objects")
