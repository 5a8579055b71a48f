"""``recommend``: from measured vertebrae and clinical facts to a status and a preference for every level."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from vcfimg.base import Note
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.policy import Policy
from vcfimg.recommendation.advice import care
from vcfimg.recommendation.advice.assemble import recommendation
from vcfimg.recommendation.advice.closing_trace import CLOSING_RULES
from vcfimg.recommendation.advice.guidance import date_notes, patient_notes
from vcfimg.recommendation.advice.patient_case import PatientCase
from vcfimg.recommendation.advice.priority import alerted, finding_notes, rank
from vcfimg.recommendation.advice.ranked_level import RANK, ranked_level
from vcfimg.recommendation.advice.session_plan import Candidate, session_plan
from vcfimg.recommendation.advice.texts import Texts
from vcfimg.recommendation.facts import discordance
from vcfimg.recommendation.facts.index_level import mark_exam, mark_index
from vcfimg.recommendation.facts.level_facts import LevelFacts, level_facts
from vcfimg.recommendation.facts.patient_facts import PatientFacts, patient_facts
from vcfimg.recommendation.facts.spine_findings import spine_findings
from vcfimg.recommendation.gates.company import companies_of
from vcfimg.recommendation.gates.gate import GateCase
from vcfimg.recommendation.gates.gate_outcomes import judge
from vcfimg.recommendation.gates.gate_table import GATE_RULES
from vcfimg.recommendation.gates.rule import Tracer
from vcfimg.recommendation.recommendation import Decision, Status


@dataclass(frozen=True, slots=True)
class _Words:
    tracer: Tracer
    texts: Texts


_WORDS: dict[str, _Words] = {}
_RULES = (*GATE_RULES, *CLOSING_RULES)


def recommend(
    measurement: SpineMeasurement | None,
    clinical: ClinicalInputs | None,
    policy: Policy,
    as_of: datetime.date,
    *,
    study_date: datetime.date | None = None,
    levels_confirmed: bool | None = None,
    image_notes: Sequence[Note] = (),
) -> Decision:
    """Decide for one patient or study. Pure: touches neither image, disk nor clock.

    Parameters
    ----------
    measurement
        The measured spine, or None to decide on the clinical record alone.
    clinical
        The clinical facts, or None for images alone.
    policy
        Every threshold.
    as_of
        Decision date, against which the age of VAS, examination and MRI is held.
    study_date
        Date of the MRI, None when unknown.
    levels_confirmed
        Whether a person confirmed the numbering; None takes it from ``measurement``.
    image_notes
        What the loaders say about the images: a station left out counts for the worklist.

    Returns
    -------
    Decision
        A recommendation for every level that is fractured, edematous or named in the record, head to foot, with plan,
        priority and the notes that hold for the whole patient.
    """
    words = _words(policy)
    imaged = measurement is not None
    patient = patient_facts(clinical, policy, as_of, study_date)
    unconfirmed = measurement is not None and not (
        measurement.levels.confirmed if levels_confirmed is None else levels_confirmed
    )
    levels = level_facts(measurement, clinical, policy, patient, unconfirmed=unconfirmed)
    mark_exam(levels, patient, _present(measurement, levels, patient), policy)
    mark_index(levels, patient)
    judged = [judge(GateCase.of(patient, facts, policy)) for facts in levels]
    companies = companies_of(judged)
    dates = date_notes(patient, study_date, imaged=imaged, texts=words.texts)
    explained = any(facts.exam_match and facts.is_flagged(policy) for facts in levels)
    person = PatientCase(patient, dates, imaged, unconfirmed, explained, policy, words.tracer, words.texts)
    readers = clinical.levels if clinical is not None else {}
    recommendations, candidates, closed, ranked = [], [], [], []
    for facts, gates, company in zip(levels, judged, companies, strict=True):
        gates.look_across(company)
        status = gates.status()
        worse = discordance.disagreements(facts, policy)
        misfit = discordance.misnumbered(facts, measurement, readers, policy)
        recommendations.append(recommendation(gates, person, status, worse, misfit, company))
        if status in care.CANDIDATES:
            candidates.append(Candidate(facts, status is Status.CANDIDATE_MDT, company.dangers, company.undecided))
        elif RANK.index(status) < RANK.index(Status.CANDIDATE_MDT):
            closed.append(facts.level)
        ranked.append(ranked_level(gates, status, worse))
    findings = spine_findings(measurement, levels, image_notes, policy)
    measured = measurement is not None and any(vertebra.quality.measured for vertebra in measurement.vertebrae)
    return Decision.model_construct(
        recommendations=tuple(recommendations),
        plan=session_plan(candidates, closed, measurement, person),
        priority=rank(ranked, patient, findings, alerted(recommendations), policy, seen=imaged, measured=measured),
        notes=(*finding_notes(findings), *patient_notes(person, as_of, study_date)),
    )


def _words(policy: Policy) -> _Words:
    found = _WORDS.get(policy.sha256)
    if found is None:
        if len(_WORDS) >= 64:
            _WORDS.clear()
        found = _WORDS[policy.sha256] = _Words(Tracer(policy, _RULES), Texts(policy))
    return found


def _present(measurement: SpineMeasurement | None, levels: list[LevelFacts], patient: PatientFacts) -> tuple[str, ...]:
    """The transitional levels this patient has: they count as steps only where they exist."""
    names = {facts.level for facts in levels}
    if measurement is not None:
        names.update(vertebra.level for vertebra in measurement.vertebrae)
    if patient.exam_levels:
        names.update(patient.exam_levels)
    return tuple(name for name in ("T13", "L6") if name in names)
