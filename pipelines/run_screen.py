"""From command-line values to a batch run and its exit status."""

from collections.abc import Sequence
from pathlib import Path

from pipelines import exits
from pipelines.batch.job import Settings
from pipelines.batch.run import run_batch
from pipelines.log import log_event, set_up_logging
from pipelines.options import decision_date
from pipelines.segmenters import segmenter_info
from vcfimg.errors import VcfimgError
from vcfimg.policy import load_policy
from vcfimg.reports import check_formats


def run_screen(
    inputs: Sequence[Path],
    out: Path,
    *,
    clinical: Path | None,
    levels: Path | None,
    policy: str | None,
    as_of: str | None,
    segmenter: str | None,
    workers: int,
    formats: Sequence[str],
    timeout_s: float,
    log_json: bool,
    site_words: Path | None,
) -> int:
    """Run the batch and return its exit status; leaves with exit 2 when nothing can be done."""
    set_up_logging(as_json=log_json)
    try:
        settings = Settings(
            out=out,
            policy=load_policy(policy),
            as_of=decision_date(as_of),
            formats=check_formats(formats),
            segmenter=segmenter,
            segmenter_info=segmenter_info(segmenter),
            timeout_s=timeout_s,
            site_words=site_words,
        )
        summary = run_batch(
            inputs,
            settings,
            clinical_file=clinical,
            levels_file=levels,
            workers=workers,
            show_progress=not log_json,
        )
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    log_event("finished", **dict(summary.by_action), **{f"status_{key}": n for key, n in summary.by_status.items()})
    if not summary.studies:
        counts = ", ".join(f"{number} {reason}" for reason, number in summary.skipped_files.items()) or "no files"
        exits.unusable(f"nothing usable: no MR study found ({counts})")
    return exits.SOME_FAILED if summary.failed else exits.ALL_WELL
