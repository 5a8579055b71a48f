"""G3 and G4: overt instability, a surgeon's word, translation, and SINS (clinical.md section 2)."""

from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import LevelFacts, PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import GateStep
from vcfimg.recommendation.gates.rule_catalogue import Tracer, word
from vcfimg.recommendation.gates.sins import SinsInterval


def instability(facts: LevelFacts, patient: PatientFacts, tracer: Tracer) -> GateStep:
    """G3. True once anything raises it; a surgeon's 'stable' answers a translation, not recorded overt instability."""
    overt, stable, alignment = patient.overt, patient.stable, facts.reader.alignment
    translation = alignment == "translation" and stable is not True
    conflict = bool(overt) and stable is True
    by_surgeon = stable is False or translation
    alerts = [
        code
        for code, raised in (
            ("overt_instability", overt),
            ("instability_conflict", conflict),
            ("surgeon_unstable", stable is False),
            ("translation", translation),
        )
        if raised
    ]
    if overt or by_surgeon:
        value: bool | None = True  # recorded overt instability stays, whatever else is recorded
    elif stable is True:
        value = False
    else:
        value = None if overt is None or alignment is None else False
    settled = False if stable is True and not overt else overt
    surgeon_word = word(True if by_surgeon else (False if stable is True or alignment is not None else None))
    if alignment is None and stable is None:
        surgeon_word += "; a translation would decide, so an unknown alignment blocks"
    trace = [
        tracer.facts(
            "G3.overt",
            (("overt_instability", overt, "file"), ("surgeon_stable", stable, "file")),
            word(settled) + ("; conflict with a surgeon's 'stable'" if conflict else ""),
        ),
        tracer.facts(
            "G3.surgeon", (("surgeon_stable", stable, "file"), ("alignment", alignment, "reader")), surgeon_word
        ),
    ]
    return GateStep(value, trace, alerts, ["confirm_instability"] if value is None else [])


def unstable_by_sins(sins: SinsInterval, patient: PatientFacts, policy: Policy, tracer: Tracer) -> GateStep:
    """G4. True from the lowest possible score on, None while only the highest reaches the limit."""
    limit = policy.gates.sins_unstable
    unstable: bool | None = False
    if patient.stable is not True:
        unstable = True if sins.min >= limit else None if sins.gate_max >= limit else False
    step = tracer.facts(
        "G4.sins",
        (
            ("sins_min", sins.min, "rule"),
            ("sins_max_with_loss_uncertainty", sins.gate_max, "rule"),
            ("surgeon_stable", patient.stable, "file"),
        ),
        word(unstable),
        "gates.sins_unstable",
    )
    return GateStep(unstable, [step], ["sins_unstable"] if unstable else [])
