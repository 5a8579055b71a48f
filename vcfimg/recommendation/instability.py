"""G3 and G4: overt instability, a surgeon's word, translation, and SINS (clinical.md section 2)."""

from vcfimg.policy import Policy
from vcfimg.recommendation.facts import LevelFacts, PatientFacts
from vcfimg.recommendation.recommendation import TraceStep
from vcfimg.recommendation.rules import Tracer, word
from vcfimg.recommendation.sins import SinsInterval


def instability(
    facts: LevelFacts,
    patient: PatientFacts,
    alerts: list[str],
    confirm: list[str],
    trace: list[TraceStep],
    tracer: Tracer,
) -> bool | None:
    """G3. True once anything raises it; a surgeon's 'stable' answers a translation, not recorded overt instability."""
    overt, stable, alignment = patient.overt, patient.stable, facts.reader.alignment
    if overt:
        alerts.append("overt_instability")
        if stable is True:
            alerts.append("instability_conflict")
    if stable is False:
        alerts.append("surgeon_unstable")
    if alignment == "translation" and stable is not True:
        alerts.append("translation")
    if overt or stable is False or (alignment == "translation" and stable is not True):
        value: bool | None = True  # recorded overt instability stays, whatever else is recorded
    elif stable is True:
        value = False
    else:
        value = None if overt is None or alignment is None else False
    if value is None:
        confirm.append("confirm_instability")
    surgeon = stable is False or (alignment == "translation" and stable is not True)
    settled = False if stable is True and not overt else overt
    trace.append(
        tracer.facts(
            "G3.overt",
            (("overt_instability", overt, "file"), ("surgeon_stable", stable, "file")),
            word(settled) + ("; conflict with a surgeon's 'stable'" if overt and stable is True else ""),
        )
    )
    surgeon_word = word(True if surgeon else (False if stable is True or alignment is not None else None))
    if alignment is None and stable is None:
        surgeon_word += "; a translation would decide, so an unknown alignment blocks"
    trace.append(
        tracer.facts(
            "G3.surgeon", (("surgeon_stable", stable, "file"), ("alignment", alignment, "reader")), surgeon_word
        )
    )
    return value


def unstable_by_sins(
    sins: SinsInterval,
    patient: PatientFacts,
    alerts: list[str],
    trace: list[TraceStep],
    policy: Policy,
    tracer: Tracer,
) -> bool | None:
    """G4. True from the lowest possible score on, None while only the highest reaches the limit."""
    limit = policy.gates.sins_unstable
    unstable: bool | None = False
    if patient.stable is not True:
        if sins.min >= limit:
            unstable = True
            alerts.append("sins_unstable")
        elif sins.gate_max >= limit:
            unstable = None
    trace.append(
        tracer.facts(
            "G4.sins",
            (
                ("sins_min", sins.min, "rule"),
                ("sins_max_with_loss_uncertainty", sins.gate_max, "rule"),
                ("surgeon_stable", patient.stable, "file"),
            ),
            word(unstable),
            "gates.sins_unstable",
        )
    )
    return unstable
