"""One level's recommendation, put together from its gates, its preference and what goes with them."""

import functools
from collections.abc import Iterable

from vcfimg.base import Note
from vcfimg.recommendation.advice import care
from vcfimg.recommendation.advice.closing_trace import closing_steps
from vcfimg.recommendation.advice.open_questions import outlook
from vcfimg.recommendation.advice.patient_case import PatientCase
from vcfimg.recommendation.advice.preference import choose, lacking
from vcfimg.recommendation.advice.texts import PARTS
from vcfimg.recommendation.facts.discordance import Disagreement, Misfit
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.gates.gate import Company
from vcfimg.recommendation.gates.gate_outcomes import GateOutcomes
from vcfimg.recommendation.recommendation import (
    DecidedEdema,
    DecidedLoss,
    Origin,
    Preference,
    Recommendation,
    Status,
)

WITHHELD = frozenset({Status.EMERGENCY_REVIEW, Status.CONTRAINDICATED, Status.OUT_OF_SCOPE})
"""Statuses that show no preference; the table's value stays in the trace."""


def recommendation(
    gates: GateOutcomes,
    patient: PatientCase,
    status: Status,
    worse: list[Disagreement],
    misfit: Misfit | None,
    company: Company,
) -> Recommendation:
    """The recommendation at one level.

    Parameters
    ----------
    worse
        Where the image is worse than the reader.
    misfit
        What puts the numbering of the levels in doubt, None when nothing does.
    company
        What the other levels came to.
    """
    facts, sins = gates.case.level, gates.case.sins
    person, policy, texts = patient.facts, patient.policy, patient.texts
    planned = person.planned if person.planned is not None else company.possible
    ahead = outlook(gates, status, many=planned > policy.gates.relative_max_levels)
    choice = choose(facts, policy.preference)
    preference = Preference.WITHHELD if status in WITHHELD else choice.preference
    wanted = status in care.OPEN and not care.proven_malignant(facts, person)
    biopsy = care.biopsy_grade(person, policy) if wanted else None
    notes = care.notes(gates, patient, status, preference, choice, biopsy)
    notes += patient.dates
    if patient.imaged and facts.image is None:
        notes.append(texts.note["level_not_in_images"])
    return Recommendation.model_construct(
        vertebra_id=facts.vertebra_id,
        level=facts.level,
        status=status,
        preference=preference,
        loss=_decided_loss(facts),
        edema=_decided_edema(facts),
        borderline=choice.borderline,
        missing=tuple(dict.fromkeys((*gates.missing(), *lacking(preference, facts)))),
        would_be=ahead.would_be,
        questions=ahead.questions,
        sins=sins.report(),
        escc=facts.reader.escc,
        genant=facts.genant,
        biopsy=biopsy,
        consults=care.consults(status, gates, policy, texts),
        alerts=_alerts(gates, patient, worse, misfit),
        conditions=care.conditions(gates, patient, status),
        notes=tuple(notes),
        for_against=care.arguments(gates, preference, choice, policy),
        trace=(*gates.trace(patient.tracer), *closing_steps(gates, patient, status, choice, preference, biopsy)),
    )


def _decided_loss(facts: LevelFacts) -> DecidedLoss:
    if facts.loss is None:
        return _NO_LOSS
    origin: Origin = "image" if facts.loss_origin == "image" else "reader"
    return _loss(facts.loss, facts.uncertainty, origin)


@functools.lru_cache(maxsize=4096)
def _loss(percent: float, uncertainty: float, origin: Origin) -> DecidedLoss:
    """Shared between patients, as its values are few."""
    return DecidedLoss.model_construct(percent=percent, uncertainty=uncertainty, origin=origin)


def _decided_edema(facts: LevelFacts) -> DecidedEdema:
    origin: Origin = "unknown" if facts.image_edema is None else "image"
    reader = facts.reader.stir_edema
    origin = origin if reader is None else "reader"
    return _edema(facts.edema, reader, facts.image_edema, facts.edema_fraction, origin, facts.edema_remarks)


@functools.lru_cache(maxsize=4096)
def _edema(
    answer: bool | None,
    reader: bool | None,
    image: bool | None,
    fraction: float | None,
    origin: Origin,
    remarks: tuple[str, ...],
) -> DecidedEdema:
    """Shared between patients, as its values are few."""
    return DecidedEdema.model_construct(
        answer=answer, reader=reader, image=image, fraction=fraction, origin=origin, remarks=remarks
    )


_NO_LOSS = DecidedLoss()


def _doubts(gates: GateOutcomes, patient: PatientCase) -> list[Note]:
    """What the record contradicts itself on, and dangers that nobody could read, by the name of the field alone."""
    person, facts, texts = patient.facts, gates.case.level, patient.texts
    conflicts = (*person.conflicts, *facts.conflicts)
    if gates.case.sins.collapse_conflict:
        conflicts += (f"{facts.path}.collapse",)
    said = [texts.with_fact("conflict", field=path) for path in _here(conflicts, facts)]
    return said + [texts.with_fact("danger_unreadable", field=path) for path in _here(person.unreadable, facts)]


def _here(paths: Iterable[str], facts: LevelFacts) -> list[str]:
    """Of these paths those of the patient or of this level."""
    mine = f"{facts.path}."
    return [path for path in dict.fromkeys(paths) if "." not in path or path.startswith(mine)]


def _alerts(
    gates: GateOutcomes, patient: PatientCase, worse: list[Disagreement], misfit: Misfit | None
) -> tuple[Note, ...]:
    person, texts = patient.facts, patient.texts
    alerts = [texts.alert[code] for code in gates.alerts()]
    alerts += _doubts(gates, patient)
    if person.refused:
        alerts.append(texts.alert["record_refused"])
    if person.future_dates:
        alerts.append(texts.alert["date_after_decision"])
    if worse:
        what = "; ".join(PARTS[one.what].format(**one.numbers) for one in worse)
        alerts.append(texts.with_fact("image_disagrees", what=what))
    if misfit is not None:
        alerts.append(texts.with_fact(f"reader_{misfit.what}_elsewhere", level=misfit.level, where=misfit.where))
    elif gates.case.level.exam_match is False and person.exam_levels and not patient.exam_explained:
        alerts.append(texts.alert["recheck_numbering"])
    return tuple(alerts)
