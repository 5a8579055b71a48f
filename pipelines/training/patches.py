"""Endless random training patches: three of four from the phantom bank, one from SPIDER."""

import time
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch.utils.data import IterableDataset

from pipelines.training.bank import bank_files
from pipelines.training.spider_slices import load_spider, spider_sample
from pipelines.training.synth import phantom_sample

SPIDER_SHARE: Final = 0.25


class Patches(IterableDataset):  # type: ignore[type-arg]
    """Endless random patches from the growing bank and the SPIDER slices."""

    def __init__(self, bank: Path, spider: Path | None, seed: int) -> None:
        self.bank, self.seed = bank, seed
        self.real = load_spider(spider) if spider else []

    def __iter__(self):  # type: ignore[no-untyped-def]
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0, int(time.time())])
        files: list[Path] = []
        count = 0
        while True:
            if count % 400 == 0:
                files = bank_files(self.bank)
            count += 1
            if self.real and rng.random() < SPIDER_SHARE:
                sample = spider_sample(self.real[int(rng.integers(len(self.real)))], rng)
            else:
                with np.load(files[int(rng.integers(len(files)))]) as stored:
                    which = str(rng.integers(2))
                    piece = {key[:-1]: stored[key] for key in stored.files if key.endswith(which)}
                sample = phantom_sample(piece, rng)
            yield tuple(torch.from_numpy(np.ascontiguousarray(a)) for a in sample)
