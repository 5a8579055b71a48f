"""G2: a surgical grade of epidural compression, ESCC (Bilsky) on imaging."""

from typing import Final

from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Outcome, choices
from vcfimg.recommendation.gates.mri_age import from_mri
from vcfimg.recommendation.gates.rule import Rule
from vcfimg.recommendation.recommendation import Status


def _judge(case: GateCase) -> Outcome:
    escc = case.level.escc
    if escc is None:
        return Outcome(None, (None,), missing=from_mri(case, "escc"))
    high = escc in case.policy.gates.escc_surgical
    return Outcome(high, (high,), alerts=("epidural_high_grade",) if high else ())


EPIDURAL: Final = Gate(
    id="G2",
    title="Epidural disease",
    status=Status.SURGICAL_REVIEW,
    checks=(
        Check(
            Rule("G2.epidural", "guideline", "", "gates.escc_surgical"),
            lambda case: (("escc", case.level.escc, case.level.escc_origin),),
            limits=("gates.escc_surgical",),
        ),
    ),
    judge=_judge,
    inputs=(
        choices("escc", "0", "1b", "2", blocks=True, ask="Which epidural grade (ESCC, Bilsky) is seen on axial T2?"),
    ),
)
