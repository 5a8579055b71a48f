"""BKP versus VP by degree of collapse, junction and index level; the thresholds are design choices."""

from dataclasses import dataclass
from typing import Final

from vcfimg.level_names import level_index
from vcfimg.policy import Policy
from vcfimg.policy.decision_sections import PreferencePolicy
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.gates.gate import Input, flag
from vcfimg.recommendation.recommendation import Preference

_P = Preference
_TABLE: dict[tuple[bool, bool], tuple[Preference, Preference, Preference]] = {
    (True, False): (_P.VP_ACCEPTABLE, _P.BKP_GENERAL, _P.BKP_FAVOURED),
    (True, True): (_P.OPERATOR_CHOICE, _P.BKP_FAVOURED, _P.BKP_FAVOURED),
    (False, False): (_P.VP_ACCEPTABLE, _P.VP_ACCEPTABLE, _P.OPERATOR_CHOICE),
    (False, True): (_P.VP_ACCEPTABLE, _P.OPERATOR_CHOICE, _P.OPERATOR_CHOICE),
}
"""(index, junction) -> preference for no deformity, deformity, significant collapse."""

_ROUNDING: Final = 1e-9
"""So that 19.9 +/- 0.1 reaches 20."""


@dataclass(slots=True)
class Choice:
    """The table's value with what led to it."""

    preference: Preference
    junction: bool | None
    degree: int | None
    """0 not deformed, 1 deformed, 2 significantly collapsed."""
    borderline: tuple[float, ...]
    possible: tuple[Preference, ...] = ()
    """Without a level name: what the table gives for either location, when they differ."""


def in_junction(level: str | None, policy: PreferencePolicy) -> bool | None:
    """Whether ``level`` lies in the thoracolumbar junction; T13 counts as T12, L6 as L5 (already canonical here)."""
    if level is None:
        return None
    return level_index(policy.junction_first) <= level_index(level) <= level_index(policy.junction_last)


def choose(facts: LevelFacts, policy: PreferencePolicy) -> Choice:
    """Read the table; unknown loss names no procedure."""
    junction = in_junction(facts.rule_level, policy)
    loss = facts.loss
    limits = (policy.deformed_loss_percent, policy.bkp_favoured_loss_percent)
    borderline: tuple[float, ...] = ()
    if loss is not None:
        # a height that healthy bodies of this level may have deforms nothing yet, and is never called without the doubt
        degree = 0 if facts.shape else (loss >= limits[0]) + (loss >= limits[1])
        near = [abs(loss - limit) <= facts.uncertainty + _ROUNDING for limit in limits]
        borderline = tuple(
            limit for limit, is_near in zip(limits, (near[0] or facts.shape, near[1]), strict=True) if is_near
        )
    elif facts.reader.collapse == "over_half":
        degree = len(limits)  # more than half of the height is lost, which no limit exceeds
    else:
        return Choice(_P.UNDETERMINED, junction, None, ())
    if junction is None:
        outside, inside = _TABLE[facts.index, False][degree], _TABLE[facts.index, True][degree]
        if outside is not inside:
            return Choice(_P.UNDETERMINED, None, degree, borderline, (outside, inside))
        return Choice(outside, None, degree, borderline)
    return Choice(_TABLE[facts.index, junction][degree], junction, degree, borderline)


def lacking(preference: Preference, facts: LevelFacts) -> tuple[str, ...]:
    """Path of the unknown input that keeps the preference undetermined."""
    if preference is not _P.UNDETERMINED:
        return ()
    return (f"{facts.path}.loss_percent" if facts.loss is None else f"{facts.path}.level",)


def _around_the_limits(policy: Policy, level: str) -> tuple[float, ...]:
    limits = policy.preference
    return (
        limits.deformed_loss_percent - 1,
        limits.deformed_loss_percent,
        limits.bkp_favoured_loss_percent - 1,
        limits.bkp_favoured_loss_percent,
    )


PREFERENCE_INPUTS: Final = (
    flag("index", True, at_level=True),
    Input("loss_percent", _around_the_limits, at_level=True),
)
"""The facts that the table is read by."""
