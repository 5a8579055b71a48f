"""The gates G0-G8 of one level in Kleene logic, in the order of clinical.md section 2."""

from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import LevelFacts, PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import GateStep, LevelGates, PatientGates
from vcfimg.recommendation.gates.indication import indication
from vcfimg.recommendation.gates.instability import instability, unstable_by_sins
from vcfimg.recommendation.gates.kleene import any_of
from vcfimg.recommendation.gates.relative_gates import relative
from vcfimg.recommendation.gates.rule_catalogue import Tracer, word
from vcfimg.recommendation.gates.sins import SinsInterval


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
    unstable = instability(facts, patient, tracer)
    sins_unstable = unstable_by_sins(sins, patient, policy, tracer)
    offer = indication(facts, patient, distance, policy, tracer)
    board = relative(facts, patient, sins, policy, tracer)
    epidural = _epidural(facts, policy, tracer)
    scope = _scope(facts, patient, common, tracer)
    wall = reader.posterior_wall != "intact" or facts.collapse_stale
    wall_step = tracer.fact("G8.wall", "posterior_wall", reader.posterior_wall, "reader", word(wall))
    before, after = (epidural, unstable, sins_unstable), (scope, offer, board)
    return LevelGates(
        neurology=common.neurology,
        epidural=epidural.value,
        instability=unstable.value,
        translation_open=reader.alignment is None and patient.stable is not True,
        sins=sins_unstable.value,
        contraindication=common.contraindication,
        contraindication_blocks=common.contraindication_blocks,
        scope=scope.value,
        indication=offer.value,
        relative=board.value is True,
        wall=wall,
        exam=offer.exam,
        alerts=[code for step in (*before, *after) for code in step.alerts],
        confirm=[code for step in (*before, *after) for code in step.confirm],
        against_indication=offer.failed,
        relative_unknown=board.unknown,
        trace=[
            *common.trace_neurology,
            *(one for step in before for one in step.trace),
            *common.trace_rest,
            *(one for step in after for one in step.trace),
            wall_step,
        ],
    )


def _epidural(facts: LevelFacts, policy: Policy, tracer: Tracer) -> GateStep:
    """G2: a surgical ESCC grade."""
    value = None if facts.escc is None else facts.escc in policy.gates.escc_surgical
    step = tracer.fact("G2.epidural", "escc", facts.escc, facts.escc_origin, word(value), "gates.escc_surgical")
    return GateStep(value, [step], ["epidural_high_grade"] if value else [])


def _scope(facts: LevelFacts, patient: PatientFacts, common: PatientGates, tracer: Tracer) -> GateStep:
    """G0: what holds for the patient, or an instrumented level."""
    instrumented = facts.reader.instrumented
    value = any_of((common.scope, instrumented))
    inputs = (
        ("instrumented", instrumented, "reader"),
        ("trauma", patient.trauma, "file"),
        ("primary_bone_tumour", patient.primary_bone_tumour, "file"),
    )
    return GateStep(
        value,
        [tracer.facts("G0.scope", inputs, word(value))],
        ["instrumented"] if instrumented else [],
        ["confirm_not_instrumented"] if instrumented is None else [],
    )
