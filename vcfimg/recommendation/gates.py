"""The gates G0-G8 of one level in Kleene logic, in the order of clinical.md section 2."""

from vcfimg.policy import Policy
from vcfimg.recommendation.facts import LevelFacts, PatientFacts
from vcfimg.recommendation.gate_outcomes import LevelGates, PatientGates
from vcfimg.recommendation.indication import indication
from vcfimg.recommendation.instability import instability, unstable_by_sins
from vcfimg.recommendation.kleene import any_of
from vcfimg.recommendation.relative import relative
from vcfimg.recommendation.rules import Tracer, word
from vcfimg.recommendation.sins import SinsInterval


def level_gates(
    facts: LevelFacts,
    patient: PatientFacts,
    common: PatientGates,
    sins: SinsInterval,
    distance: int | None,
    policy: Policy,
    tracer: Tracer,
) -> LevelGates:
    """Evaluate the gates of one level, the level count of G7 excepted (``relative.count_levels`` adds it)."""
    reader = facts.reader
    alerts: list[str] = []
    confirm: list[str] = []
    trace = list(common.trace_neurology)

    epidural = None if facts.escc is None else facts.escc in policy.gates.escc_surgical
    if epidural:
        alerts.append("epidural_high_grade")
    trace.append(
        tracer.fact("G2.epidural", "escc", facts.escc, facts.escc_origin, word(epidural), "gates.escc_surgical")
    )

    unstable = instability(facts, patient, alerts, confirm, trace, tracer)
    sins_unstable = unstable_by_sins(sins, patient, alerts, trace, policy, tracer)
    trace += common.trace_rest
    if reader.instrumented:
        alerts.append("instrumented")
    elif reader.instrumented is None:
        confirm.append("confirm_not_instrumented")
    scope = any_of((common.scope, reader.instrumented))
    trace.append(
        tracer.facts(
            "G0.scope",
            (
                ("instrumented", reader.instrumented, "reader"),
                ("trauma", patient.trauma, "file"),
                ("primary_bone_tumour", patient.primary_bone_tumour, "file"),
            ),
            word(scope),
        )
    )

    indicated, exam, failed = indication(facts, patient, distance, trace, policy, tracer)
    raised, relative_unknown = relative(facts, patient, sins, alerts, trace, policy, tracer)
    wall = reader.posterior_wall != "intact" or facts.collapse_stale
    trace.append(tracer.fact("G8.wall", "posterior_wall", reader.posterior_wall, "reader", word(wall)))
    return LevelGates(
        neurology=common.neurology,
        epidural=epidural,
        instability=unstable,
        translation_open=reader.alignment is None and patient.stable is not True,
        sins=sins_unstable,
        contraindication=common.contraindication,
        contraindication_blocks=common.contraindication_blocks,
        scope=scope,
        indication=indicated,
        relative=raised,
        wall=wall,
        exam=exam,
        alerts=alerts,
        confirm=confirm,
        against_indication=failed,
        relative_unknown=relative_unknown,
        trace=trace,
    )
