"""One level's recommendation, put together from its gates, its preference and what goes with them."""

from vcfimg.base import Note
from vcfimg.recommendation.advice import care
from vcfimg.recommendation.advice.closing_trace import closing_steps
from vcfimg.recommendation.advice.level_case import LevelCase, PatientCase
from vcfimg.recommendation.advice.preference import choose
from vcfimg.recommendation.facts.discordance import Disagreement
from vcfimg.recommendation.gates.missing import missing_paths
from vcfimg.recommendation.recommendation import Preference, Recommendation, Status

WITHHELD = frozenset({Status.EMERGENCY_REVIEW, Status.CONTRAINDICATED, Status.OUT_OF_SCOPE})
"""Statuses that show no preference; the table's value stays in the trace."""


def recommendation(
    case: LevelCase, patient: PatientCase, status: Status, worse: list[Disagreement], misfit: str | None
) -> Recommendation:
    """The recommendation at one level.

    Parameters
    ----------
    worse
        Where the image is worse than the reader.
    misfit
        Why the numbering of the levels is in doubt, None when it is not.
    """
    facts, gates, sins = case.facts, case.gates, case.sins
    person, policy, texts = patient.facts, patient.policy, patient.texts
    choice = choose(facts, policy.preference)
    preference = Preference.WITHHELD if status in WITHHELD else choice.preference
    biopsy = care.biopsy_grade(person, policy) if status in care.OPEN else None
    notes = care.notes(case, patient, status, preference, choice, biopsy)
    notes += patient.dates
    if patient.imaged and facts.image is None:
        notes.append(texts.note["level_not_in_images"])
    return Recommendation.model_construct(
        vertebra_id=facts.vertebra_id,
        level=facts.level,
        status=status,
        preference=preference,
        borderline=choice.borderline,
        missing=missing_paths(status, preference, facts, person, gates, sins),
        sins=sins.report(),
        escc=facts.reader.escc,
        genant=facts.genant,
        biopsy=biopsy,
        consults=care.consults(status, gates, sins, policy, texts),
        alerts=_alerts(case, patient, worse, misfit),
        conditions=care.conditions(case, patient, status),
        notes=tuple(notes),
        for_against=care.arguments(facts, preference, choice, policy),
        trace=(*gates.trace, *closing_steps(case, patient, status, choice, preference, biopsy)),
    )


def _alerts(case: LevelCase, patient: PatientCase, worse: list[Disagreement], misfit: str | None) -> tuple[Note, ...]:
    gates, person, texts = case.gates, patient.facts, patient.texts
    alerts = [texts.alert[code] for code in (*patient.gates.alerts, *gates.alerts)]
    if person.given and person.cord is None:
        alerts.append(texts.alert["cord_unknown"])
    if person.given and person.deficit is None:
        alerts.append(texts.alert["deficit_unknown"])
    if person.refused:
        alerts.append(texts.alert["record_refused"])
    if person.bone_tumour_conflict:
        alerts.append(texts.alert["primary_bone_tumour_conflict"])
    if person.cancer is False and person.record.primaries:
        alerts.append(texts.alert["cancer_conflict"])
    if person.future_dates:
        alerts.append(texts.alert["date_after_decision"])
    if worse:
        sentence = "; ".join(text for _, text in worse)
        alerts.append(
            Note.model_construct(code="image_disagrees", text=f"The image is worse than the reader: {sentence}.")
        )
    if misfit is not None:
        alerts.append(Note.model_construct(code="recheck_numbering", text=f"Recheck the numbering: {misfit}."))
    elif gates.exam is False:
        alerts.append(texts.alert["recheck_numbering"])
    return tuple(alerts)
