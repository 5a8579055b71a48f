"""One study of a batch: as much work as is needed, and its files; never an exception."""

import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pipelines.batch.job import Action, Entry, Job, Outcome, Settings
from pipelines.batch.keys import decision_key, file_signature, images_key
from pipelines.batch.plan import action_for
from vcfimg.errors import VcfimgError
from vcfimg.failed import failed_result
from vcfimg.failure import failure_from
from vcfimg.findings import Findings
from vcfimg.loaders.fingerprint import inputs_sha256
from vcfimg.notebook import now, study_info
from vcfimg.recommendation.recommendation import CodedText
from vcfimg.redecide import redecide
from vcfimg.reports import read_result, study_folder_name, write
from vcfimg.reports.figure import Figure
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.study_page import REPORT_HTML
from vcfimg.result import Failure, ScreeningResult
from vcfimg.screening import Examination, examine


def run_study(job: Job, settings: Settings) -> Outcome:
    """Screen the study, decide it again or leave it as it is."""
    began = time.perf_counter()
    try:
        action, result = _produce(job, settings)
        return Outcome(action, entry_for(job, settings, result), time.perf_counter() - began, result.failure)
    except Exception as error:  # noqa: BLE001  one study must not stop the others
        return give_up(job, settings, failure_from(error, "write"), time.perf_counter() - began)


def give_up(job: Job, settings: Settings, failure: Failure, seconds: float) -> Outcome:
    """Write down that a study failed outside the reach of :func:`vcfimg.screening.examine`."""
    findings = Findings(study=study_info(job.study), failure=failure, started=now(), seconds=round(seconds, 3))
    result = failed_result(findings, policy=settings.policy, as_of=settings.as_of)
    with suppress(VcfimgError):
        _write(result, settings)
    return Outcome("screened", entry_for(job, settings, result), seconds, failure)


def entry_for(job: Job, settings: Settings, result: ScreeningResult) -> Entry:
    """The index entry of a result that has just been written."""
    uid = job.study.study_instance_uid
    return Entry(
        folder=study_folder_name(uid),
        study_instance_uid=uid,
        images_key=images_key(settings),
        decision_key=decision_key(settings, job.clinical, job.levels),
        status=result.status,
        failure_stage=result.failure.stage if result.failure else None,
        failure_code=result.failure.code if result.failure else None,
        inputs_sha256=result.provenance.inputs_sha256,
        files_signature=job.files_signature,
        result_signature=file_signature(settings.folder(uid) / RESULT_JSON),
    )


def _produce(job: Job, settings: Settings) -> tuple[Action, ScreeningResult]:
    previous = job.previous

    def same_inputs() -> bool:
        if previous is None or previous.inputs_sha256 is None:
            return False
        return previous.files_signature == job.files_signature or previous.inputs_sha256 == inputs_sha256(job.study)

    action = action_for(job, settings, same_inputs=same_inputs)
    if action == "screened":
        return action, _screen(job, settings)
    stored = read_result(settings.folder(job.study.study_instance_uid))
    if action == "unchanged":
        return action, stored
    result = redecide(stored, clinical=job.clinical, levels=job.levels, policy=settings.policy, as_of=settings.as_of)
    _write(result, settings)
    return action, result


def _screen(job: Job, settings: Settings) -> ScreeningResult:
    seen = examine(
        job.study,
        clinical=job.clinical,
        policy=settings.policy,
        segmenter=settings.segmenter,
        levels=job.levels,
        as_of=settings.as_of,
    )
    result = seen.result.model_copy(update={"skipped_files": dict(job.skipped_files)})
    figures = None
    if "html" in settings.formats:
        figures, notes = _figures(seen)
        result = result.model_copy(update={"image_notes": (*result.image_notes, *notes)})
    _write(result, settings, figures)
    return result


def _figures(seen: Examination) -> tuple[Mapping[str, Figure], list[CodedText]]:
    """The pictures; a fault in drawing costs the pictures and not the study."""
    try:
        from vcfimg.reports.figures import render_figures

        return render_figures(seen.volumes, seen.segmentation, seen.measurement, raw=seen.result.raw), []
    except Exception as error:  # noqa: BLE001  whatever drawing meets, the measurements stand
        return {}, [
            CodedText(code="no_pictures", text=f"no picture could be drawn: {failure_from(error, 'draw').message}")
        ]


def _write(result: ScreeningResult, settings: Settings, figures: Mapping[str, Figure] | None = None) -> None:
    """Write what is asked for and take away what an earlier run left and this one does not renew."""
    written = write(result, settings.out, formats=settings.formats, figures=figures)
    folder = settings.folder(result.study.study_instance_uid)
    for name in (REPORT_HTML,):
        if name not in written:
            Path(folder / name).unlink(missing_ok=True)
