"""Train the spine network: ``python -m pipelines.training.train --out runs/net [--spider FOLDER] [--minutes 60]``.

Paints the phantom bank while it trains, saves a checkpoint every few minutes, resumes from it, and at the end writes
the ONNX weights and a JSON of the recipe beside them. ``--batch 32 --repeats 3 --workers 14 --painters 2`` keep a GPU
busy.
"""

import argparse
import itertools
import json
import multiprocessing
from pathlib import Path
from typing import Final

import torch

from pipelines.training.bank import bank_files, fill_bank
from pipelines.training.course import Course
from pipelines.training.learner import Learner
from pipelines.training.net import WIDTHS, SpineUNet
from pipelines.training.patches import Patches
from pipelines.training.start import start_from

START_PATCHES: Final = 48
"""Patches the batch norms of the weights gone on from are measured on."""
FIRST_PEOPLE: Final = 50
"""People painted before the first step."""


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
        help="channels of the levels, 16,48,96,128,192 unless told; given again, another network learns from the same "
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


def _start_painters(options: argparse.Namespace) -> list[multiprocessing.Process]:
    """Processes that fill the bank; the first people are painted at once."""
    if len(bank_files(options.bank)) < FIRST_PEOPLE:
        fill_bank(options.bank, range(FIRST_PEOPLE))
    shares = [range(k, options.people, options.painters) for k in range(options.painters)]
    painters = [multiprocessing.Process(target=fill_bank, args=(options.bank, s), daemon=True) for s in shares]
    for painter in painters:
        painter.start()
    return painters


def main() -> None:
    """Run the recipe."""
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.backends.cudnn.benchmark = True
    painters = _start_painters(options)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    course = Course(_learners(options, device), options.out, device)
    course.resume()
    course.fit(options)
    (options.out / "recipe.json").write_text(json.dumps(course.recipe(options), indent=1))
    for painter in painters:
        painter.terminate()


if __name__ == "__main__":
    main()
