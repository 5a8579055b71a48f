"""``vcfimg evaluate``: how accurate the measurements are, against masks or against a phantom's truth."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import Out


def evaluate(
    dataset: Annotated[
        Path, typer.Argument(metavar="DATASET", exists=True, help="Image + mask pairs, or a phantom set.")
    ],
    out: Out,
) -> None:
    """Compare the measurements with masks or with a phantom's truth; writes a table, plots and a report."""
    from vcfimg.errors import VcfimgError

    try:
        from vcfimg.evaluation import evaluate_dataset

        report = evaluate_dataset(dataset, out)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo(str(report))
