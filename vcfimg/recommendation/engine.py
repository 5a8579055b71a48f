"""``recommend``: from measured vertebrae and clinical facts to a status and a preference for every level."""

import datetime
from dataclasses import dataclass

from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.policy import Policy
from vcfimg.recommendation import care, discordance
from vcfimg.recommendation.facts import LevelFacts, PatientFacts, level_facts, patient_facts
from vcfimg.recommendation.gates import LevelGates, PatientGates, count_levels, level_gates, patient_gates
from vcfimg.recommendation.guidance import patient_notes
from vcfimg.recommendation.index_level import exam_distance, mark_index
from vcfimg.recommendation.missing import missing_paths
from vcfimg.recommendation.plan import Candidate, session_plan
from vcfimg.recommendation.preference import Choice, choose
from vcfimg.recommendation.priority import RANK, RankedLevel, rank
from vcfimg.recommendation.recommendation import CodedText, Decision, Preference, Recommendation, Status, TraceStep
from vcfimg.recommendation.rules import Tracer, word
from vcfimg.recommendation.sins import SinsInterval, score
from vcfimg.recommendation.texts import Texts

WITHHELD = frozenset({Status.EMERGENCY_REVIEW, Status.CONTRAINDICATED, Status.OUT_OF_SCOPE})
"""Statuses that show no preference; the table's value stays in the trace."""


@dataclass(slots=True)
class _Case:
    """One level on its way through the engine."""

    facts: LevelFacts
    gates: LevelGates
    sins: SinsInterval
    distance: int | None


@dataclass(frozen=True, slots=True)
class _Words:
    tracer: Tracer
    texts: Texts


_WORDS: dict[str, _Words] = {}


