"""G7: what was formerly a contraindication and now goes to the tumour board (clinical.md section 2)."""

from dataclasses import dataclass, field
from typing import Any

from vcfimg.level_names import is_above
from vcfimg.policy import Policy
from vcfimg.policy.decision_sections import GatesPolicy
from vcfimg.recommendation.facts.fact import LevelFacts, PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import GateStep, LevelGates
from vcfimg.recommendation.gates.kleene import at_least
from vcfimg.recommendation.gates.rule_catalogue import Tracer, word
from vcfimg.recommendation.gates.sins import SinsInterval


@dataclass(frozen=True, slots=True)
class _Part:
    """One relative gate: its alert, what it is called when unknown, its rule and input, and the policy's limit."""

    alert: str
    name: str
    rule: str
    input: str
    limit: str | None


_PARTS = (
    _Part("relative_escc", "ESCC", "G7.escc", "escc", "gates.escc_relative"),
    _Part(
        "relative_retropulsion",
        "retropulsion",
        "G7.retropulsion",
        "retropulsion_mm",
        "gates.relative_retropulsion_mm",
    ),
    _Part(
        "relative_canal",
        "canal narrowing",
        "G7.canal",
        "canal_narrowing_percent",
        "gates.relative_canal_narrowing_percent",
    ),
    _Part("relative_level", "level", "G7.level", "level", "gates.relative_above_level"),
    _Part("relative_loss", "height loss", "G7.loss", "loss_percent", "gates.relative_loss_percent"),
    _Part("relative_blastic", "bone quality", "G7.bone", "bone_quality", None),
    _Part("relative_age", "age", "G7.age", "age", "gates.relative_age_years"),
)


@dataclass(slots=True)
class Relative(GateStep):
    """G7; ``unknown`` are the names of the parts that nobody says anything about."""

    unknown: list[str] = field(default_factory=list)


def relative(facts: LevelFacts, patient: PatientFacts, sins: SinsInterval, policy: Policy, tracer: Tracer) -> Relative:
    """Whether any relative gate is raised, the level count excepted (:func:`count_levels` adds it)."""
    found = Relative(False, [])
    held = _held(facts, patient, policy.gates)
    for part in _PARTS:
        value, given, origin = held[part.alert]
        if value is None:
            found.unknown.append(part.name)
        elif value:
            found.value = True
            found.alerts.append(part.alert)
        limits = (part.limit,) if part.limit is not None else ()
        found.trace.append(tracer.fact(part.rule, part.input, given, origin, word(value), *limits))
    maybe_unstable = patient.stable is True and sins.gate_max >= policy.gates.sins_unstable
    if maybe_unstable:
        found.value = True
        found.alerts.append("relative_sins")
    found.trace.append(
        tracer.fact("G7.sins", "sins_max_with_loss_uncertainty", sins.gate_max, "rule", word(maybe_unstable))
    )
    return found


def _held(facts: LevelFacts, patient: PatientFacts, limits: GatesPolicy) -> dict[str, tuple[bool | None, Any, str]]:
    """For every part whether it holds, what was given, and by whom."""
    bone, age = facts.reader.bone_quality, patient.age
    escc = None if facts.escc is None else facts.escc in limits.escc_relative
    high = None if facts.rule_level is None else is_above(facts.rule_level, limits.relative_above_level)
    retropulsed = at_least(facts.retropulsion, limits.relative_retropulsion_mm)
    narrow = at_least(facts.canal, limits.relative_canal_narrowing_percent)
    flat = at_least(facts.loss, limits.relative_loss_percent)
    return {
        "relative_escc": (escc, facts.escc, facts.escc_origin),
        "relative_retropulsion": (retropulsed, facts.retropulsion, facts.retropulsion_origin),
        "relative_canal": (narrow, facts.canal, facts.canal_origin),
        "relative_level": (high, facts.level, facts.level_origin),
        "relative_loss": (flat, facts.loss, facts.loss_origin),
        "relative_blastic": (None if bone is None else bone == "blastic", bone, "reader"),
        "relative_age": (None if age is None else age < limits.relative_age_years, age, "file"),
    }


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
