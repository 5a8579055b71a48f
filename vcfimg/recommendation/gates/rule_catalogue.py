"""The catalogue of rules: identifier, source and kind of each, as they stand in every trace.

P numbers are the statements of the paper (JNCCN 2012;10:715-719). A rule whose number comes from the policy takes its
source and kind from there, so that a site's own value is never presented as the paper's.
"""

from dataclasses import dataclass
from typing import Any

from vcfimg.base import Kind
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import traced
from vcfimg.recommendation.recommendation import TraceStep


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``policy_key`` names the value that decides it, if any."""

    id: str
    kind: Kind
    source: str
    policy_key: str | None = None


RULES: tuple[Rule, ...] = (
    Rule("G1.cord", "paper", "P5: absence of clinical spinal cord compression is paramount"),
    Rule("G1.deficit", "design", "a new neurological deficit is treated like clinical compression"),
    Rule("G2.epidural", "guideline", "", "gates.escc_surgical"),
    Rule("G3.overt", "paper", "P6: absence of overt instability is paramount"),
    Rule("G3.surgeon", "design", "a surgeon's 'not stable', or translation without a surgeon's 'stable'"),
    Rule("G4.sins", "design", "", "gates.sins_unstable"),
    Rule("G5.contraindication", "guideline", "IMWG 2008: infection, uncorrected coagulopathy, allergy, pregnancy"),
    Rule("G0.age", "design", "", "gates.scope_min_age_years"),
    Rule("G0.scope", "design", "instrumented level, acute trauma, primary bone tumour are not covered"),
    Rule("G6.cancer", "paper", "the paper covers cancer-related fractures (P1-4)"),
    Rule("G6.vas", "paper", "", "gates.vas_min"),
    Rule("G6.positional", "paper", "P2: pain has a positional character (abstract and conclusion)"),
    Rule("G6.exam", "paper", "P3: pain corresponds with the examination; the distance allowed is a design choice"),
    Rule("G6.edema", "paper", "P4: pain correlates with edema on STIR; how an image shows it is a design choice"),
    Rule("G7.escc", "paper", "", "gates.escc_relative"),
    Rule("G7.retropulsion", "design", "", "gates.relative_retropulsion_mm"),
    Rule("G7.canal", "design", "", "gates.relative_canal_narrowing_percent"),
    Rule("G7.level", "design", "", "gates.relative_above_level"),
    Rule("G7.loss", "guideline", "", "gates.relative_loss_percent"),
    Rule("G7.bone", "guideline", "IMWG 2008: osteoblastic lesions are a relative contraindication"),
    Rule("G7.age", "guideline", "", "gates.relative_age_years"),
    Rule("G7.levels", "paper", "", "gates.relative_max_levels"),
    Rule("G7.sins", "design", "a SINS that may be unstable, with a surgeon's 'stable', goes to the tumour board"),
    Rule("G8.wall", "paper", "P7: the posterior cortex is frequently disrupted; unknown counts as disrupted (design)"),
    Rule("status", "design", "order G1, G2, G3, G4, G5, G0, G6, G7, G8; unknown never decides at its own row"),
    Rule("index_level", "design", "reader, else the examined level with most edema, else judged as index"),
    Rule("preference.collapse", "design", "P11, P13", "preference.bkp_favoured_loss_percent"),
    Rule("preference.junction", "design", "", "preference.junction_first"),
    Rule("preference.index", "paper", "P13: VP for non-index fractures or non-deformed vertebrae"),
    Rule("preference", "design", "table of collapse, junction and index level; a preference, never an order (P14)"),
    Rule(
        "genant",
        "guideline",
        "Genant 1993: mild from the first limit, moderate from the second, severe above the third",
    ),
    Rule("sins", "guideline", "SINS, Fisher 2010"),
    Rule(
        "biopsy", "paper", "P18-19: biopsy routinely; of paramount importance with several primaries or late metastasis"
    ),
    Rule("care.rt_dose", "paper", "", "care.prior_rt_gy"),
    Rule("care.fracture_age", "paper", "P8: older malignant fractures still benefit; age never excludes"),
)


_SHARED_STEPS = 8192
"""Steps kept for sharing; a hospital's worth of combinations fits."""


class Tracer:
    """Makes trace steps for one policy; the few-valued ones are made once and shared."""

    def __init__(self, policy: Policy) -> None:
        self._rules: dict[str, tuple[str, Kind]] = {}
        self._shared: dict[Any, TraceStep] = {}
        for rule in RULES:
            source, kind = rule.source, rule.kind
            if rule.policy_key is not None:
                basis = policy.basis[rule.policy_key]
                source, kind = (f"{source}: {basis.source}" if source else basis.source), basis.kind
            self._rules[rule.id] = source, kind
        values = policy.values()
        self.limits = {key: {"value": value, "from": "policy"} for key, value in values.items()}
        """Every policy value as a trace input."""

    def step(self, rule: str, inputs: dict[str, Any], outcome: str) -> TraceStep:
        """One step of the trace."""
        source, kind = self._rules[rule]
        return TraceStep.model_construct(rule=rule, inputs=inputs, outcome=outcome, source=source, kind=kind)

    def fact(self, rule: str, name: str, value: Any, origin: str, outcome: str, *limits: str) -> TraceStep:
        """A step with one input and the policy values it is held against, shared between patients."""
        return self.facts(rule, ((name, value, origin),), outcome, *limits)

    def facts(self, rule: str, inputs: tuple[tuple[str, Any, str], ...], outcome: str, *limits: str) -> TraceStep:
        """As :meth:`fact`, with several inputs given as (name, value, origin)."""
        key = (rule, inputs, outcome)
        found = self._shared.get(key)
        if found is None:
            entries = {name: traced(value, origin) for name, value, origin in inputs}
            for limit in limits:
                entries[limit.rsplit(".", 1)[-1]] = self.limits[limit]
            found = self.step(rule, entries, outcome)
            if len(self._shared) < _SHARED_STEPS:
                self._shared[key] = found
        return found


def word(value: bool | None) -> str:
    """``true``, ``false`` or ``unknown``."""
    return "unknown" if value is None else ("true" if value else "false")
