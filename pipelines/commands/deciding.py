"""The engine from the command line: on clinical records alone, or on a stored result."""

import datetime
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vcfimg.base import Model, Note
from vcfimg.clinical import ClinicalInputs, RecordError, Unread, read_clinical
from vcfimg.clinical.dangers import with_dangers
from vcfimg.policy import Policy
from vcfimg.recommendation import recommend
from vcfimg.recommendation.recommendation import Plan, Priority, Question, Recommendation
from vcfimg.reports.explain.explanation import answer as answer_of
from vcfimg.reports.explain.explanation import case_of, explain
from vcfimg.reports.explain.what_if import Case
from vcfimg.reports.wording.question_list import study_questions
from vcfimg.result import ScreeningResult


class DecidedPatient(Model):
    """One entry of ``patients[]``."""

    patient_id: str | None
    recommendations: tuple[Recommendation, ...]
    plan: Plan
    priority: Priority
    questions: tuple[Question, ...] = ()
    """What to find out: the union over the levels."""
    unread: tuple[str, ...] = ()
    """What the record holds and nothing uses: keys, resource types and codes."""
    notes: tuple[Note, ...] = ()
    """What holds for the whole patient: dates, guidance disagreement, disclaimer."""


@dataclass(frozen=True)
class Entry:
    """One patient, decided only when asked, so that a file of many thousands is written patient by patient."""

    decide: Callable[[], DecidedPatient]
    answer: Callable[[], str]
    explain: Callable[[], str]


@dataclass
class Answer:
    """Decisions of one call: as JSON for programs, as text for people."""

    entries: list[Entry] = field(default_factory=list)
    errors: tuple[RecordError, ...] = ()
    unread: tuple[Unread, ...] = ()
    result: ScreeningResult | None = None
    """The whole result, where a stored one was re-decided."""

    def to_json(self) -> str:
        """``{"patients": [...], "errors": [...], "unread": [...]}`` and, where there is one, ``result``."""
        patients = ",\n".join(entry.decide().model_dump_json(by_alias=True) for entry in self.entries)
        errors = ",\n".join(json.dumps(error.to_dict(), ensure_ascii=False) for error in self.errors)
        unread = ",\n".join(json.dumps(one.to_dict(), ensure_ascii=False) for one in self.unread)
        result = "" if self.result is None else f',\n"result": {self.result.to_json()}'
        return f'{{"patients": [{patients}],\n"errors": [{errors}],\n"unread": [{unread}]{result}}}'

    def to_text(self, *, everything: bool = False) -> str:
        """Every decision in words, then the refused records and what was not used."""
        refused = [
            f"refused: {one.file}, {one.patient or 'no identifier'}, {one.field}: {one.message}" for one in self.errors
        ]
        unread = [
            f"not used: {one.file}, {one.patient or 'no identifier'}, {one.field}: {one.message}" for one in self.unread
        ]
        return "\n\n".join([*(self._words(entry, everything).rstrip() for entry in self.entries), *refused, *unread])

    @staticmethod
    def _words(entry: Entry, everything: bool) -> str:
        return entry.explain() if everything else entry.answer()


def decide_records(file: Path, policy: Policy, as_of: datetime.date) -> Answer:
    """Decide every record of a clinical file on the levels given there."""
    read = read_clinical(file, as_of=as_of)
    entries = [
        Entry(
            partial(_decide, record, policy, as_of),
            partial(_answered, record, policy, as_of),
            partial(_explained, record, policy, as_of),
        )
        for record in read.records
    ]
    late = [error for record in read.records for error in _late_dates(file, record, as_of)]
    return Answer(entries, errors=(*read.errors, *late), unread=read.unread)


def decide_result(
    path: Path, clinical: Path | None, levels: Path | None, policy: Policy, as_of: datetime.date
) -> Answer:
    """Re-decide a stored result; its facts and corrections stay unless a file holds new ones."""
    from pipelines.batch.assigned_records import assign_records
    from vcfimg.reports import read_result
    from vcfimg.screening.redecide import kept_clinical, kept_levels, redecide
    from vcfimg.screening.reviewed import with_kept_reviews

    stored = read_result(path)
    uid = stored.study.study_instance_uid
    given = assign_records(clinical, levels, [stored.study], window_days=policy.facts.record_window_days, as_of=as_of)
    errors = list(given.errors)
    new, kept = given.clinical.get(uid), kept_clinical(stored)
    replaced = new is not None and uid not in given.dangers_only
    if clinical is not None and not replaced:
        errors += [one.to_error(clinical.name) for one in given.unmatched if one.code != "no_study"]
        message = "no record of the file is of this study: the facts of the stored result were kept"
        errors.append(RecordError(clinical.name, None, "study_instance_uid", message))
    if levels is not None and uid not in given.levels:
        message = "nothing in the file is of this study: the level corrections of the stored result were kept"
        errors.append(RecordError(levels.name, None, "study_instance_uid", message))
    facts: ClinicalInputs | None = new if replaced or kept is None else kept
    if not replaced and kept is not None and new is not None:
        facts = with_dangers(kept, [new], "records")
    corrections: Mapping[int, str] | None = given.levels.get(uid, kept_levels(stored))
    if clinical is not None and new is not None:
        errors += _late_dates(clinical, new, as_of)
    answer = Answer(errors=tuple(errors), unread=given.unread)
    decided = redecide(stored, clinical=facts, levels=corrections, policy=policy, as_of=as_of)
    result = with_kept_reviews(decided, stored.reviews, policy=policy, as_of=as_of)
    patient = DecidedPatient.model_construct(
        patient_id=result.study.patient_id,
        recommendations=result.recommendations,
        plan=result.plan,
        priority=result.priority,
        questions=study_questions(result.recommendations),
        unread=facts.unread if facts is not None else (),
        notes=result.notes,
    )
    answer.entries.append(
        Entry(lambda: patient, lambda: answer_of(result), lambda: explain(result, case=case_of(result, policy)))
    )
    answer.result = result
    return answer


def _decide(record: ClinicalInputs, policy: Policy, as_of: datetime.date) -> DecidedPatient:
    decision = recommend(None, record, policy, as_of)
    return DecidedPatient.model_construct(
        patient_id=record.patient_id,
        recommendations=decision.recommendations,
        plan=decision.plan,
        priority=decision.priority,
        questions=study_questions(decision.recommendations),
        unread=record.unread,
        notes=decision.notes,
    )


def _late_dates(file: Path, record: ClinicalInputs, as_of: datetime.date) -> list[RecordError]:
    """An error for every date after the decision date: what it dates is not used."""
    names = ("pain_vas_date", "exam_date", "neurology_date", "labs_date")
    message = "lies after the decision date: what it dates is not used; correct it, or give a later --as-of"
    late = [name for name in names if (date := getattr(record, name)) is not None and date > as_of]
    return [RecordError(file.name, record.patient_id, name, message) for name in late]


def _answered(record: ClinicalInputs, policy: Policy, as_of: datetime.date) -> str:
    return f"{_head(record)}{answer_of(recommend(None, record, policy, as_of))}"


def _explained(record: ClinicalInputs, policy: Policy, as_of: datetime.date) -> str:
    case = Case(None, record, policy, as_of)
    return f"{_head(record)}{explain(case.decide(), case=case)}"


def _head(record: ClinicalInputs) -> str:
    return f"Patient {record.patient_id or 'without identifier'}\n\n"
