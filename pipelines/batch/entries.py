"""The index entry that a result stands for."""

from dataclasses import replace
from typing import Final

from pipelines.batch.job import Action, Entry, Job, Outcome
from pipelines.batch.keys import decision_key, file_signature, images_key, keys_of, scan_signature
from vcfimg.image_findings import DECIDE
from vcfimg.reports import study_folder_name
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.study_files import not_kept_codes
from vcfimg.reports.tables.listed_study import ListedStudy
from vcfimg.result import Failure, ScreeningResult

OUT_OF_MEMORY: Final = "out_of_memory"

_PASSING_FAILURES: Final = frozenset(
    {"timeout", "worker_died", OUT_OF_MEMORY, "unexpected_error", "write_failed", "unreadable_file"}
)
UNREAD_IMAGES: Final = frozenset({"unreadable_file", "changed_file"})
"""Of a series whose files could not be read at that moment: a lost drive, a transfer under way."""


CRASHES: Final = frozenset({"timeout", "worker_died", OUT_OF_MEMORY, "unexpected_error"})
"""Failures that lie in the study: after some attempts it is left alone. What lies in the disk is tried again."""


def outcome_of(job: Job, action: Action, result: ScreeningResult, seconds: float, *, written: bool = True) -> Outcome:
    """What became of a study whose result this run has just written, or found as it should be."""
    entry = entry_for(job, result)
    signature = entry.result_signature if written else None
    listed = None if signature is None else ListedStudy.of(result).kept(entry.folder, signature)
    return Outcome(action, entry, seconds, result.failure, written, listed)


def entry_for(job: Job, result: ScreeningResult) -> Entry:
    """The entry of a result that this run has just written."""
    settings = job.settings
    return replace(
        entry_of(result, file_signature(settings.folder(job.study.study_instance_uid) / RESULT_JSON)),
        # Asked of the settings: a study that was given up does not know them.
        images_key=images_key(settings),
        decision_key=decision_key(settings, job.clinical, job.levels),
        files_signature=job.files_signature,
        scan_signature=scan_signature(job.study),
    )


def entry_of(result: ScreeningResult, signature: str | None) -> Entry:
    """The entry that a stored result stands for; only the signatures of its image files are not in it."""
    images, decision = keys_of(result)
    return Entry(
        folder=study_folder_name(result.study.study_instance_uid),
        study_instance_uid=result.study.study_instance_uid,
        images_key=images,
        decision_key=decision,
        as_of=result.provenance.as_of,
        status=result.status,
        failure_stage=result.failure.stage if result.failure else None,
        failure_code=result.failure.code if result.failure else None,
        passing=_passing(result),
        inputs_sha256=result.provenance.inputs_sha256,
        result_signature=signature,
    )


def _passing(result: ScreeningResult) -> str | None:
    """Code of what kept the study from being seen whole and may be gone next time; None when there is no such thing."""
    if result.failure is not None and _may_pass(result.failure, measured=result.raw is not None):
        return result.failure.code
    if result.provenance.inputs_sha256 is None:
        return "unreadable_file"
    codes = [*(series.code for series in result.series), *(note.code for note in result.image_notes)]
    passing = UNREAD_IMAGES | not_kept_codes()
    return next((code for code in codes if code in passing), None)


def _may_pass(failure: Failure, *, measured: bool) -> bool:
    """Whether another look at the images may help; what was measured needs none, only other facts."""
    if failure.stage == DECIDE:
        return not measured or failure.code == OUT_OF_MEMORY
    return failure.code in _PASSING_FAILURES
