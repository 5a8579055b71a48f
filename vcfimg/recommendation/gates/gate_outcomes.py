"""The gates of one level, judged: the status that follows, what decided it, what blocks, and the trace."""

from dataclasses import dataclass

from vcfimg.recommendation.gates.gate import Company, Gate, GateCase, Outcome
from vcfimg.recommendation.gates.gate_table import GATES
from vcfimg.recommendation.gates.rule import SHARED_STEPS, Tracer, word
from vcfimg.recommendation.recommendation import Status, TraceStep


@dataclass(slots=True)
class GateOutcomes:
    """The outcome of every gate at one level, in the order of the table."""

    case: GateCase
    outcomes: list[Outcome]

    def __getitem__(self, gate: Gate) -> Outcome:
        return self.outcomes[_PLACE[gate.id]]

    def raised(self) -> Gate | None:
        """The first gate that settles the status whatever is unknown: a danger, the scope, or an offer rule not met."""
        for gate, outcome in zip(GATES, self.outcomes, strict=True):
            if outcome.value is gate.raised_by and gate.status is not None and not gate.refers:
                return gate
        return None

    def blocking(self) -> tuple[Gate, ...]:
        """The gates that keep the level from being a candidate because something is unknown."""
        return tuple(gate for gate, outcome in zip(GATES, self.outcomes, strict=True) if outcome.missing)

    def referring(self) -> Gate | None:
        """The first gate that sends a candidate to the tumour board."""
        for gate, outcome in zip(GATES, self.outcomes, strict=True):
            if gate.refers and outcome.value:
                return gate
        return None

    def status(self) -> Status:
        """First what is raised, else INDETERMINATE while anything blocks, else a candidate."""
        raised = self.raised()
        if raised is not None and raised.status is not None:
            return raised.status
        if self.case.patient.refused or any(outcome.missing for outcome in self.outcomes):
            return Status.INDETERMINATE
        referring = self.referring()
        return Status.CANDIDATE if referring is None or referring.status is None else referring.status

    def decider(self) -> str:
        """What settled the status, as the trace says it: a gate, or what is unknown."""
        raised = self.raised()
        if raised is not None:
            return raised.id
        names = [gate.id for gate in self.blocking()]
        if self.case.patient.refused:
            names.append("record refused")
        if names:
            return "unknown: " + ", ".join(names)
        referring = self.referring()
        return "none raised" if referring is None else referring.id

    def missing(self) -> tuple[str, ...]:
        """Paths of the unknown inputs that could change the status, in the order in which the gates would use them.

        These are what the gates before the deciding one lack, and what could undo every gate that gave the status.
        """
        raised = self.raised()
        status = None if raised is None else raised.status
        paths: list[str] = []
        for gate, outcome in zip(GATES, self.outcomes, strict=True):
            if raised is not None and gate.status is status:
                break
            paths += outcome.missing
        if raised is not None:
            paths += self._ways_out(raised.status)
        return tuple(dict.fromkeys(paths))

    def _ways_out(self, status: Status | None) -> list[str]:
        given_by = [
            outcome
            for gate, outcome in zip(GATES, self.outcomes, strict=True)
            if gate.status is status and outcome.value is gate.raised_by
        ]
        if not all(outcome.undone_by for outcome in given_by):
            return []
        return [path for outcome in given_by for path in outcome.undone_by]

    def alerts(self) -> list[str]:
        """Codes of the alerts, in the order of the gates."""
        return [code for outcome in self.outcomes for code in outcome.alerts]

    def confirm(self) -> list[str]:
        """Codes of what is to be confirmed before a procedure, in the order of the gates."""
        return [code for outcome in self.outcomes for code in outcome.confirm]

    def look_across(self, company: Company) -> None:
        """Let the gates that look at the other levels see what these came to."""
        self.case.company = company
        for place, gate in _ACROSS:
            self.outcomes[place] = gate.across(self.case, self.outcomes[place]) if gate.across else self.outcomes[place]

    def trace(self, tracer: Tracer) -> list[TraceStep]:
        """A step for every rule, in the order of the gates."""
        case, steps, shared = self.case, [], tracer.answered
        for gate, outcome in zip(GATES, self.outcomes, strict=True):
            for check, answer in zip(gate.checks, outcome.answers, strict=True):
                reads = check.reads(case)
                remark = "" if check.remark is None else check.remark(case, answer)
                key = (check.rule.id, reads, answer, remark)
                step = shared.get(key)
                if step is None:
                    said = f"{word(answer)}; {remark}" if remark else word(answer)
                    step = tracer.facts(check.rule.id, reads, said, check.limits, gate.id, answer)
                    if len(shared) < SHARED_STEPS:
                        shared[key] = step
                steps.append(step)
        return steps


def judge(case: GateCase) -> GateOutcomes:
    """Evaluate every gate at one level, those that look at the other levels as far as they go alone."""
    return GateOutcomes(case, [gate.judge(case) for gate in GATES])


_PLACE = {gate.id: place for place, gate in enumerate(GATES)}
_ACROSS = tuple((place, gate) for place, gate in enumerate(GATES) if gate.across is not None)
