"""G5: infection, uncorrected coagulopathy, allergy to cement, pregnancy (IMWG 2008)."""

from typing import Final

from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Outcome, flag, with_answer
from vcfimg.recommendation.gates.kleene import any_of
from vcfimg.recommendation.gates.rule import Rule
from vcfimg.recommendation.recommendation import Status


def _judge(case: GateCase) -> Outcome:
    patient = case.patient
    infection, coagulopathy = patient.infection, patient.coagulopathy
    allergy, pregnancy = patient.allergy, patient.pregnancy
    value = any_of((infection, coagulopathy, allergy, pregnancy))
    asked = patient.record.sex != "M" and (patient.age is None or patient.age < case.policy.gates.pregnancy_below_years)
    possible = pregnancy if asked else False
    return Outcome(
        value,
        (value,),
        missing=with_answer(None, (("infection", infection), ("coagulopathy_uncorrected", coagulopathy))),
        alerts=with_answer(
            True,
            (
                ("infection", infection),
                ("coagulopathy", coagulopathy),
                ("cement_allergy", allergy),
                ("pregnancy", pregnancy),
            ),
        ),
        confirm=with_answer(None, (("confirm_cement_allergy", allergy), ("confirm_pregnancy", possible))),
    )


def _remark(case: GateCase, answer: bool | None) -> str:
    blocks = case.patient.infection is None or case.patient.coagulopathy is None
    return "infection or coagulopathy unknown blocks" if blocks else ""


CONTRAINDICATION: Final = Gate(
    id="G5",
    title="Contraindications",
    status=Status.CONTRAINDICATED,
    checks=(
        Check(
            Rule(
                "G5.contraindication", "guideline", "IMWG 2008: infection, uncorrected coagulopathy, allergy, pregnancy"
            ),
            lambda case: (
                ("infection", case.patient.infection, "file"),
                ("coagulopathy", case.patient.coagulopathy, "file"),
                ("cement_allergy", case.patient.allergy, "file"),
                ("pregnancy", case.patient.pregnancy, "file"),
            ),
            remark=_remark,
        ),
    ),
    judge=_judge,
    inputs=(
        flag("infection", False, blocks=True, ask="Is there a local or systemic infection?"),
        flag("coagulopathy_uncorrected", False, blocks=True, ask="Is there an uncorrected coagulopathy?"),
        flag("cement_allergy", False),
        flag("pregnancy", False),
    ),
)
