"""One network in training: its weights, their running mean, and the optimiser."""

from typing import Any, Final

import torch
from torch import Tensor, nn

from pipelines.training.net import SpineUNet
from pipelines.training.objective import total_loss
from pipelines.training.sample_pool import Batch

MEAN_DECAY: Final = 0.998
LONGEST_GRADIENT: Final = 3.0


def running_mean(model: nn.Module, decay: float) -> torch.optim.swa_utils.AveragedModel:
    """The exponential mean of a network's weights and buffers."""
    average = torch.optim.swa_utils.get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=average, use_buffers=True)


class Learner:
    """A network of ``widths`` channels per level, on ``device``."""

    def __init__(self, model: SpineUNet, widths: tuple[int, ...], device: torch.device) -> None:
        self.widths, self.device = widths, device
        self.model = model.to(device).train()
        self.mean = running_mean(self.model, MEAN_DECAY)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), weight_decay=1e-4)

    @property
    def name(self) -> str:
        """The widths, as files are named."""
        return "-".join(str(w) for w in self.widths)

    def step(self, batch: Batch, rate: float) -> Tensor:
        """One step at learning ``rate``; the loss stays on the device."""
        image, allowed, core = batch
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.device.type == "cuda"):
            logits = self.model(image[:, None])
        loss = total_loss(logits, allowed, core)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), LONGEST_GRADIENT)
        self.optimiser.step()
        self.mean.update_parameters(self.model)
        return loss.detach()

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {
            "model": self.model.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self.optimiser.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.model.load_state_dict(state["model"])
        self.mean.load_state_dict(state["mean"])
        self.optimiser.load_state_dict(state["optimiser"])

    def shipped(self) -> SpineUNet:
        """The mean network, on the CPU."""
        copy = SpineUNet(self.widths)
        copy.load_state_dict(self.mean.module.state_dict())
        return copy
