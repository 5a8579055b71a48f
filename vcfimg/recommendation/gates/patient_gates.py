"""The gates that hold for every level of a patient: G1 neurology, G5 contraindications, the patient's part of G0."""

from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import PatientGates
from vcfimg.recommendation.gates.kleene import any_of
from vcfimg.recommendation.gates.rule_catalogue import Tracer, word


def patient_gates(patient: PatientFacts, policy: Policy, tracer: Tracer) -> PatientGates:
    """Evaluate once what does not depend on the level."""
    p = patient
    alerts = [
        code
        for code, value in (
            ("cord_compression", p.cord),
            ("neurological_deficit", p.deficit),
        )
        if value
    ]
    contra = (
        ("infection", p.infection),
        ("coagulopathy", p.coagulopathy),
        ("cement_allergy", p.allergy),
        ("pregnancy", p.pregnancy),
    )
    alerts += [code for code, value in contra if value]
    minor = None if p.age is None else p.age < policy.gates.scope_min_age_years
    scope = (("age_out_of_scope", minor), ("trauma", p.trauma), ("primary_bone_tumour", p.primary_bone_tumour))
    alerts += [code for code, value in scope if value]
    confirm = []
    if p.allergy is None:
        confirm.append("confirm_cement_allergy")
    if p.pregnancy is None and p.record.sex != "M":
        confirm.append("confirm_pregnancy")
    if p.age is None:
        confirm.append("confirm_age")
    if p.trauma is None:
        confirm.append("confirm_no_trauma")
    if p.primary_bone_tumour is None:
        confirm.append("confirm_no_primary_bone_tumour")
    contraindicated = any_of(value for _, value in contra)
    blocks = p.infection is None or p.coagulopathy is None
    neurology = [
        tracer.fact("G1.cord", "clinical_cord_compression", p.cord, "file", word(p.cord)),
        tracer.fact("G1.deficit", "new_neurological_deficit", p.deficit, "file", word(p.deficit)),
    ]
    rest = [
        tracer.facts(
            "G5.contraindication",
            tuple((name, value, "file") for name, value in contra),
            word(contraindicated) + ("; infection or coagulopathy unknown blocks" if blocks else ""),
        ),
        tracer.fact("G0.age", "age", p.age, "file", word(minor), "gates.scope_min_age_years"),
    ]
    return PatientGates(
        neurology=any_of((p.cord, p.deficit)),
        contraindication=contraindicated,
        contraindication_blocks=blocks,
        scope=any_of(value for _, value in scope),
        alerts=alerts,
        confirm=confirm,
        trace_neurology=neurology,
        trace_rest=rest,
    )
