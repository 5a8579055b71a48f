"""``vcfimg evaluate``: how accurate the measurements are, against masks or against a phantom's truth."""

from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import MAX_COUNT, MAX_WORKERS, Out, Policy, Segmenter

DATASET_HELP = "Folder of image + mask pairs, SPIDER layout, DICOM with SEG, phantom studies; or phantom:COUNT[:SEED]."

Dataset = Annotated[str, typer.Argument(metavar="DATASET", help=DATASET_HELP)]
Healthy = Annotated[bool, typer.Option("--healthy", help="Assume no case has a fracture.")]
Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, max=MAX_COUNT, help="Only the first N cases.")
]
Processes = Annotated[
    int,
    typer.Option("--workers", metavar="N", min=1, max=MAX_WORKERS, help="Processes; times are only meaningful with 1."),
]


def evaluate(
    dataset: Dataset,
    out: Out,
    healthy: Healthy = False,
    limit: Limit = None,
    workers: Processes = 1,
    segmenter: Segmenter = None,
    policy: Policy = None,
) -> None:
    """Compare the measurements with masks or with exact truth; writes a report, tables and plots.

    Exit status: 0 all cases ran; 1 some failed, each named in cases.csv; 2 no such data set.
    """
    from pipelines.log import log_event, set_up_logging
    from vcfimg.errors import VcfimgError
    from vcfimg.evaluation import evaluate as run
    from vcfimg.evaluation.rows import CaseRow
    from vcfimg.policy import load_policy

    set_up_logging()

    def tell(case: CaseRow) -> None:
        log_event("evaluated", case=case.case, error=case.error)

    try:
        found = run(
            dataset,
            out,
            policy=load_policy(policy),
            segmenter=segmenter,
            healthy=healthy,
            workers=workers,
            limit=limit,
            on_case=tell,
        )
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    typer.echo((out / "report.md").read_text("utf-8").rstrip())
    if not found.cases:
        exits.unusable("no case in this data set")
    if any(case.error for case in found.cases):
        raise typer.Exit(exits.SOME_FAILED)
