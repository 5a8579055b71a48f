"""G1: clinical cord or cauda compression, or a new neurological deficit (P5)."""

from typing import Final

from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Outcome, flag, with_answer
from vcfimg.recommendation.gates.kleene import any_of
from vcfimg.recommendation.gates.rule import Rule
from vcfimg.recommendation.recommendation import Status


def _judge(case: GateCase) -> Outcome:
    patient = case.patient
    cord, deficit = patient.cord, patient.deficit
    alerts = with_answer(True, (("cord_compression", cord), ("neurological_deficit", deficit)))
    if patient.neurology_abnormal:
        alerts += ("neurology_abnormal",)
    if patient.given:
        alerts += with_answer(None, (("cord_unknown", cord), ("deficit_unknown", deficit)))
    return Outcome(
        any_of((cord, deficit)),
        (cord, deficit),
        missing=with_answer(None, (("clinical_cord_compression", cord), ("new_neurological_deficit", deficit))),
        alerts=alerts,
    )


NEUROLOGY: Final = Gate(
    id="G1",
    title="Neurology",
    status=Status.EMERGENCY_REVIEW,
    checks=(
        Check(
            Rule("G1.cord", "paper", "P5: absence of clinical spinal cord compression is paramount"),
            lambda case: (("clinical_cord_compression", case.patient.cord, "file"),),
        ),
        Check(
            Rule("G1.deficit", "design", "a new neurological deficit is treated like clinical compression"),
            lambda case: (("new_neurological_deficit", case.patient.deficit, "file"),),
        ),
    ),
    judge=_judge,
    inputs=(
        flag(
            "clinical_cord_compression",
            False,
            blocks=True,
            ask="Are there clinical signs of cord or cauda compression?",
        ),
        flag("new_neurological_deficit", False, blocks=True, ask="Is there a new neurological deficit?"),
    ),
)
