"""How much of the work on a study an earlier run has already done."""

from collections.abc import Callable

from pipelines.batch.job import Action, Job
from pipelines.batch.keys import decision_key, images_key, scan_signature
from vcfimg.reports.formats.writer_registry import writers_of


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
    if unwritten or previous.decision_key != decision_key(settings, job.clinical, job.levels):
        return "redecided"
    return "unchanged"
