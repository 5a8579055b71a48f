"""What a refused record may still say: whatever raises concern, and nothing that lowers it."""

from vcfimg.clinical.inputs import LevelInputs
from vcfimg.policy import Policy


def only_dangers(reader: LevelInputs, policy: Policy) -> LevelInputs:
    """What a refused record may still say about a level: values that raise G1-G5, the SINS items among them.

    They never lower concern: where the image shows a greater loss, the image prevails.
    """
    intact = reader.loss_percent is not None and reader.loss_percent < policy.sins.intact_percent
    return LevelInputs.model_construct(
        escc=reader.escc if reader.escc in policy.gates.escc_surgical else None,
        alignment=reader.alignment if reader.alignment != "normal" else None,
        posterolateral=reader.posterolateral if reader.posterolateral != "none" else None,
        bone_quality=reader.bone_quality if reader.bone_quality != "blastic" else None,
        body_involved_over_half=reader.body_involved_over_half or None,
        loss_percent=None if intact else reader.loss_percent,
        loss_uncertainty=None if intact else reader.loss_uncertainty,
        surgeon_stable=False if reader.surgeon_stable is False else None,
        collapse=reader.collapse if reader.collapse != "none" else None,
        sins_reported=reader.sins_reported or None,
        posterior_wall=reader.posterior_wall if reader.posterior_wall == "disrupted" else None,
    )


def danger(value: bool | None, kept: bool) -> bool | None:
    """``value``, of which a refused record (not ``kept``) may only say True."""
    return value if kept else (value or None)
