"""G0: what these rules do not cover: minors, an instrumented level, acute trauma, a primary bone tumour."""

from typing import Final

from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Input, Outcome, flag, with_answer
from vcfimg.recommendation.gates.kleene import any_of
from vcfimg.recommendation.gates.rule import Rule
from vcfimg.recommendation.recommendation import Status


def _judge(case: GateCase) -> Outcome:
    patient, instrumented = case.patient, case.level.reader.instrumented
    minor = None if patient.age is None else patient.age < case.policy.gates.scope_min_age_years
    trauma, tumour = patient.trauma, patient.primary_bone_tumour
    value = any_of((minor, trauma, tumour, instrumented))
    return Outcome(
        value,
        (minor, value),
        alerts=with_answer(
            True,
            (
                ("age_out_of_scope", minor),
                ("trauma", trauma),
                ("primary_bone_tumour", tumour),
                ("instrumented", instrumented),
                ("primary_bone_tumour_conflict", patient.bone_tumour_conflict),
            ),
        ),
        confirm=with_answer(
            None,
            (
                ("confirm_age", minor),
                ("confirm_no_trauma", trauma),
                ("confirm_no_primary_bone_tumour", tumour),
                ("confirm_not_instrumented", instrumented),
            ),
        ),
    )


SCOPE: Final = Gate(
    id="G0",
    title="Scope",
    status=Status.OUT_OF_SCOPE,
    checks=(
        Check(
            Rule("G0.age", "design", "", "gates.scope_min_age_years"),
            lambda case: (("age", case.patient.age, "file"),),
            limits=("gates.scope_min_age_years",),
        ),
        Check(
            Rule("G0.scope", "design", "instrumented level, acute trauma, primary bone tumour are not covered"),
            lambda case: (
                ("instrumented", case.level.reader.instrumented, "reader"),
                ("trauma", case.patient.trauma, "file"),
                ("primary_bone_tumour", case.patient.primary_bone_tumour, "file"),
            ),
        ),
    ),
    judge=_judge,
    inputs=(
        Input(
            "age",
            lambda policy, level: (
                policy.gates.relative_age_years,
                policy.gates.relative_age_years - 1,
                policy.gates.scope_min_age_years - 1,
            ),
        ),
        flag("trauma", False),
        flag("primary_bone_tumour", False),
        flag("instrumented", False, at_level=True),
    ),
)
