"""From command-line values to a batch run and its exit status."""

from typing import Any

from pipelines import exits
from pipelines.batch.job import Settings
from pipelines.batch.run_batch import Summary
from pipelines.batch.run_folders import run_folders
from pipelines.batch.run_source import run_source
from pipelines.log import log_event, set_up_logging
from pipelines.options import decision_date
from pipelines.screen_options import ScreenOptions
from vcfimg.errors import VcfimgError
from vcfimg.imaging.segmenters.registry import find_segmenter
from vcfimg.policy import load_policy
from vcfimg.reports import DEFAULT_FORMATS, check_formats


def run_screen(options: ScreenOptions) -> int:
    """Run the batch and return its exit status; exits with status 2 when nothing can be done."""
    set_up_logging(as_json=options.log_json)
    try:
        segmenter = find_segmenter(options.segmenter)
        settings = Settings(
            out=options.out,
            policy=load_policy(options.policy),
            as_of=decision_date(options.as_of),
            formats=check_formats(DEFAULT_FORMATS if options.format is None else options.format.split(",")),
            segmenter=segmenter,
            timeout_s=options.timeout_s,
            site_words=options.site_words,
        )
        summary = _run(settings, options)
        sent = _sent(summary, options)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")
    log_event("finished", **dict(summary.by_action), **{f"status_{key}": n for key, n in summary.by_status.items()})
    if not (summary.studies or summary.left or options.origin):
        counts = ", ".join(f"{number} {reason}" for reason, number in summary.skipped_files.items()) or "no files"
        exits.unusable(f"nothing usable: no MR study found ({counts})")
    return exits.SOME_FAILED if summary.failed or not sent else exits.ALL_WELL


def _run(settings: Settings, options: ScreenOptions) -> Summary:
    shared: dict[str, Any] = {
        "clinical_file": options.clinical,
        "levels_file": options.levels,
        "workers": options.workers,
        "show_progress": not options.log_json,
        "forget_missing": options.forget_missing,
        "shared": options.shared,
        "store_url": options.store,
        "enqueue_only": options.enqueue_only,
        "max_attempts": options.max_attempts,
        "dask": options.dask,
    }
    if options.origin is None:
        return run_folders(options.inputs, settings, **shared)
    return run_source(options.origin.open_source, settings, **shared)


def _sent(summary: Summary, options: ScreenOptions) -> bool:
    """Whether everything reached the destinations of its origin."""
    if options.origin is None:
        return True
    return not options.origin.send(options.out, summary.done, shared=options.shared).problems
