"""Train the spine network: ``python -m pipelines.training.train --out runs/net [--spider FOLDER] [--minutes 60]``.

Paints the phantom bank while it trains, saves a checkpoint every few minutes, resumes from it, and at the end writes
the ONNX weights and a JSON of the recipe beside them.
"""

import argparse
import itertools
import json
import multiprocessing
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from pipelines.training.bank import fill_bank
from pipelines.training.loss import total_loss
from pipelines.training.net import Probabilities, SpineUNet
from pipelines.training.spider import load_spider, spider_sample, split_bodies
from pipelines.training.start import start_from
from pipelines.training.synth import phantom_sample

SPIDER_SHARE = 0.25
START_PATCHES = 48
"""Patches the batch norms of the weights gone on from are measured on."""


class Patches(IterableDataset):  # type: ignore[type-arg]
    """Endless random patches from the growing bank and the SPIDER slices."""

    def __init__(self, bank: Path, spider: Path | None, seed: int) -> None:
        self.bank, self.seed = bank, seed
        self.real = load_spider(spider) if spider else []
        for piece in self.real:
            piece["allowed"], piece["instance"] = split_bodies(piece["mask"])

    def __iter__(self):  # type: ignore[no-untyped-def]
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0, int(time.time())])
        files: list[Path] = []
        count = 0
        while True:
            if count % 400 == 0:
                files = [f for f in sorted(self.bank.glob("[0-9]*.npz")) if "partial" not in f.name]
            count += 1
            if self.real and rng.random() < SPIDER_SHARE:
                sample = spider_sample(self.real[int(rng.integers(len(self.real)))], rng)
            else:
                with np.load(files[int(rng.integers(len(files)))]) as stored:
                    which = str(rng.integers(2))
                    piece = {key[:-1]: stored[key] for key in stored.files if key.endswith(which)}
                sample = phantom_sample(piece, rng)
            yield tuple(torch.from_numpy(np.ascontiguousarray(a)) for a in sample)


def export(model: SpineUNet, target: Path) -> None:
    """Write the network as ONNX with dynamic batch, rows and columns."""
    free = {0: "n", 2: "rows", 3: "columns"}
    torch.onnx.export(
        Probabilities(model).eval(),
        (torch.zeros(1, 1, 64, 64),),
        str(target),
        input_names=["image"],
        output_names=["probabilities"],
        dynamic_axes={"image": free, "probabilities": free},
        opset_version=17,
        dynamo=False,
    )


def main() -> None:
    """Run the recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/net"))
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"))
    parser.add_argument("--people", type=int, default=1500, help="phantom persons to paint (two slices each)")
    parser.add_argument("--spider", type=Path, default=None, help="folder with images/ and masks/ (CC BY 4.0)")
    parser.add_argument("--start", type=Path, default=None, help="shipped ONNX weights to go on from, not from nothing")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    if len(list(options.bank.glob("*.npz"))) < 50:
        fill_bank(options.bank, range(50))
    painter = multiprocessing.Process(target=fill_bank, args=(options.bank, range(options.people)), daemon=True)
    painter.start()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = SpineUNet()
    if options.start:
        first = itertools.islice(Patches(options.bank, options.spider, options.seed), START_PATCHES)
        start_from(model, options.start, torch.stack([image[None] for image, _, _ in first]))
    model = model.to(device)
    average = torch.optim.swa_utils.get_ema_multi_avg_fn(0.998)  # type: ignore[no-untyped-call]
    mean_model = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=average, use_buffers=True)
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=1e-4)
    checkpoint = options.out / "checkpoint.pt"
    spent, step = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        mean_model.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step = state["spent"], state["step"]
    loader = DataLoader(
        Patches(options.bank, options.spider, options.seed + step),
        batch_size=options.batch,
        num_workers=options.workers,
        prefetch_factor=4,
    )
    started = last_save = time.time()
    losses: list[float] = []
    model.train()
    for image, allowed, core in loader:
        used = spent + time.time() - started
        progress = min(used / (options.minutes * 60), 1.0)
        for group in optimiser.param_groups:
            group["lr"] = float(
                options.rate * min(1, (step + 1) / 200) * (0.5 * (1 + np.cos(np.pi * progress)) * 0.98 + 0.02)
            )
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            logits = model(image[:, None].to(device))
        loss = total_loss(logits, allowed.to(device), core.to(device))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 3.0)
        optimiser.step()
        mean_model.update_parameters(model)
        losses.append(float(loss.detach()))
        step += 1
        if step % 50 == 0:
            print(f"step {step} {used / 60:.1f} min loss {np.mean(losses[-50:]):.4f}", flush=True)
        finished = progress >= 1.0
        if finished or time.time() - last_save > 180:
            last_save = time.time()
            state = {
                "model": model.state_dict(),
                "mean": mean_model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "spent": used,
                "step": step,
            }
            torch.save(state, checkpoint.with_suffix(".partial"))
            checkpoint.with_suffix(".partial").replace(checkpoint)
            copy = SpineUNet()
            copy.load_state_dict(mean_model.module.state_dict())
            export(copy, options.out / "spine_unet.onnx")
        if finished:
            break
    recipe = {
        "seed": options.seed,
        "minutes": options.minutes,
        "steps": step,
        "batch": options.batch,
        "people": len(list(options.bank.glob("*.npz"))),
        "spider": bool(options.spider),
        "loss": float(np.mean(losses[-200:])),
    }
    (options.out / "recipe.json").write_text(json.dumps(recipe, indent=1))
    painter.terminate()


if __name__ == "__main__":
    main()
