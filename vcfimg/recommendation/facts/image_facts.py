"""What the images say about one vertebra: its loss, its edema, and whether it is worth a recommendation."""

import functools

from vcfimg.imaging.measurement import SHAPE_OR_LOSS, Genant, StirFinding, VertebraMeasurement
from vcfimg.policy import Policy


def image_edema(stir: StirFinding, policy: Policy) -> bool | None:
    """Edema as the image shows it, by the policy's fractions; None between them or where derivation left it open."""
    fraction = stir.edema_fraction
    if fraction is None or (stir.edema is None and stir.reasons):
        return stir.edema
    if fraction >= policy.measurement.edema_fraction_true:
        return True
    return False if fraction <= policy.measurement.edema_fraction_false else None


def image_loss(vertebra: VertebraMeasurement) -> float | None:
    """Index loss from the images, None when the vertebra's numbers may not be used."""
    return vertebra.loss_percent.index if vertebra.quality.measured else None


def may_be_shape(vertebra: VertebraMeasurement) -> bool:
    """Whether the normal shape of its level may explain the low height, and nothing else speaks for a fracture."""
    return SHAPE_OR_LOSS in vertebra.quality.reasons


def is_abnormal(vertebra: VertebraMeasurement, policy: Policy) -> bool:
    """Fractured or edematous by the policy."""
    loss = image_loss(vertebra)
    if loss is not None and loss >= policy.measurement.fracture_loss_percent:
        return True
    return image_edema(vertebra.stir, policy) is True


def genant_of(loss: float | None, vertebra: VertebraMeasurement | None, policy: Policy) -> Genant | None:
    """Grade of the loss that decides, type from the images (clinical.md section 4)."""
    if loss is None:
        return None
    limits = policy.measurement
    if loss < limits.genant_mild_percent:
        grade = 0
    elif loss < limits.genant_moderate_percent:
        grade = 1
    else:
        grade = 2 if loss <= limits.genant_severe_percent else 3
    kind = vertebra.genant.type if grade and vertebra is not None and vertebra.genant is not None else None
    return _genant(grade, kind)


@functools.lru_cache(maxsize=32)
def _genant(grade: int, kind: str | None) -> Genant:
    return Genant.model_construct(grade=grade, type=kind)
