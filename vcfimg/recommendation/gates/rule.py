"""Rules and the steps they leave in a trace, each with its source and kind.

P numbers are the statements of the paper (JNCCN 2012;10:715-719). A rule whose number comes from the policy takes its
source and kind from there, so that a site's own value is never presented as the paper's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from vcfimg.base import Kind
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import traced
from vcfimg.recommendation.recommendation import TraceStep

Readings = tuple[tuple[str, Any, str], ...]
"""What a rule read: (name, value, origin) of each input."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``policy_key`` names the value that decides it, if any."""

    id: str
    kind: Kind
    source: str
    policy_key: str | None = None


SHARED_STEPS: Final = 8192
"""Steps kept for sharing; a hospital's worth of combinations fits."""


class Tracer:
    """Makes trace steps for one policy; the few-valued ones are made once and shared."""

    def __init__(self, policy: Policy, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, tuple[str, Kind]] = {}
        self._shared: dict[Any, TraceStep] = {}
        self.answered: dict[Any, TraceStep] = {}
        """The same steps by what a check of a gate read and came to: most levels of a bulk find theirs here."""
        for rule in rules:
            source, kind = rule.source, rule.kind
            if rule.policy_key is not None:
                basis = policy.basis[rule.policy_key]
                source, kind = (f"{source}: {basis.source}" if source else basis.source), basis.kind
            self._rules[rule.id] = source, kind
        self.limits = {key: {"value": value, "from": "policy"} for key, value in policy.values().items()}
        """Every policy value as a trace input."""

    def step(
        self, rule: str, inputs: dict[str, Any], outcome: str, gate: str | None = None, answer: bool | None = None
    ) -> TraceStep:
        """One step of the trace; ``gate`` and ``answer`` where the rule belongs to a gate."""
        source, kind = self._rules[rule]
        return TraceStep.model_construct(
            rule=rule, gate=gate, answer=answer, inputs=inputs, outcome=outcome, source=source, kind=kind
        )

    def fact(self, rule: str, name: str, value: Any, origin: str, outcome: str, *limits: str) -> TraceStep:
        """A step with one input and the policy values it is held against, shared between patients."""
        return self.facts(rule, ((name, value, origin),), outcome, limits)

    def facts(
        self,
        rule: str,
        inputs: Readings,
        outcome: str,
        limits: tuple[str, ...] = (),
        gate: str | None = None,
        answer: bool | None = None,
    ) -> TraceStep:
        """As :meth:`fact`, with several inputs; a rule of a gate says which, and its answer."""
        key = (rule, inputs, outcome)
        found = self._shared.get(key)
        if found is None:
            entries = {name: traced(value, origin) for name, value, origin in inputs}
            for limit in limits:
                entries[limit.rsplit(".", 1)[-1]] = self.limits[limit]
            found = self.step(rule, entries, outcome, gate, answer)
            if len(self._shared) < SHARED_STEPS:
                self._shared[key] = found
        return found


def word(value: bool | None) -> str:
    """``true``, ``false`` or ``unknown``."""
    return "unknown" if value is None else ("true" if value else "false")
