"""The ranked worklist: one small entry per study, its order, and its CSV and JSON forms."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from vcfimg.base import Model, Note
from vcfimg.errors import ReportError
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.policy.policy_info import PolicyInfo
from vcfimg.recommendation.advice.priority import CLASS_ORDER, unscreened_priority
from vcfimg.recommendation.facts.spine_findings import FINDING_CODES
from vcfimg.recommendation.recommendation import Priority, Question
from vcfimg.reports.paths import REPORT_HTML, STUDIES, study_folder_name
from vcfimg.reports.result_file import study_of
from vcfimg.reports.tables.csv_table import Cell
from vcfimg.reports.tables.flagged import FlaggedLevel, by_concern, flagged_level
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.wording.page_words import DISCLAIMER
from vcfimg.reports.wording.seen_levels import Coverage
from vcfimg.result import Failure, ScreeningResult

HEADER: Final[tuple[str, ...]] = (
    "rank",
    "priority_class",
    "priority_score",
    "fhir_priority",
    "dicom_priority",
    "study_instance_uid",
    "patient_id",
    "accession_number",
    "study_date",
    "study_status",
    "flagged_levels",
    "statuses",
    "preferences",
    "would_be",
    "missing",
    "questions",
    "reasons",
    "images_alone",
    "failure",
    "report",
    "made",
    "as_of",
    "policy",
    "version",
    "in_this_run",
    "outdated",
)


Outdated = Literal["not_in_this_run", "not_finished", "other_policy", "other_version"]


class WorklistEntry(Model):
    """One study on the list; small, so that a long list fits in memory."""

    study: StudyInfo
    status: str
    failure: Failure | None = None
    priority: Priority
    levels: tuple[FlaggedLevel, ...] = ()
    alerts: tuple[str, ...] = ()
    """Codes of what the images leave open and of all alerts, each once."""
    levels_confirmed: bool
    vertebrae: int
    measured: int
    loss_known: int
    edema_known: int
    """Vertebrae of which the images say something about collapse, and about edema."""
    skipped_files: dict[str, int] = Field(default_factory=dict)
    as_of: str | None = None
    """Decision date of this row; like ``policy`` and ``version`` None where there is no result."""
    policy: PolicyInfo | None = None
    version: str | None = None
    in_this_run: bool | None = None
    """Whether the study was in the input of the run that made the list; None where that is not known."""
    outdated: tuple[Outdated, ...] = ()
    """In what the row is not of the run that made the list."""
    folder_name: str | None = Field(default=None, exclude=True)
    """Where it is not that of ``study``: of a result that does not say its study any more."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What to find out about its levels, each question once."""
        return tuple(dict.fromkeys(question for level in self.levels for question in level.questions))

    @property
    def coverage(self) -> Coverage:
        """Of how many vertebrae the images say something."""
        return Coverage(self.vertebrae, self.measured, self.loss_known, self.edema_known)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it stands where it stands, without the failure, which is shown by itself."""
        return reasons_beside(self.failure, self.priority)

    @property
    def folder(self) -> str:
        """Folder of the study relative to the output folder."""
        return f"{STUDIES}/{self.folder_name or study_folder_name(self.study.study_instance_uid)}"


def reasons_beside(failure: Failure | None, priority: Priority) -> tuple[str, ...]:
    """The reasons of ``priority`` that ``failure`` does not say already."""
    return tuple(reason for reason in priority.reasons if failure is None or reason != failure.message)


def worklist_entry(result: ScreeningResult) -> WorklistEntry:
    """The entry of one study; levels in order of concern, then of the loss that decided."""
    coverage = Coverage.of(result.vertebrae)
    return WorklistEntry(
        study=result.study,
        status=result.status,
        failure=result.failure,
        priority=result.priority,
        levels=tuple(flagged_level(result, item) for item in by_concern(result.recommendations)),
        alerts=tuple(dict.fromkeys((*_findings(result), *_alerts(result)))),
        levels_confirmed=result.levels.confirmed,
        vertebrae=coverage.seen,
        measured=coverage.measured,
        loss_known=coverage.loss_known,
        edema_known=coverage.edema_known,
        skipped_files=result.skipped_files,
        as_of=result.provenance.as_of,
        policy=result.provenance.policy,
        version=result.provenance.version,
    )


def _findings(result: ScreeningResult) -> Iterable[str]:
    return (note.code for note in result.notes if note.code in FINDING_CODES)


def _alerts(result: ScreeningResult) -> Iterable[str]:
    return (alert.code for item in result.recommendations for alert in item.alerts)


def unread_entry(path: Path, error: ReportError) -> WorklistEntry:
    """The entry of a study whose ``result.json`` cannot be read: unscreened, so that it is not lost from the list."""
    return WorklistEntry(
        study=study_of(path),
        status="failed",
        failure=Failure(stage="read_result", code=error.code, message=error.message),
        priority=unscreened_priority(error.message),
        levels_confirmed=False,
        vertebrae=0,
        measured=0,
        loss_known=0,
        edema_known=0,
        folder_name=path.parent.name,
    )


INTERRUPTED: Final = Failure(
    stage="run", code="interrupted", message="the run was interrupted before this study was finished"
)
"""Why a study that an interrupted run did not come to has no result."""


def unfinished_entry(study: StudyInfo, failure: Failure = INTERRUPTED) -> WorklistEntry:
    """The entry of a study of the input without a result: unscreened, not lost."""
    return WorklistEntry(
        study=study,
        status="failed",
        failure=failure,
        priority=unscreened_priority(failure.message),
        levels_confirmed=False,
        vertebrae=0,
        measured=0,
        loss_known=0,
        edema_known=0,
    )


def rank(entries: Iterable[WorklistEntry]) -> list[WorklistEntry]:
    """Entries from the first to look at to the last.

    By class (:data:`CLASS_ORDER`), then by score; equal scores and unscreened studies with the oldest study date
    first. A study without a date stands before the dated ones of its group, since it may be the oldest.
    """

    return sorted(entries, key=rank_key)


def rank_key(entry: WorklistEntry) -> tuple[int, float, str, str]:
    """What :func:`rank` sorts by: place of the class, negative score, study date, UID."""
    name = entry.priority.class_
    score = 0.0 if name == "unscreened" else entry.priority.score
    return (CLASS_ORDER.index(name), -score, entry.study.study_date or "", entry.study.study_instance_uid)


def report_of(entry: WorklistEntry, out_dir: Path) -> str | None:
    """The page of a study relative to ``out_dir``, None where none was written."""
    path = f"{entry.folder}/{REPORT_HTML}"
    return path if os.path.isfile(os.path.join(out_dir, path)) else None


def worklist_rows(ranked: Iterable[WorklistEntry], out_dir: Path, made: str) -> Iterable[tuple[Cell, ...]]:
    """Rows of ``worklist.csv``; ``out_dir`` holds the pages that were written, ``made`` says when the list was made."""
    for place, entry in enumerate(ranked, start=1):
        study, priority = entry.study, entry.priority
        yield (
            place,
            priority.class_,
            priority.score,
            priority.fhir,
            priority.dicom,
            study.study_instance_uid,
            study.patient_id,
            study.accession_number,
            study.study_date,
            entry.status,
            ";".join(level.level for level in entry.levels),
            ";".join(level.status for level in entry.levels),
            ";".join(level.preference for level in entry.levels),
            ";".join(level.would_be or "" for level in entry.levels),
            ";".join(dict.fromkeys(path for level in entry.levels for path in level.missing)),
            ";".join(question.field for question in entry.questions),
            "; ".join(priority.reasons),
            priority.images_alone,
            f"{entry.failure.code}: {entry.failure.message}" if entry.failure else None,
            report_of(entry, out_dir),
            made,
            entry.as_of,
            f"{entry.policy.name} {entry.policy.version}" if entry.policy else None,
            entry.version,
            entry.in_this_run,
            ";".join(entry.outdated),
        )


def worklist_document(
    ranked: Iterable[WorklistEntry],
    out_dir: Path,
    *,
    origin: ListOrigin,
    skipped_files: Mapping[str, int],
    problems: Sequence[Note],
    unread: Sequence[Mapping[str, str | None]] = (),
    counts: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The content of ``worklist.json``; ``origin`` says when and under what the list was made.

    ``counts`` are the studies by priority class, where ``ranked`` does not hold them all.
    """
    studies = [study_document(place, entry, out_dir) for place, entry in enumerate(ranked, start=1)]
    counted = Counter(study["priority"]["class"] for study in studies) if counts is None else counts
    return {
        "schema_version": "1.0",
        **origin.model_dump(mode="json"),
        "class_order": CLASS_ORDER,
        "counts": {name: counted.get(name, 0) for name in CLASS_ORDER},
        "studies": studies,
        "skipped_files": dict(skipped_files),
        "problems": [problem.model_dump() for problem in problems],
        "unread": [dict(one) for one in unread],
        "disclaimer": DISCLAIMER,
    }


def study_document(place: int, entry: WorklistEntry, out_dir: Path) -> dict[str, Any]:
    """One study of ``worklist.json``."""
    return {
        "rank": place,
        **entry.model_dump(mode="json", by_alias=True),
        "questions": [question.model_dump(mode="json") for question in entry.questions],
        "result": f"{entry.folder}/result.json",
        "report": report_of(entry, out_dir),
    }
