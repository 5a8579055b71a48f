"""Train the spine network: ``python -m pipelines.training.train --out runs/net [--spider FOLDER] [--minutes 60]``.

Paints the phantom bank while it trains, saves a checkpoint every few minutes, resumes from it, and at the end writes
the ONNX weights and a JSON of the recipe beside them. ``--batch 32 --repeats 3 --workers 14 --painters 2`` keep a GPU
busy.
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
from pipelines.training.learner import Learner
from pipelines.training.net import WIDTHS, SpineUNet, export
from pipelines.training.pool import Pool
from pipelines.training.spider import load_spider, spider_sample, split_bodies
from pipelines.training.start import start_from
from pipelines.training.synth import phantom_sample

SPIDER_SHARE = 0.25
START_PATCHES = 48
"""Patches the batch norms of the weights gone on from are measured on."""
FIRST_PEOPLE = 50
"""People painted before the first step."""


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


def learning_rate(highest: float, step: int, progress: float) -> float:
    """A short rise, then a cosine down to a fiftieth."""
    return float(highest * min(1, (step + 1) / 200) * (0.5 * (1 + np.cos(np.pi * progress)) * 0.98 + 0.02))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pipelines.training.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/net"))
    parser.add_argument("--bank", type=Path, default=Path("runs/bank"))
    parser.add_argument("--people", type=int, default=1500, help="phantom persons to paint (two slices each)")
    parser.add_argument("--spider", type=Path, default=None, help="folder with images/ and masks/ (CC BY 4.0)")
    parser.add_argument("--start", type=Path, default=None, help="shipped ONNX weights to go on from, not from nothing")
    parser.add_argument(
        "--widths",
        type=_widths,
        action="append",
        help="channels of the levels, 32,48,64,96,96 unless told; given again, another network learns from the same "
        "patches, from nothing",
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument(
        "--repeats", type=int, default=1, help="steps per batch of new patches; the others take old ones"
    )
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--workers", type=int, default=1, help="processes that make patches")
    parser.add_argument("--painters", type=int, default=1, help="processes that paint people")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _widths(text: str) -> tuple[int, ...]:
    return tuple(int(w) for w in text.split(","))


def _learners(options: argparse.Namespace, device: torch.device) -> list[Learner]:
    learners = []
    for k, widths in enumerate(options.widths or [WIDTHS]):
        model = SpineUNet(widths)
        if options.start and k == 0:
            first = itertools.islice(Patches(options.bank, options.spider, options.seed), START_PATCHES)
            start_from(model, options.start, torch.stack([image[None] for image, _, _ in first]))
        learners.append(Learner(model, widths, device))
    return learners


def main() -> None:
    """Run the recipe."""
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.backends.cudnn.benchmark = True
    if len(list(options.bank.glob("*.npz"))) < FIRST_PEOPLE:
        fill_bank(options.bank, range(FIRST_PEOPLE))
    shares = [range(k, options.people, options.painters) for k in range(options.painters)]
    painters = [multiprocessing.Process(target=fill_bank, args=(options.bank, s), daemon=True) for s in shares]
    for painter in painters:
        painter.start()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    learners = _learners(options, device)
    checkpoint = options.out / "checkpoint.pt"
    spent, step = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        for learner in learners:
            learner.restore(state[learner.name])
        spent, step = state["spent"], state["step"]
    pool = Pool(device)
    loader = DataLoader(
        Patches(options.bank, options.spider, options.seed + step),
        batch_size=options.batch,
        num_workers=options.workers,
        prefetch_factor=4,
    )
    started = last_save = time.time()
    losses: list[torch.Tensor] = []
    for new in loader:
        fresh = tuple(part.to(device) for part in new)
        if options.repeats > 1:
            pool.put(fresh)
        used = spent + time.time() - started
        progress = min(used / (options.minutes * 60), 1.0)
        for k in range(options.repeats):
            batch = fresh if k == 0 else pool.draw(options.batch)
            rate = learning_rate(options.rate, step, progress)
            losses.append(torch.stack([learner.step(batch, rate) for learner in learners]))
            step += 1
            if step % 50 == 0:
                mean = torch.stack(losses[-50:]).mean(0).tolist()
                print(f"step {step} {used / 60:.1f} min loss {' '.join(f'{m:.4f}' for m in mean)}", flush=True)
        finished = progress >= 1.0
        if finished or time.time() - last_save > options.save_minutes * 60:
            last_save = time.time()
            state = {learner.name: learner.state() for learner in learners} | {"spent": used, "step": step}
            torch.save(state, checkpoint.with_suffix(".partial"))
            checkpoint.with_suffix(".partial").replace(checkpoint)
            for learner in learners:
                export(learner.shipped(), options.out / f"spine_unet_{learner.name}.onnx")
        if finished:
            break
    last = torch.stack(losses[-200:]).mean(0).tolist()
    recipe = {
        "seed": options.seed,
        "minutes": options.minutes,
        "steps": step,
        "batch": options.batch,
        "repeats": options.repeats,
        "people": len(list(options.bank.glob("*.npz"))),
        "spider": bool(options.spider),
        "loss": {learner.name: value for learner, value in zip(learners, last, strict=True)},
    }
    (options.out / "recipe.json").write_text(json.dumps(recipe, indent=1))
    for painter in painters:
        painter.terminate()


if __name__ == "__main__":
    main()
