"""G0: what these rules do not cover: no cancer, minors, instrumented levels, trauma, bone tumours, C1, sacrum."""

import dataclasses
from typing import Final

from vcfimg.level_names import level_index
from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Input, Outcome, flag, with_answer
from vcfimg.recommendation.gates.kleene import any_of
from vcfimg.recommendation.gates.rule import Rule
from vcfimg.recommendation.recommendation import Status


def _judge(case: GateCase) -> Outcome:
    patient, instrumented = case.patient, case.level.reader.instrumented
    minor = None if patient.age is None else patient.age < case.policy.gates.scope_min_age_years
    trauma, tumour = patient.trauma, patient.primary_bone_tumour
    free, bodiless, sacral = patient.cancer is False, case.level.level == "C1", _sacral(case)
    value = any_of((minor, trauma, tumour, instrumented, free, bodiless, sacral))
    return Outcome(
        value,
        (minor, any_of((trauma, tumour, instrumented)), free, bodiless or sacral),
        alerts=with_answer(
            True,
            (
                ("not_cancer", free),
                ("unexplained_lesion", free and _suspicious(case)),
                ("no_body", bodiless),
                ("sacrum", sacral),
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


def _sacral(case: GateCase) -> bool:
    """S1 and below: sacroplasty, another procedure."""
    return case.level.level is not None and level_index(case.level.level) >= level_index("S1")


def _suspicious(case: GateCase) -> bool:
    """What calls for a work-up and a biopsy though no cancer is known."""
    reader = case.level.reader
    return (
        reader.bone_quality in ("lytic", "mixed")
        or reader.body_involved_over_half is True
        or reader.posterior_wall == "disrupted"
    )


def _across(case: GateCase, outcome: Outcome) -> Outcome:
    """Edema at several levels is suspicious in whom no cancer is known."""
    several = case.company is not None and case.company.edematous >= case.policy.gates.lesion_levels
    if case.patient.cancer is not False or not several or "unexplained_lesion" in outcome.alerts:
        return outcome
    return dataclasses.replace(outcome, alerts=(*outcome.alerts, "unexplained_lesion"))


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
        Check(
            Rule("G0.cancer", "design", "the paper covers cancer-related fractures only (P1-4)"),
            lambda case: (("cancer", case.patient.cancer, "file"),),
        ),
        Check(
            Rule("G0.level", "design", "C1 has no vertebral body; cement in the sacrum is sacroplasty"),
            lambda case: (("level", case.level.level, case.level.level_origin),),
        ),
    ),
    judge=_judge,
    across=_across,
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
