"""Genant grade and type: grade 1 [20, 25) %, 2 [25, 40] %, 3 above 40 % (Genant 1993; limits in the policy)."""

from typing import Literal

from vcfimg.imaging.measurement import Genant, LossPercent
from vcfimg.imaging.raw import POSITIONS, Position
from vcfimg.policy.measurement_section import MeasurementPolicy

_TYPE: dict[Position, Literal["wedge", "biconcave", "crush"]] = {
    "anterior": "wedge",
    "middle": "biconcave",
    "posterior": "crush",
}


def genant(loss: LossPercent, policy: MeasurementPolicy) -> Genant | None:
    """Grade by the index loss, type by the most reduced height; None when no loss is known."""
    if loss.index is None:
        return None
    if loss.index < policy.genant_mild_percent:
        return Genant(grade=0)
    limits = (loss.index >= policy.genant_moderate_percent, loss.index > policy.genant_severe_percent)
    grade = 1 + sum(limits)
    position = next(x for x in POSITIONS if getattr(loss, x) == loss.index)
    return Genant(grade=grade, type=_TYPE[position])
