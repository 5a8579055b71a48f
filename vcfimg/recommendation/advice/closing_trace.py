"""The end of a trace: what decided the status, SINS, index level, preference, biopsy and radiation history."""

from typing import Final

from vcfimg.recommendation.advice.care import was_irradiated
from vcfimg.recommendation.advice.patient_case import PatientCase
from vcfimg.recommendation.advice.preference import Choice
from vcfimg.recommendation.gates.gate_outcomes import GateOutcomes
from vcfimg.recommendation.gates.gate_table import GATES
from vcfimg.recommendation.gates.rule import Rule, word
from vcfimg.recommendation.recommendation import Preference, Status, TraceStep

CLOSING_RULES: Final[tuple[Rule, ...]] = (
    Rule("status", "design", f"order {', '.join(gate.id for gate in GATES)}; unknown never decides at its own row"),
    Rule("index_level", "design", "reader, else the examined level with most edema, else judged as index"),
    Rule("preference.collapse", "design", "P11, P13", "preference.bkp_favoured_loss_percent"),
    Rule("preference.junction", "design", "", "preference.junction_first"),
    Rule("preference.index", "paper", "P13: VP for non-index fractures or non-deformed vertebrae"),
    Rule("preference", "design", "table of collapse, junction and index level; a preference, never an order (P14)"),
    Rule(
        "genant",
        "guideline",
        "Genant 1993: mild from the first limit, moderate from the second, severe above the third",
    ),
    Rule("sins", "guideline", "SINS, Fisher 2010"),
    Rule(
        "biopsy", "paper", "P18-19: biopsy routinely; of paramount importance with several primaries or late metastasis"
    ),
    Rule("care.rt_dose", "paper", "", "care.prior_rt_gy"),
    Rule("care.fracture_age", "paper", "P8: older malignant fractures still benefit; age never excludes"),
)
"""What a trace says after the gates."""


def closing_steps(
    gates: GateOutcomes,
    patient: PatientCase,
    status: Status,
    choice: Choice,
    shown: Preference,
    biopsy: str | None,
) -> list[TraceStep]:
    """The steps that follow the gates; ``shown`` is the preference that is printed."""
    tracer = patient.tracer
    facts, sins = gates.case.level, gates.case.sins
    loss = ("loss_percent", facts.loss, facts.loss_origin)
    steps = [
        tracer.fact("status", "first_deciding", gates.decider(), "rule", status.value),
        tracer.step("sins", sins.items, f"{sins.min}" if sins.min == sins.max else f"{sins.min}-{sins.max}"),
        tracer.fact("index_level", "index", facts.reader.index, "reader", f"{word(facts.index)}: {facts.index_why}"),
        tracer.facts(
            "preference.collapse",
            (loss, ("loss_uncertainty", facts.uncertainty, facts.uncertainty_origin)),
            "unknown" if choice.degree is None else ("not deformed", "deformed", "significant collapse")[choice.degree],
            ("preference.deformed_loss_percent", "preference.bkp_favoured_loss_percent"),
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
        steps.append(tracer.facts("genant", (loss,), grade, tuple(f"measurement.{name}" for name in limits)))
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
        heavy = was_irradiated(facts.reader, gates.case.policy.care)
        steps.append(
            tracer.facts(
                "care.rt_dose",
                (("prior_rt_gy", dose, "reader"), ("prior_rt_fractions", facts.reader.prior_rt_fractions, "reader")),
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