def recommend(
    measurement: SpineMeasurement | None,
    clinical: ClinicalInputs | None,
    policy: Policy,
    as_of: datetime.date,
    *,
    study_date: datetime.date | None = None,
    levels_confirmed: bool | None = None,
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

    Returns
    -------
    Decision
        A recommendation for every level that is fractured, edematous or named in the record, head to foot, with plan,
        priority and the notes that hold for the whole patient.
    """
    words = _words(policy)
    patient = patient_facts(clinical, policy, as_of, study_date)
    levels = level_facts(measurement, clinical, policy, patient)
    present = _present(measurement, levels, patient)
    common = patient_gates(patient, policy, words.tracer)
    distances = [exam_distance(facts, patient, present) for facts in levels]
    mark_index(levels, distances, patient, policy)
    cases = []
    for facts, distance in zip(levels, distances, strict=True):
        sins = score(facts, patient, policy.sins)
        gates = level_gates(facts, patient, common, sins, distance, policy, words.tracer)
        cases.append(_Case(facts, gates, sins, distance))
    refused = patient.refused
    count = sum(case.gates.status(refused=refused) in care.CANDIDATES for case in cases)
    unconfirmed = measurement is not None and not (
        measurement.levels.confirmed if levels_confirmed is None else levels_confirmed
    )
    named = tuple(clinical.levels) if clinical is not None else ()
    recommendations, candidates, ranked = [], [], []
    for case in cases:
        count_levels(case.gates, patient, count, policy, words.tracer)
        status = case.gates.status(refused=refused)
        worse = discordance.disagreements(case.facts, policy)
        misfit = discordance.misnumbered(case.facts, measurement, named, policy)
        recommendations.append(
            _recommendation(
                case, status, common, worse, misfit, patient, unconfirmed, measurement is None, policy, words
            )
        )
        if status in care.CANDIDATES:
            candidates.append(Candidate(case.facts, status is Status.CANDIDATE_MDT))
        ranked.append(_ranked(case, status, worse, patient, common, policy, words))
    measurable = measurement is None or any(vertebra.quality.measured for vertebra in measurement.vertebrae)
    return Decision.model_construct(
        recommendations=tuple(recommendations),
        plan=session_plan(candidates, measurement, patient, policy),
        priority=rank(ranked, patient, policy, measurable=measurable),
        notes=patient_notes(patient, as_of, study_date, imaged=measurement is not None, texts=words.texts),
    )


def _words(policy: Policy) -> _Words:
    found = _WORDS.get(policy.sha256)
    if found is None:
        if len(_WORDS) >= 64:
            _WORDS.clear()
        found = _WORDS[policy.sha256] = _Words(Tracer(policy), Texts(policy))
    return found


def _present(measurement: SpineMeasurement | None, levels: list[LevelFacts], patient: PatientFacts) -> tuple[str, ...]:
    """The transitional levels this patient has: they count as steps only where they exist."""
    names = {facts.level for facts in levels}
    if measurement is not None:
        names.update(vertebra.level for vertebra in measurement.vertebrae)
    if patient.exam_levels:
        names.update(patient.exam_levels)
    return tuple(name for name in ("T13", "L6") if name in names)


def _recommendation(
    case: _Case,
    status: Status,
    common: PatientGates,
    worse: list[discordance.Disagreement],
    misfit: str | None,
    patient: PatientFacts,
    unconfirmed: bool,
    no_images: bool,
    policy: Policy,
    words: _Words,
) -> Recommendation:
    facts, gates, sins, texts = case.facts, case.gates, case.sins, words.texts
    choice = choose(facts, policy.preference)
    preference = Preference.WITHHELD if status in WITHHELD else choice.preference
    biopsy = care.biopsy_grade(patient, policy) if status in care.OPEN else None
    alerts = [texts.alert[code] for code in (*common.alerts, *gates.alerts)]
    if patient.given and patient.cord is None:
        alerts.append(texts.alert["cord_unknown"])
    if patient.given and patient.deficit is None:
        alerts.append(texts.alert["deficit_unknown"])
    if patient.refused:
        alerts.append(texts.alert["record_refused"])
    if patient.bone_tumour_conflict:
        alerts.append(texts.alert["primary_bone_tumour_conflict"])
    if patient.cancer is False and patient.record.primaries:
        alerts.append(texts.alert["cancer_conflict"])
    if patient.future_dates:
        alerts.append(texts.alert["date_after_decision"])
    if worse:
        sentence = "; ".join(text for _, text in worse)
        alerts.append(
            CodedText.model_construct(code="image_disagrees", text=f"The image is worse than the reader: {sentence}.")
        )
    if misfit is not None:
        alerts.append(CodedText.model_construct(code="recheck_numbering", text=f"Recheck the numbering: {misfit}."))
    elif gates.exam is False:
        alerts.append(texts.alert["recheck_numbering"])
    notes = care.notes(status, preference, choice, facts, patient, gates, sins, case.distance, biopsy, policy, texts)
    if not no_images and facts.image is None:
        notes.append(texts.note["level_not_in_images"])
    confirm = [*gates.confirm, *common.confirm]
    return Recommendation.model_construct(
        vertebra_id=facts.vertebra_id,
        level=facts.level,
        status=status,
        preference=preference,
        borderline=choice.borderline,
        missing=missing_paths(status, preference, facts, patient, gates, sins),
        sins=sins.report(),
        escc=facts.reader.escc,
        genant=facts.genant,
        biopsy=biopsy,
        consults=care.consults(status, gates, sins, policy, texts),
        alerts=tuple(alerts),
        conditions=care.conditions(status, facts, patient, confirm, gates, unconfirmed, texts),
        notes=tuple(notes),
        for_against=care.arguments(facts, preference, choice, policy),
        trace=(*gates.trace, *_closing_steps(case, status, choice, biopsy, patient, words.tracer)),
    )


def _closing_steps(
    case: _Case, status: Status, choice: Choice, biopsy: str | None, patient: PatientFacts, tracer: Tracer
) -> list[TraceStep]:
    facts, gates, sins = case.facts, case.gates, case.sins
    loss = ("loss_percent", facts.loss, facts.loss_origin)
    steps = [
        tracer.fact("status", "first_deciding", _decider(gates, patient, status), "rule", status.value),
        tracer.step("sins", sins.items, f"{sins.min}-{sins.max}"),
        tracer.fact("index_level", "index", facts.reader.index, "reader", f"{word(facts.index)}: {facts.index_why}"),
        tracer.facts(
            "preference.collapse",
            (loss, ("loss_uncertainty", facts.uncertainty, facts.uncertainty_origin)),
            "unknown" if choice.degree is None else ("not deformed", "deformed", "significant collapse")[choice.degree],
            "preference.deformed_loss_percent",
            "preference.bkp_favoured_loss_percent",
        ),
        tracer.fact(
            "preference.junction",
            "level",
            facts.level,
            "reader" if facts.named_by_reader else "image",
            word(choice.junction),
            "preference.junction_first",
            "preference.junction_last",
        ),
        tracer.fact("preference.index", "index", facts.index, "rule", "index" if facts.index else "non-index"),
        tracer.fact("preference", "table", choice.preference.value, "rule", _shown(status, choice)),
    ]
    if facts.genant is not None:
        steps.append(tracer.facts("genant", (loss,), f"grade {facts.genant.grade}"))
    if biopsy is not None:
        record = patient.record
        steps.append(
            tracer.facts(
                "biopsy",
                (
                    ("primaries", record.primaries, "file"),
                    ("first_metastasis", record.first_metastasis, "file"),
                    ("latency_years", record.latency_years, "file"),
                ),
                biopsy,
            )
        )
    if facts.reader.prior_rt_gy is not None:
        dose = facts.reader.prior_rt_gy
        heavy = dose >= tracer.limits["care.prior_rt_gy"]["value"]
        steps.append(
            tracer.facts(
                "care.rt_dose",
                (("prior_rt_gy", dose, "reader"),),
                "bone quality may be reduced" if heavy else "below the dose",
            )
        )
    if facts.reader.fracture_age_weeks is not None:
        steps.append(
            tracer.fact(
                "care.fracture_age", "fracture_age_weeks", facts.reader.fracture_age_weeks, "reader", "excludes nothing"
            )
        )
    return steps


def _shown(status: Status, choice: Choice) -> str:
    return Preference.WITHHELD.value if status in WITHHELD else choice.preference.value


def _decider(gates: LevelGates, patient: PatientFacts, status: Status) -> str:
    """The gate that settled the status."""
    if gates.neurology:
        return "G1"
    if gates.epidural:
        return "G2"
    if gates.instability:
        return "G3"
    if gates.sins:
        return "G4"
    if gates.contraindication:
        return "G5"
    if gates.scope:
        return "G0"
    if gates.indication is False:
        return "G6"
    if status is Status.INDETERMINATE:
        blocking = [
            name
            for name, value in (
                ("G1", gates.neurology),
                ("G2", gates.epidural),
                ("G3", None if gates.translation_open else False),
                ("G4", gates.sins),
                ("G6", gates.indication),
            )
            if value is None
        ]
        if gates.contraindication_blocks:
            blocking.insert(len([name for name in blocking if name != "G6"]), "G5")
        if patient.refused:
            blocking.append("record refused")
        return "unknown: " + ", ".join(blocking)
    return "G7" if status is Status.CANDIDATE_MDT else "none raised"


def _ranked(
    case: _Case,
    status: Status,
    worse: list[discordance.Disagreement],
    patient: PatientFacts,
    common: PatientGates,
    policy: Policy,
    words: _Words,
) -> RankedLevel:
    """What counts for the worklist: the worse of reader and image where they disagree."""
    facts, limits, refused = case.facts, policy.gates, patient.refused
    ranked, apart = status, case.gates.status(refused=refused, whole=False)
    if worse:
        facts = discordance.as_imaged(facts, worse)
        gates = level_gates(
            facts, patient, common, score(facts, patient, policy.sins), case.distance, policy, words.tracer
        )
        ranked = min(ranked, gates.status(refused=refused), key=RANK.index)
        apart = min(apart, gates.status(refused=refused, whole=False), key=RANK.index)
    return RankedLevel(
        facts=facts,
        status=ranked,
        status_without_contraindication=apart,
        cord_unknown=patient.given and patient.cord is None,
        loss=facts.loss,
        edema=facts.edema_seen is True,
        encroached=(facts.retropulsion is not None and facts.retropulsion >= limits.relative_retropulsion_mm)
        or (facts.canal is not None and facts.canal >= limits.relative_canal_narrowing_percent),
        by_image=ranked is not status,
    )
