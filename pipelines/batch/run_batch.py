"""A batch over folders: scan once, work on every study, write the tables."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipelines.batch.distribute import spread
from pipelines.batch.job import Job, Outcome, Settings
from pipelines.batch.keys import files_signature
from pipelines.batch.lock import only_run
from pipelines.batch.output_index import PRIVATE, Index, open_index
from pipelines.batch.process_end import sigterm_as_interrupt
from pipelines.batch.run_facts import Facts, assign
from pipelines.batch.skipped import Counts, assign_skipped, write_skipped
from pipelines.batch.study_action import action_for
from pipelines.batch.time_limits import core_count
from pipelines.log import log_event
from pipelines.progress import progress_bar
from vcfimg.base import Note
from vcfimg.errors import ReportError
from vcfimg.loaders import scan
from vcfimg.loaders.study import Study
from vcfimg.reports import rebuild_tables
from vcfimg.screening.run_state import study_info

HEADERS: Final = "headers.sqlite"
"""What the scan remembers of the files, so that an unchanged folder is not read again."""


@dataclass
class Summary:
    """How a run went."""

    studies: int
    skipped_files: Counts
    facts: Facts
    by_action: Counter[str] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> bool:
        """Whether any study or record failed."""
        return bool(self.by_status["failed"] or self.facts.failed)


def run_batch(
    inputs: Sequence[Path],
    settings: Settings,
    *,
    clinical_file: Path | None = None,
    levels_file: Path | None = None,
    workers: int = 0,
    show_progress: bool = True,
) -> Summary:
    """Screen every study below ``inputs`` into ``settings.out``.

    Parameters
    ----------
    workers
        Processes; 0 = one per core, never more than there are studies to work on.

    Raises
    ------
    LoadError, ClinicalInputError, CorrectionsError, ReportError
        When a file of facts or the output folder cannot be used at all; no single study raises.
    """
    with sigterm_as_interrupt(), only_run(settings.out / PRIVATE), open_index(settings.out) as index:
        readers = min(workers or core_count(), core_count())
        found = scan(inputs, workers=readers, index=settings.out / PRIVATE / HEADERS, site_words=settings.site_words)
        try:
            write_skipped(settings.out / PRIVATE, found.skipped, inputs)
        except ReportError as error:
            log_event("files left aside are not named", level=logging.WARNING, code=error.code, reason=error.message)
        studies = [study_info(study) for study in found.studies]
        window = settings.policy.facts.record_window_days
        facts = assign(clinical_file, levels_file, studies, window_days=window, as_of=settings.as_of)
        summary = Summary(len(found.studies), found.counts(), facts)
        log_event("scanned", studies=summary.studies, skipped_files=len(found.skipped))
        for problem in facts.problems:
            log_event("not used", level=logging.WARNING, code=problem.code)
        skipped, elsewhere = assign_skipped(found)
        jobs = [_job(study, facts, skipped, index) for study in found.studies]
        problems = list(facts.problems)
        try:
            with progress_bar(summary.studies, wanted=show_progress) as advance:
                for outcome in _outcomes(jobs, settings, workers):
                    index.put(outcome.entry)
                    summary.by_action[outcome.action] += 1
                    summary.by_status[outcome.entry.status] += 1
                    if not outcome.written:
                        problems.append(_unwritten(outcome))
                    _log(outcome)
                    advance()
        finally:
            # After Ctrl-C too: the tables then speak of what is there.
            if summary.studies:
                rebuild_tables(
                    settings.out,
                    skipped_files=elsewhere,
                    problems=problems,
                    unread_facts=[one.to_dict() for one in facts.unread],
                )
    return summary


def _job(study: Study, facts: Facts, skipped: dict[str, Counts], index: Index) -> Job:
    uid = study.study_instance_uid
    return Job(
        study=study,
        files_signature=files_signature(study),
        clinical=facts.clinical.get(uid),
        levels=facts.levels.get(uid),
        skipped_files=skipped.get(uid, {}),
        previous=index.known(uid),
    )


def _outcomes(jobs: Sequence[Job], settings: Settings, workers: int) -> Iterator[Outcome]:
    """First the studies that need nothing, told without starting a process; then the others."""
    rest = []
    for job in jobs:
        if job.previous is not None and _is_unchanged(job, settings):
            yield Outcome("unchanged", job.previous)
        else:
            rest.append(job)
    yield from spread(rest, settings, workers)


def _is_unchanged(job: Job, settings: Settings) -> bool:
    """Whether nothing changed, as far as paths, sizes and times of the files tell; a worker looks closer."""
    previous = job.previous
    same_files = previous is not None and previous.files_signature == job.files_signature
    return action_for(job, settings, same_inputs=lambda: same_files) == "unchanged"


def _unwritten(outcome: Outcome) -> Note:
    """What the tables say of a study that has no result, or only one of an earlier run."""
    reason = outcome.failure.message if outcome.failure else "unknown reason"
    return Note(
        code="write_failed",
        text=f"study {outcome.entry.study_instance_uid}: no result could be written, a listed one is of an earlier run "
        f"({reason})",
    )


def _log(outcome: Outcome) -> None:
    failure = outcome.failure
    log_event(
        outcome.action,
        level=logging.WARNING if outcome.entry.status == "failed" else logging.INFO,
        study=outcome.entry.folder,
        status=outcome.entry.status,
        stage=outcome.entry.failure_stage,
        code=outcome.entry.failure_code,
        reason=failure.message if failure else None,
        seconds=round(outcome.seconds, 2),
    )
