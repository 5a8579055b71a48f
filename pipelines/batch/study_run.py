"""One study of a batch: as much work as is needed, and its files; never an exception."""

import time
from collections.abc import Mapping
from pathlib import Path

from pipelines.batch.entries import NO_PICTURES, entry_for
from pipelines.batch.job import Action, Job, Outcome, Settings
from pipelines.batch.keys import words_note
from pipelines.batch.study_action import action_for
from pipelines.batch.time_limits import StudyTimeout, time_limit, timeout_failure
from vcfimg.base import Note
from vcfimg.errors import VcfimgError
from vcfimg.image_findings import Failure, Findings, ImageProvenance
from vcfimg.imaging.derive import derive
from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.loaders.fingerprint import inputs_sha256
from vcfimg.policy import Policy
from vcfimg.reports import read_result, write
from vcfimg.reports.paths import REPORT_HTML
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.figure_store import FIGURES_JSON
from vcfimg.result import ScreeningResult
from vcfimg.screening import Examination, examine
from vcfimg.screening.failure import failure_from
from vcfimg.screening.run_state import now, study_info
from vcfimg.screening.undecided import decide_or_fail


def run_study(job: Job) -> Outcome:
    """Screen the study, decide it again or leave it as it is."""
    began = time.perf_counter()
    try:
        with time_limit(job.settings.timeout_s):
            action, result, figures = _produce(job)
        if action != "unchanged":  # written outside the limit: no set of files stays half renewed
            _write(result, job.settings, figures)
        return Outcome(action, entry_for(job, result), time.perf_counter() - began, result.failure)
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
    try:
        _write(result, job.settings)
        written = True
    except (VcfimgError, OSError):
        written = False
    return Outcome("screened", entry_for(job, result), seconds, failure, written)


Figures = Mapping[str, Figure]


def _produce(job: Job) -> tuple[Action, ScreeningResult, Figures | None]:
    """What was done, the result, and its pictures where they were drawn anew."""
    previous = job.previous

    def same_inputs() -> bool:
        if previous is None:
            return False
        return previous.files_signature == job.files_signature or previous.inputs_sha256 == inputs_sha256(job.study)

    action = action_for(job, same_inputs=same_inputs)
    if action == "screened":
        return action, *_screen(job)
    stored = read_result(job.settings.folder(job.study.study_instance_uid))
    if action == "unchanged":
        return action, stored, None
    # The images key holds the image policy: what was measured holds for this policy as well.
    return action, _decide(stored.findings, job), None


def _decide(findings: Findings, job: Job) -> ScreeningResult:
    settings = job.settings
    return decide_or_fail(
        findings, clinical=job.clinical, levels=job.levels, policy=settings.policy, as_of=settings.as_of
    )


def _screen(job: Job) -> tuple[ScreeningResult, Figures | None]:
    seen = examine(
        job.study,
        clinical=job.clinical,
        policy=job.settings.policy,
        segmenter=job.settings.segmenter,
        levels=job.levels,
        as_of=job.settings.as_of,
    )
    words = words_note(job.settings.site_words)
    notes = [*seen.result.image_notes, *([words] if words else [])]
    figures = None
    if "html" in job.settings.formats:
        figures, faults = _figures(seen, job.settings.policy)
        notes += faults
    added = {"skipped_files": dict(job.skipped_files), "image_notes": tuple(notes)}
    return seen.result.model_copy(update=added), figures


def _figures(seen: Examination, policy: Policy) -> tuple[Figures, list[Note]]:
    """The pictures; a fault in drawing costs the pictures and not the study."""
    try:
        from vcfimg.reports.pictures.figures import render_figures

        return render_figures(seen.volumes, seen.segmentation, _drawn(seen, policy), raw=seen.result.raw), []
    except Exception as error:  # noqa: BLE001  whatever drawing meets, the measurements stand
        return {}, [Note(code=NO_PICTURES, text=f"no picture could be drawn: {failure_from(error, 'draw').message}")]


def _drawn(seen: Examination, policy: Policy) -> SpineMeasurement:
    """What the pictures show: names are not drawn into them, so that a study not yet decided gets its outlines, too."""
    raw = seen.result.raw
    return derive(raw, None, policy) if raw is not None and seen.result.failure is not None else seen.measurement


def _write(result: ScreeningResult, settings: Settings, figures: Figures | None = None) -> None:
    """Write what is asked for and take away what an earlier run left and this one does not renew."""
    written = write(result, settings.out, formats=settings.formats, figures=figures)
    folder = settings.folder(result.study.study_instance_uid)
    stale = [name for name in (REPORT_HTML,) if name not in written]
    if figures is not None and not figures:
        stale.append(FIGURES_JSON)
    for name in stale:
        Path(folder / name).unlink(missing_ok=True)
