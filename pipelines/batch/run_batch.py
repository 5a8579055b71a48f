"""A batch: every study of a source is worked on as far as is needed, then the tables are written."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.batch.assigned_records import AssignedRecords, assign_records
from pipelines.batch.batch_tables import write_tables_of
from pipelines.batch.direct_work import direct_outcomes, judge
from pipelines.batch.entries import UNREAD_IMAGES
from pipelines.batch.executor import Executor
from pipelines.batch.job import PRIVATE, Entry, Job, Outcome, Settings
from pipelines.batch.keys import files_signature
from pipelines.batch.list_facts import ListFacts
from pipelines.batch.process_end import signals_held
from pipelines.batch.queue_run import QueueRun
from pipelines.batch.store import Store
from pipelines.log import log_event
from pipelines.progress import progress_bar
from pipelines.sources.skipped_files import unread_problems, write_skipped
from pipelines.sources.source import Skipped, Source
from vcfimg.base import Note
from vcfimg.errors import ReportError, StoreError
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.run_scope import RunScope
from vcfimg.screening.run_state import study_info


@dataclass
class Summary:
    """How a run went."""

    records: AssignedRecords = field(default_factory=AssignedRecords)
    studies: int = 0
    left: int = 0
    """Studies that were left in the queue, to workers elsewhere."""
    skipped_files: Mapping[str, int] = field(default_factory=dict)
    by_action: Counter[str] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)
    done: list[str] = field(default_factory=list)
    """StudyInstanceUIDs of the studies that have a result."""
    unread: list[Note] = field(default_factory=list)
    """What of the input could not be read: files and folders, images of studies."""
    unwritten: list[Note] = field(default_factory=list)
    """Studies whose result could not be written."""

    def count(self, outcome: Outcome) -> None:
        """Add what became of one study."""
        entry = outcome.entry
        self.studies += 1
        self.by_action[outcome.action] += 1
        self.by_status[entry.status] += 1
        if entry.status == "ok":
            self.done.append(entry.study_instance_uid)
        if not outcome.written:
            self.unwritten.append(_unwritten(outcome))
        if entry.status != "failed" and entry.passing in UNREAD_IMAGES:
            self.unread.append(_unread_images(entry))

    @property
    def failed(self) -> bool:
        """Whether any study or record failed, or something could not be read."""
        return bool(self.by_status["failed"] or self.records.failed or self.unread)


@dataclass
class _Course:
    """How far a run has come, for the tables of one that is interrupted."""

    announced: Sequence[StudyInfo] | None = None
    drawn: dict[str, StudyInfo] = field(default_factory=dict)
    """Studies that were begun or wait, and are not finished."""
    finished: set[str] = field(default_factory=set)
    scanned: bool = False
    """Whether the source has said what there is."""
    begun: bool = False
    whole: bool = False

    def finish(self, study_instance_uid: str) -> None:
        self.drawn.pop(study_instance_uid, None)
        self.finished.add(study_instance_uid)

    def unfinished(self) -> tuple[StudyInfo, ...]:
        known = self.drawn.values() if self.announced is None else self.announced
        return tuple(one for one in known if one.study_instance_uid not in self.finished)

    def given(self) -> frozenset[str] | None:
        """UIDs of the input as far as they are known for certain."""
        if self.announced is not None:
            return frozenset(one.study_instance_uid for one in self.announced)
        return frozenset(self.finished) if self.whole else None

    def interruption(self) -> Note:
        """What the tables say of a run that was not ended in peace."""
        left = len(self.unfinished())
        if self.announced is not None:
            text = f"interrupted: {left} of {len(self.announced)} not finished"
        elif self.scanned:
            text = f"interrupted: {left} of the {left + len(self.finished)} that had come not finished"
        else:
            text = "interrupted: while the studies were searched, before any was begun"
        return Note(code="interrupted", text=text)


def run_batch(
    source: Source,
    settings: Settings,
    *,
    store: Store,
    executor: Executor | None = None,
    queue: QueueRun | None = None,
    clinical_file: Path | None = None,
    levels_file: Path | None = None,
    workers: int = 0,
    show_progress: bool = True,
    forget_missing: bool = False,
) -> Summary:
    """Screen every study of ``source`` into ``settings.out``.

    A study is drawn from the source when the executor has room for it and forgotten when its outcome is there.

    Parameters
    ----------
    store
        What earlier runs did, and where this one writes down what it does.
    executor
        Who does the work; it stays open. None: processes of this machine, see
        :func:`pipelines.batch.local_executor.local_executor`.
    queue
        Through which the work goes to workers of any machine; ``executor`` and ``workers`` then say nothing.
    workers
        Processes of this machine, or how many jobs ``executor`` works on at once; 0 = one per core.
    forget_missing
        Leave studies out of the tables that the source does not give; never when it could not be read whole.

    Raises
    ------
    LoadError, ClinicalInputError, CorrectionsError, ReportError
        When the source, a file of facts or the output folder cannot be used at all; no single study raises.
    """
    summary, course = Summary(), _Course()
    try:
        identifiers, studies = _announced(source, needed=bool(clinical_file or levels_file))
        course.announced, course.scanned = identifiers, True
        window = settings.policy.facts.record_window_days
        records = assign_records(
            clinical_file, levels_file, identifiers or (), window_days=window, as_of=settings.as_of
        )
        summary.records = records
        if identifiers is not None:
            log_event("scanned", studies=len(identifiers), skipped_files=len(source.skipped().rows))
        for problem in records.problems:
            log_event("not used", level=logging.WARNING, code=problem.code)
        course.begun = True
        jobs = _jobs(source, studies, records, settings, store, course)
        judged = judge(jobs)
        work = queue.outcomes(judged) if queue else direct_outcomes(judged, store, executor, settings, workers)
        with (
            closing(work) as outcomes,
            progress_bar(None if identifiers is None else len(identifiers), wanted=show_progress) as advance,
        ):
            for outcome in outcomes:
                if not outcome.known_before:
                    store.put(outcome)
                course.finish(outcome.entry.study_instance_uid)
                source.release(outcome.entry.study_instance_uid)
                summary.count(outcome)
                log_outcome(outcome)
                advance()
        course.whole = True
    except Exception:
        if course.begun:
            _tell(source, settings, store, queue, summary, course, forget_missing=forget_missing)
        raise
    except BaseException:  # Ctrl-C and the like: the tables then speak of what is there, and of what is not
        with signals_held():
            _tell(source, settings, store, queue, summary, course, forget_missing=forget_missing)
        raise
    _tell(source, settings, store, queue, summary, course, forget_missing=forget_missing)
    return summary


def _tell(
    source: Source,
    settings: Settings,
    store: Store,
    queue: QueueRun | None,
    summary: Summary,
    course: _Course,
    *,
    forget_missing: bool,
) -> None:
    """Write the tables, whatever became of the run."""
    skipped = source.skipped() if course.scanned else Skipped()
    summary.skipped_files = skipped.counts
    summary.unread[:0] = [*unread_problems(skipped.counts), *source.problems()]
    problems = [*summary.records.problems, *summary.unread, *summary.unwritten]
    unfinished = course.unfinished()
    if not course.whole:
        problems.insert(0, course.interruption())
        log_event("interrupted", level=logging.WARNING, unfinished=len(unfinished), finished=summary.studies)
    for problem in summary.unread:
        log_event("not read", level=logging.WARNING, code=problem.code)
    if course.scanned:
        _name_skipped(skipped, settings.out)
    if not (course.announced or summary.studies or problems):
        return
    facts = ListFacts(
        as_of=settings.as_of.isoformat(),
        policy=settings.policy.info,
        skipped_files=dict(skipped.beside_no_study),
        problems=problems,
        unread_facts=[one.to_dict() for one in summary.records.unread],
    )
    if queue is not None and course.begun:
        with suppress(*(() if course.whole else (StoreError,))):  # lost with the run: the next one keeps them
            queue.keep(facts)
        summary.left = queue.left() if course.whole else 0
        if summary.left:
            log_event("left to workers", studies=summary.left)
            return
    origin = ListOrigin.now(as_of=settings.as_of, policy=settings.policy.info)
    scope = RunScope(
        given=course.given(),
        unfinished=unfinished,
        lost=source.lost(),
        # What could not be read may hold the very studies that are missing.
        forget_missing=forget_missing and course.whole and not summary.unread,
    )
    write_tables_of(
        store,
        settings.out,
        origin=origin,
        scope=scope,
        skipped_files=facts.skipped_files,
        problems=facts.problems,
        unread_facts=facts.unread_facts,
    )


def _announced(source: Source, *, needed: bool) -> tuple[Sequence[StudyInfo] | None, Iterator[Study]]:
    """The identifiers of all studies and the studies.

    A source that does not know its identifiers is emptied first where they are ``needed``: which record belongs to
    which study is decided over all studies of a patient.
    """
    identifiers = source.identifiers()
    if identifiers is not None or not needed:
        return identifiers, source.studies()
    studies = list(source.studies())
    return [study_info(study) for study in studies], iter(studies)


def _jobs(
    source: Source,
    studies: Iterator[Study],
    records: AssignedRecords,
    settings: Settings,
    store: Store,
    course: _Course,
) -> Iterator[Job]:
    for study in studies:
        uid = study.study_instance_uid
        if course.announced is None:
            course.drawn[uid] = study_info(study)
        yield Job(
            study=study,
            settings=settings,
            files_signature=files_signature(study),
            clinical=records.clinical.get(uid),
            levels=records.levels.get(uid),
            skipped_files=dict(source.skipped_beside(uid)),
            previous=store.known(uid),
        )


def _name_skipped(skipped: Skipped, out: Path) -> None:
    try:
        write_skipped(out / PRIVATE, skipped.rows)
    except ReportError as error:
        log_event("skipped files cannot be listed", level=logging.WARNING, code=error.code, reason=error.message)


def _unwritten(outcome: Outcome) -> Note:
    """What the tables say of a study that has no result, or only one of an earlier run."""
    reason = outcome.failure.message if outcome.failure else "unknown reason"
    return Note(
        code="write_failed",
        text=f"study {outcome.entry.study_instance_uid}: no result could be written, a listed one is of an earlier run "
        f"({reason})",
    )


def _unread_images(entry: Entry) -> Note:
    return Note(
        code=entry.passing or "unreadable_file",
        text=f"study {entry.study_instance_uid}: images could not be read and are missing from its result; it is "
        "looked at again next time",
    )


def log_outcome(outcome: Outcome) -> None:
    """One line for what became of a study."""
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
