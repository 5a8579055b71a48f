"""How much of the work on a study an earlier run has already done."""

import datetime
from collections.abc import Callable

from pipelines.batch.job import Action, Entry, Job
from pipelines.batch.keys import decision_key, images_key, scan_signature
from vcfimg.recommendation.facts.fact_age import ages_alike
from vcfimg.reports.formats.writer_registry import writers_of
from vcfimg.reports.review_file import has_newer_reviews
from vcfimg.screening.run_state import study_info


def action_for(job: Job, *, same_inputs: Callable[[], bool]) -> Action:
    """What has to be done.

    Parameters
    ----------
    same_inputs
        Whether the images are those of the earlier run; asked only when everything else allows to keep its findings.
    """
    previous, settings = job.previous, job.settings
    if previous is None or previous.passing is not None or previous.images_key != images_key(settings):
        return "screened"
    if previous.scan_signature != scan_signature(job.study):
        return "screened"
    folder = settings.folder(job.study.study_instance_uid)
    unwritten = [writer for writer in writers_of(settings.formats) if not writer.is_written(folder)]
    if not all(writer.can_write(folder) for writer in unwritten):
        return "screened"
    if not same_inputs():
        return "screened"
    same_facts = previous.decision_key == decision_key(settings, job.clinical, job.levels)
    same_facts = same_facts and not has_newer_reviews(folder)
    return "unchanged" if same_facts and not unwritten and _still_holds(previous, job) else "redecided"


def _still_holds(previous: Entry, job: Job) -> bool:
    """Whether the facts count on this decision date as they did on the earlier one."""
    decided, study_date = _date(previous.as_of), study_info(job.study).study_date
    if decided is None:
        return False
    settings = job.settings
    return ages_alike(job.clinical, settings.policy, decided, settings.as_of, study_date=_date(study_date))


def _date(text: str | None) -> datetime.date | None:
    """None also for what is no date, as an edited result may hold it."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None
