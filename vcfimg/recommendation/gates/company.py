"""What the levels of one patient know of each other: candidates, edema, and dangers that travel (section 2)."""

from collections.abc import Sequence
from typing import Final

from vcfimg.recommendation.gates.gate import DANGERS_THAT_TRAVEL, Company
from vcfimg.recommendation.gates.gate_outcomes import GateOutcomes
from vcfimg.recommendation.gates.gate_table import GATES
from vcfimg.recommendation.recommendation import Status

_TRAVELLING: Final = tuple(gate for gate in GATES if gate.id in DANGERS_THAT_TRAVEL)


def _hopeful(gates: GateOutcomes) -> bool:
    """Whether a level is a candidate, or lacks only facts that hold at every level to become one."""
    status = gates.status()
    if status is not Status.INDETERMINATE:
        return status in (Status.CANDIDATE, Status.CANDIDATE_MDT)
    own = (path for path in gates.missing() if "." in path or path == "exam_levels")
    return not gates.case.patient.refused and not any(own)


def companies_of(judged: Sequence[GateOutcomes]) -> list[Company]:
    """The company of each level, in their order."""
    candidates = sum(gates.status() in (Status.CANDIDATE, Status.CANDIDATE_MDT) for gates in judged)
    edematous = sum(gates.case.level.edema_seen is True for gates in judged)
    if len(judged) == 1:
        return [Company(candidates, edematous, possible=1)]
    hopeful = [_hopeful(gates) for gates in judged]
    raised = [frozenset(gate.id for gate in _TRAVELLING if gates[gate].value is True) for gates in judged]
    blocked = [frozenset(gate.id for gate in _TRAVELLING if gates[gate].missing) for gates in judged]
    return [
        Company(
            candidates,
            edematous,
            possible=sum(hopeful) + (not hopeful[place]),
            dangers=frozenset().union(*raised[:place], *raised[place + 1 :]),
            undecided=frozenset().union(*blocked[:place], *blocked[place + 1 :]),
        )
        for place in range(len(judged))
    ]
