"""Whether a loss of height is a fracture, or the shape that this person was born with.

From the policy's limit on (Genant's 20 %) a loss counts as a fracture. Where healthy bodies of the level reach that
limit themselves, three standard deviations of a healthy body's reading (Eastell 1991 and McCloskey 1993 draw the line
there) take its place, unless a second sign speaks for a collapse: edema, or the other heights of the same body. What is
left is neither: it may be shape, it may be a loss, and a reader decides.
"""

from typing import Final

from vcfimg.imaging.measurement import LossPercent
from vcfimg.imaging.raw import POSITIONS, Heights, Position, at
from vcfimg.policy.measurement_section import MeasurementPolicy

SIGN_WIDTHS: Final = 1.28
"""Half-widths (2.5 standard deviations) that a loss with a second sign in the other heights still has to reach: it only
asks for more than Genant's limit where the level is a guess (design)."""


def is_fractured(
    loss: LossPercent, normal_half_width: Heights, policy: MeasurementPolicy, *, edema: bool | None
) -> bool | None:
    """True from the limit of the level on, False below Genant's; None between the two, or where no loss is known.

    Parameters
    ----------
    normal_half_width
        95 % half-widths of the losses that a healthy body of this level is read with, percent points.
    edema
        What STIR shows of this body; only True says anything here.
    """
    if loss.index is None:
        return None
    low = [x for x in POSITIONS if _of(loss, x) >= policy.fracture_loss_percent]
    if not low:
        return False
    return True if edema is True or any(_is_sure(loss, x, normal_half_width, policy) for x in low) else None


def _is_sure(loss: LossPercent, x: Position, normal_half_width: Heights, policy: MeasurementPolicy) -> bool:
    """Whether the amount, or the body's own other heights, say that this height was lost.

    A wedge lowers the front against the back, and the middle with it; a biconcave body sinks between its corners:
    neighbours and numbering have no part in that. The back gives way in a crush alone, with the front: a posterior
    height that is low by itself is a lordotic wedge. A whole body may be small beside its neighbours, so heights that
    are all low need the amount.
    """
    own, share = _of(loss, x), policy.fracture_companion_share
    if own > policy.genant_severe_percent:
        return True
    width = at(normal_half_width, x) or 0.0
    enough = own >= policy.fracture_normal_widths * width
    if x == "posterior":
        return enough and _of(loss, "anterior") >= share * own
    if own < SIGN_WIDTHS * width:
        return False
    wedge = x == "anterior" and min(_of(loss, "middle"), own - _of(loss, "posterior")) >= share * own
    sunken = x == "middle" and own - 0.5 * (_of(loss, "anterior") + _of(loss, "posterior")) >= share * own
    return enough or wedge or sunken


def _of(loss: LossPercent, x: Position) -> float:
    value: float | None = getattr(loss, x)
    return 0.0 if value is None else value
