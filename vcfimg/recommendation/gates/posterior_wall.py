"""G8: the posterior wall is disrupted, or nobody says that it is intact (P7)."""

from typing import Final

from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Outcome
from vcfimg.recommendation.gates.rule import Rule


def _judge(case: GateCase) -> Outcome:
    open_ = case.level.reader.posterior_wall != "intact" or case.level.collapse_stale
    return Outcome(open_, (open_,))


POSTERIOR_WALL: Final = Gate(
    id="G8",
    title="Posterior wall",
    status=None,
    checks=(
        Check(
            Rule(
                "G8.wall",
                "paper",
                "P7: the posterior cortex is frequently disrupted; unknown counts as disrupted (design)",
            ),
            lambda case: (("posterior_wall", case.level.reader.posterior_wall, "reader"),),
        ),
    ),
    judge=_judge,
)
