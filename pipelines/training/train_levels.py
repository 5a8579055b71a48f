"""Train the level network: ``python -m pipelines.training.train_levels --out runs/levels --spider FOLDER``.

Needs a painted bank (``pipelines.training.train`` paints it). Twenty minutes on two cores are enough. At the end it
writes the ONNX weights, and how the held-out SPIDER patients and people of the bank were judged.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from pipelines.training.bank import bank_files
from pipelines.training.columns import Column, spider_columns, stored_column
from pipelines.training.course import learning_rate
from pipelines.training.learner import running_mean
from pipelines.training.level_views import (
    HELD_OUT,
    LAST_BANK_SEED,
    LevelViews,
    views,
)
from pipelines.training.net import write_onnx
from vcfimg.imaging.landmarks.level_fit import LEVELS
from vcfimg.imaging.landmarks.level_shape import SIZE, WEIGHTS

WIDTHS: Final = (16, 32, 64, 96, 128)
INPUTS: Final = 5
HIDDEN: Final = 64
DROPOUT: Final = 0.3
SMOOTHING: Final = 0.05
AVERAGED: Final = 0.01
"""Share of the newest weights in the running mean that is shipped."""
TEST_DRAWS: Final = 4


class LevelNet(nn.Module):
    """Input ``(n, 5, 80, 80)``; output ``(n, 7)`` logits of the levels from L5 up."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for k, (before, width) in enumerate(zip((INPUTS, *WIDTHS[:-1]), WIDTHS, strict=True)):
            layers += [nn.Conv2d(before, width, 3, 1 if k else 2, padding=1, bias=False), nn.BatchNorm2d(width)]
            layers += [nn.ReLU(inplace=True), *([nn.MaxPool2d(2)] if k else [])]
        rest = SIZE // 2 ** len(WIDTHS)
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Sequential(
            nn.Dropout(DROPOUT), nn.Linear(WIDTHS[-1] * rest * rest, HIDDEN), nn.ReLU(),
            nn.Dropout(DROPOUT), nn.Linear(HIDDEN, len(LEVELS)),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.features(x))
        return out


class LogProbabilities(nn.Module):
    """The network as it is shipped."""

    def __init__(self, network: LevelNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return torch.log_softmax(self.network(x), 1)


def export_levels(network: LevelNet, target: Path) -> None:
    """Write the network as ONNX with a dynamic batch."""
    example = torch.zeros(1, INPUTS, SIZE, SIZE)
    write_onnx(LogProbabilities(network), example, target, ("views", "log_probabilities"), {0: "n"})


def fit(data: LevelViews, minutes: float, rate: float, batch: int, workers: int) -> LevelNet:
    """Learn for so long; the mean of the latest weights is returned."""
    network, started = LevelNet(), time.time()
    mean = running_mean(network, 1 - AVERAGED)
    optimiser = torch.optim.AdamW(network.parameters(), rate, weight_decay=0.02)
    losses: list[float] = []
    for step, (x, place) in enumerate(DataLoader(data, batch_size=batch, num_workers=workers)):
        progress = min((time.time() - started) / (60 * minutes), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(rate, step, progress)
        loss = nn.functional.cross_entropy(network(x), place, label_smoothing=SMOOTHING)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        mean.update_parameters(network)
        losses.append(loss.item())
        if step % 200 == 199:
            print(f"step {step + 1} {progress * minutes:.1f} min loss {np.mean(losses[-200:]):.4f}", flush=True)
        if progress >= 1:
            break
    trained = LevelNet()
    trained.load_state_dict(mean.module.state_dict())
    return trained


def right_share(network: LevelNet, columns: Sequence[Column], rng: np.random.Generator) -> dict[str, float]:
    """Share of views given their right level, by level."""
    seen = [v for column in columns for _ in range(TEST_DRAWS) for v in views(column, rng)]
    places = np.array([place for _, place in seen])
    network.eval()
    with torch.no_grad():
        said = [
            network(torch.from_numpy(np.stack([x for x, _ in seen[k : k + 256]]))) for k in range(0, len(seen), 256)
        ]
    right = torch.cat(said).argmax(1).numpy() == places
    return {level: round(float(right[places == k].mean()), 3) for k, level in enumerate(LEVELS) if (places == k).any()}


def main() -> None:
    """Run the recipe."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.training.train_levels", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/levels"))
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"))
    parser.add_argument("--spider", type=Path, required=True, help="folder with images/ and masks/ (CC BY 4.0)")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    patients = spider_columns(options.spider)
    names = sorted(patients)
    test, learnt = names[::HELD_OUT], [n for k, n in enumerate(names) if k % HELD_OUT]
    data = LevelViews(options.bank, [c for n in learnt for c in patients[n]], options.seed)
    network = fit(data, options.minutes, options.rate, options.batch, options.workers)
    torch.save(network.state_dict(), options.out / "level_shape.pt")
    export_levels(network, options.out / WEIGHTS)
    rng = np.random.default_rng(options.seed)
    kept = [f for f in bank_files(options.bank) if int(f.stem) >= LAST_BANK_SEED]
    bank = [c for f in kept for which in (0, 1) if (c := stored_column(f, which)) is not None]
    report = {
        "seed": options.seed,
        "minutes": options.minutes,
        "spider_patients_learnt": len(learnt),
        "right_spider": right_share(network, [c for n in test for c in patients[n]], rng),
        "right_bank": right_share(network, bank, rng),
    }
    (options.out / "recipe.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
