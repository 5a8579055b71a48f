"""G6: the paper's offer rule, cancer, VAS, positional pain, examination and edema all at once (P1-4)."""

from dataclasses import dataclass, field

from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import LevelFacts, PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import GateStep
from vcfimg.recommendation.gates.kleene import all_of, at_least
from vcfimg.recommendation.gates.rule_catalogue import Tracer, word
from vcfimg.recommendation.recommendation import TraceStep


@dataclass(slots=True)
class Indication(GateStep):
    """G6; ``exam`` says whether the examination matches, ``failed`` are the codes of the parts that are not met."""

    exam: bool | None = None
    failed: list[str] = field(default_factory=list)


def indication(
    facts: LevelFacts, patient: PatientFacts, distance: int | None, policy: Policy, tracer: Tracer
) -> Indication:
    """Kleene conjunction of the five parts."""
    exam = None if distance is None else distance <= policy.facts.exam_match_levels
    painful = at_least(patient.vas, policy.gates.vas_min)
    parts = (
        ("not_cancer", patient.cancer),
        ("pain_below_threshold", painful),
        ("pain_not_positional", patient.positional),
        ("exam_mismatch", exam),
        ("no_stir_edema", facts.edema),
    )
    trace = [
        tracer.fact("G6.cancer", "cancer", patient.cancer, "file", word(patient.cancer)),
        tracer.fact("G6.vas", "pain_vas", patient.vas, patient.vas_origin, word(painful), "gates.vas_min"),
        tracer.fact("G6.positional", "pain_positional", patient.positional, "file", word(patient.positional)),
        tracer.facts(
            "G6.exam",
            (
                ("exam_levels", patient.exam_levels, patient.exam_origin),
                ("level", facts.level, facts.level_origin),
            ),
            word(exam),
            "facts.exam_match_levels",
        ),
        _edema_step(facts, tracer),
    ]
    failed = [code for code, value in parts if value is False]
    return Indication(all_of(value for _, value in parts), trace, exam=exam, failed=failed)


def _edema_step(facts: LevelFacts, tracer: Tracer) -> TraceStep:
    origin = "reader" if facts.edema_origin != "stale" else "stale"
    inputs: tuple[tuple[str, object, str], ...] = (("stir_edema", facts.reader.stir_edema, origin),)
    limits: tuple[str, ...] = ()
    if facts.image is not None:
        inputs += (("edema_fraction", facts.edema_fraction, "image"), ("image_edema", facts.image_edema, "image"))
        limits = ("measurement.edema_fraction_true", "measurement.edema_fraction_false")
    outcome = word(facts.edema)
    if facts.edema is None and facts.image_edema is False and facts.reader.stir_edema is None:
        outcome += "; the image shows none, which a reader must confirm"
    if facts.edema_origin == "stale":
        outcome += "; the MRI is too old"
    return tracer.facts("G6.edema", inputs, outcome, *limits)
