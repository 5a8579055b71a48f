"""A course of training: networks that learn from the same patches, its checkpoint and its recipe."""

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader

from pipelines.training.bank import bank_files
from pipelines.training.learner import Learner
from pipelines.training.net import export
from pipelines.training.patches import Patches
from pipelines.training.sample_pool import Batch, Pool


def learning_rate(highest: float, step: int, progress: float) -> float:
    """A short rise, then a cosine down to a fiftieth."""
    return float(highest * min(1, (step + 1) / 200) * (0.5 * (1 + np.cos(np.pi * progress)) * 0.98 + 0.02))


@dataclass
class Course:
    """The networks that learn from the same patches, and how far they have come; ``spent`` is in seconds."""

    learners: list[Learner]
    out: Path
    device: torch.device
    spent: float = 0.0
    step: int = 0
    losses: list[torch.Tensor] = field(default_factory=list)

    @property
    def checkpoint(self) -> Path:
        """Where it goes on from after an interruption."""
        return self.out / "checkpoint.pt"

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        for learner in self.learners:
            learner.restore(state[learner.name])
        self.spent, self.step = state["spent"], state["step"]

    def save(self) -> None:
        """Write the checkpoint and the networks as they would ship."""
        state = {learner.name: learner.state() for learner in self.learners}
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state | {"spent": self.spent, "step": self.step}, partial)
        partial.replace(self.checkpoint)
        for learner in self.learners:
            export(learner.shipped(), self.out / f"spine_unet_{learner.name}.onnx")

    def learn(self, batch: Batch, rate: float) -> None:
        """One step of every network."""
        self.losses.append(torch.stack([learner.step(batch, rate) for learner in self.learners]))
        self.step += 1
        if self.step % 50 == 0:
            losses = " ".join(f"{m:.4f}" for m in self.mean_losses(50))
            print(f"step {self.step} {self.spent / 60:.1f} min loss {losses}", flush=True)

    def mean_losses(self, steps: int) -> list[float]:
        """Of each network over the last steps."""
        return [float(x) for x in torch.stack(self.losses[-steps:]).mean(0)]

    def fit(self, options: argparse.Namespace) -> None:
        """Learn until the time is over."""
        pool = Pool(self.device)
        loader = DataLoader(
            Patches(options.bank, options.spider, options.seed + self.step),
            batch_size=options.batch,
            num_workers=options.workers,
            prefetch_factor=4,
        )
        before, started, saved = self.spent, time.time(), time.time()
        for new in loader:
            fresh = tuple(part.to(self.device) for part in new)
            if options.repeats > 1:
                pool.put(fresh)
            self.spent = before + time.time() - started
            progress = min(self.spent / (options.minutes * 60), 1.0)
            for k in range(options.repeats):
                batch = fresh if k == 0 else pool.draw(options.batch)
                self.learn(batch, learning_rate(options.rate, self.step, progress))
            finished = progress >= 1.0
            if finished or time.time() - saved > options.save_minutes * 60:
                self.save()
                saved = time.time()
            if finished:
                return

    def recipe(self, options: argparse.Namespace) -> dict[str, object]:
        """What a rerun needs to know, and the losses reached."""
        return {
            "seed": options.seed,
            "minutes": options.minutes,
            "steps": self.step,
            "batch": options.batch,
            "repeats": options.repeats,
            "people": len(bank_files(options.bank)),
            "spider": bool(options.spider),
            "loss": dict(zip((learner.name for learner in self.learners), self.mean_losses(200), strict=True)),
        }
