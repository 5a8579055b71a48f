"""The training loss: cross-entropy and Dice over sets of allowed classes, and the core's binary cross-entropy."""

import torch
from torch import Tensor

from vcfimg.imaging.segmentation import Tissue

CLASS_WEIGHT = torch.tensor([1.0, 1.6, 2.0, 1.2, 1.6, 1.2])
CORE_WEIGHT = torch.tensor(2.0)
UNKNOWN_CORE = 2


def total_loss(logits: Tensor, allowed: Tensor, core: Tensor) -> Tensor:
    """Loss of a batch.

    Parameters
    ----------
    logits
        ``(n, 7, h, w)``.
    allowed
        uint8 ``(n, h, w)``: bit c set where class c may be true. Several bits: the pixel only has to be one of them.
    core
        uint8 ``(n, h, w)``: 0, 1, or 2 where unknown.
    """
    logits = logits.float()
    bits = torch.stack([(allowed >> c) & 1 for c in range(6)], 1).bool()
    log_p = torch.log_softmax(logits[:, :6], 1)
    hit = torch.logsumexp(log_p.masked_fill(~bits, -30.0), 1)
    share = bits.float() / bits.sum(1, keepdim=True)
    weight = (share * CLASS_WEIGHT.to(logits.device)[None, :, None, None]).sum(1)
    cross_entropy = -(hit * weight).mean() / weight.mean()
    p = log_p.exp()
    settled = (bits.sum(1) == 1).float()
    dice = logits.new_zeros(())
    for c in (Tissue.BODY, Tissue.DISC, Tissue.CANAL, Tissue.SACRUM, Tissue.POSTERIOR):
        target = bits[:, c].float() * settled
        guess = p[:, c] * settled
        overlap = 2 * (guess * target).sum((1, 2)) + 40
        dice = dice + (1 - overlap / (guess.sum((1, 2)) + target.sum((1, 2)) + 40)).mean() / 5
    known = (core != UNKNOWN_CORE).float()
    core_loss = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[:, 6], core.float(), known, reduction="sum", pos_weight=CORE_WEIGHT.to(logits.device)
    ) / known.sum().clamp_min(1)
    return cross_entropy + 0.6 * dice + 0.5 * core_loss
