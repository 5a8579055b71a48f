"""One study of a batch: as much work as is needed, and its files; never an exception."""

import time
from dataclasses import replace

from pipelines.batch.entries import outcome_of
from pipelines.batch.job import Action, Job, Outcome, Settings
from pipelines.batch.keys import words_note
from pipelines.batch.last_attempt import without_deadly_series
from pipelines.batch.study_action import action_for
from pipelines.batch.time_limits import StudyTimeout, time_limit, timeout_failure
from vcfimg.errors import VcfimgError
from vcfimg.image_findings import Failure, Findings, ImageProvenance
from vcfimg.loaders.fingerprint import inputs_sha256
from vcfimg.reports import keep, read_result, write
from vcfimg.reports.review_file import read_reviews
from vcfimg.result import ScreeningResult
from vcfimg.screening import examine
from vcfimg.screening.failure import failure_from
from vcfimg.screening.reviewed import with_kept_reviews
from vcfimg.screening.run_state import now, study_info
from vcfimg.screening.undecided import decide_or_fail


def run_study(job: Job) -> Outcome:
    """Screen the study, decide it again or leave it as it is."""
    began = time.perf_counter()
    try:
        with time_limit(job.settings.timeout_s):
            action, result = _produce(job)
        if action != "unchanged":  # written outside the limit: no set of files stays half renewed
            write(result, job.settings.out, formats=job.settings.formats)
        return outcome_of(job, action, result, time.perf_counter() - began)
    except StudyTimeout:
        failure = timeout_failure(job.settings.timeout_s)
    except Exception as error:  # noqa: BLE001  one study must not stop the others
        failure = failure_from(error, "write")
    return give_up(job, failure, time.perf_counter() - began)


def give_up(job: Job, failure: Failure, seconds: float) -> Outcome:
    """Write down that a study failed outside the reach of :func:`vcfimg.screening.screen.examine`."""
    findings = Findings(
        study=study_info(job.study),
        skipped_files=dict(job.skipped_files),
        failure=failure,
        provenance=ImageProvenance(started=now(), seconds=round(seconds, 3)),
    )
    result = _decide(findings, job)
    written = _written(result, job.settings)
    return replace(outcome_of(job, "screened", result, seconds, written=written), failure=failure)


def _written(result: ScreeningResult, settings: Settings) -> bool:
    """Whether the files of a study that failed say so: at least ``result.json`` where a format cannot be written."""
    for formats in (settings.formats, ()):
        try:
            write(result, settings.out, formats=formats)
        except (VcfimgError, OSError):
            continue
        return True
    return False


def _produce(job: Job) -> tuple[Action, ScreeningResult]:
    """What was done, and the result."""
    previous = job.previous

    def same_inputs() -> bool:
        if previous is None:
            return False
        return previous.files_signature == job.files_signature or previous.inputs_sha256 == inputs_sha256(job.study)

    action = action_for(job, same_inputs=same_inputs)
    if action == "screened":
        return action, _with_answers(_screen(job), job)
    stored = read_result(job.settings.folder(job.study.study_instance_uid))
    if action == "unchanged":
        return action, stored
    # The images key holds the image policy: what was measured holds for this policy as well.
    return action, _with_answers(_decide(stored.findings, job), job)


def _with_answers(result: ScreeningResult, job: Job) -> ScreeningResult:
    """What people said about this study before still counts."""
    settings = job.settings
    reviews = read_reviews(settings.folder(job.study.study_instance_uid))
    return with_kept_reviews(result, reviews, policy=settings.policy, as_of=settings.as_of)


def _decide(findings: Findings, job: Job) -> ScreeningResult:
    settings = job.settings
    return decide_or_fail(
        findings, clinical=job.clinical, levels=job.levels, policy=settings.policy, as_of=settings.as_of
    )


def _screen(job: Job) -> ScreeningResult:
    study = without_deadly_series(job.study, job.settings.policy) if job.last_attempt else job.study
    seen = examine(
        study,
        clinical=job.clinical,
        policy=job.settings.policy,
        segmenter=job.settings.segmenter,
        levels=job.levels,
        as_of=job.settings.as_of,
    )
    words = words_note(job.settings.site_words)
    notes = (*seen.result.image_notes, *([words] if words else []))
    result = seen.result.model_copy(update={"skipped_files": dict(job.skipped_files), "image_notes": notes})
    faults = keep(replace(seen, result=result), job.settings.out, formats=job.settings.formats)
    return result.model_copy(update={"image_notes": (*notes, *faults)})
