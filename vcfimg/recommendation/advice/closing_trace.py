"""The end of a trace: what decided the status, SINS, index level, preference, biopsy and radiation history."""

from vcfimg.recommendation.advice.level_case import LevelCase, PatientCase
from vcfimg.recommendation.advice.preference import Choice
from vcfimg.recommendation.facts.fact import PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import LevelGates
from vcfimg.recommendation.gates.rule_catalogue import word
from vcfimg.recommendation.recommendation import Preference, Status, TraceStep


def closing_steps(
    case: LevelCase,
    patient: PatientCase,
    status: Status,
    choice: Choice,
    shown: Preference,
    biopsy: str | None,
) -> list[TraceStep]:
    """The steps that follow the gates; ``shown`` is the preference that is printed."""
    tracer = patient.tracer
    facts, gates, sins = case.facts, case.gates, case.sins
    loss = ("loss_percent", facts.loss, facts.loss_origin)
    steps = [
        tracer.fact("status", "first_deciding", _decider(gates, patient.facts, status), "rule", status.value),
        tracer.step("sins", sins.items, f"{sins.min}" if sins.min == sins.max else f"{sins.min}-{sins.max}"),
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
            facts.level_origin,
            word(choice.junction),
            "preference.junction_first",
            "preference.junction_last",
        ),
        tracer.fact("preference.index", "index", facts.index, "rule", "index" if facts.index else "non-index"),
        tracer.fact("preference", "table", choice.preference.value, "rule", shown.value),
    ]
    if facts.genant is not None:
        limits = ("genant_mild_percent", "genant_moderate_percent", "genant_severe_percent")
        grade = f"grade {facts.genant.grade}"
        steps.append(tracer.facts("genant", (loss,), grade, *(f"measurement.{name}" for name in limits)))
    if biopsy is not None:
        record = patient.facts.record
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
