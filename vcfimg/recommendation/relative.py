"""G7: what was formerly a contraindication and now goes to the tumour board (clinical.md section 2)."""

from vcfimg.levels import is_above
from vcfimg.policy import Policy
from vcfimg.recommendation.facts import LevelFacts, PatientFacts
from vcfimg.recommendation.gate_outcomes import LevelGates
from vcfimg.recommendation.kleene import at_least
from vcfimg.recommendation.recommendation import TraceStep
from vcfimg.recommendation.rules import Tracer, word
from vcfimg.recommendation.sins import SinsInterval


def relative(
    facts: LevelFacts,
    patient: PatientFacts,
    sins: SinsInterval,
    alerts: list[str],
    trace: list[TraceStep],
    policy: Policy,
    tracer: Tracer,
) -> tuple[bool, list[str]]:
    """Whether any relative gate is raised, the level count excepted, and the names of those that are unknown."""
    limits, reader = policy.gates, facts.reader
    escc = None if facts.escc is None else facts.escc in limits.escc_relative
    retropulsion = at_least(facts.retropulsion, limits.relative_retropulsion_mm)
    canal = at_least(facts.canal, limits.relative_canal_narrowing_percent)
    high = None if facts.rule_level is None else is_above(facts.rule_level, limits.relative_above_level)
    loss = at_least(facts.loss, limits.relative_loss_percent)
    blastic = None if reader.bone_quality is None else reader.bone_quality == "blastic"
    young = None if patient.age is None else patient.age < limits.relative_age_years
    maybe_unstable = patient.stable is True and sins.gate_max >= limits.sins_unstable
    rows = (
        ("relative_escc", escc, "ESCC", "G7.escc", "escc", facts.escc, facts.escc_origin, "gates.escc_relative"),
        (
            "relative_retropulsion",
            retropulsion,
            "retropulsion",
            "G7.retropulsion",
            "retropulsion_mm",
            facts.retropulsion,
            facts.retropulsion_origin,
            "gates.relative_retropulsion_mm",
        ),
        (
            "relative_canal",
            canal,
            "canal narrowing",
            "G7.canal",
            "canal_narrowing_percent",
            facts.canal,
            facts.canal_origin,
            "gates.relative_canal_narrowing_percent",
        ),
        (
            "relative_level",
            high,
            "level",
            "G7.level",
            "level",
            facts.level,
            facts.level_origin,
            "gates.relative_above_level",
        ),
        (
            "relative_loss",
            loss,
            "height loss",
            "G7.loss",
            "loss_percent",
            facts.loss,
            facts.loss_origin,
            "gates.relative_loss_percent",
        ),
        ("relative_blastic", blastic, "bone quality", "G7.bone", "bone_quality", reader.bone_quality, "reader", None),
        ("relative_age", young, "age", "G7.age", "age", patient.age, "file", "gates.relative_age_years"),
    )
    unknown = []
    raised = maybe_unstable
    for code, value, name, rule, key, given, origin, limit in rows:
        if value is None:
            unknown.append(name)
        elif value:
            raised = True
            alerts.append(code)
        held = (limit,) if limit is not None else ()
        trace.append(tracer.fact(rule, key, given, origin, word(value), *held))
    if maybe_unstable:
        alerts.append("relative_sins")
    trace.append(tracer.fact("G7.sins", "sins_max_with_loss_uncertainty", sins.gate_max, "rule", word(maybe_unstable)))
    return raised, unknown


def count_levels(gates: LevelGates, patient: PatientFacts, candidates: int, policy: Policy, tracer: Tracer) -> None:
    """The last part of G7: the planned number of levels, else the candidates without this rule."""
    planned = patient.planned is not None
    count = patient.planned if patient.planned is not None else candidates
    many = count > policy.gates.relative_max_levels
    if many:
        gates.relative = True
        gates.alerts.append("relative_levels")
    name = "planned_levels" if planned else "candidate_levels"
    origin = "file" if planned else "rule"
    step = tracer.fact("G7.levels", name, count, origin, word(many), "gates.relative_max_levels")
    gates.trace.insert(len(gates.trace) - 1, step)  # G8, the wall, stays last
