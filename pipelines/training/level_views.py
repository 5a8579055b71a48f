"""Training views for the level network: labels around one body, from SPIDER slices and the phantom bank.

Every column ends somewhere between the lower edge of a body chosen as the lowest whole one and the next body or S1. The
sacrum is never shown: it is labelled in one source only, and in use the network is asked where it is hardly seen.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates
from torch.utils.data import IterableDataset

from pipelines.stress.alterations.collapse import collapse_field, random_collapse, shown
from pipelines.training.bank import bank_files
from pipelines.training.columns import Column, Map, stored_column
from pipelines.training.spider_slices import PIXEL_MM, to_collapse
from pipelines.training.synth import random_matrix
from vcfimg.imaging.landmarks.level_fit import LEVELS
from vcfimg.imaging.landmarks.level_shape import BODY, OUTSIDE, SIZE, UNIT, channels, local_size

SPIDER_SHARE: Final = 0.6
HELD_OUT: Final = 5
"""Every fifth SPIDER patient is kept for the test."""
LAST_BANK_SEED: Final = 1000
"""Bank people from this one on are kept for the test."""

VIEW_END: Final = (0.55, 1.5)
"""Where the image ends below the centre of the lowest whole body, in square roots of its section area."""
LOWEST_WEIGHT: Final = {0: 5.0, 1: 3.0}
"""How often L5 and L4 are the lowest body, against 1 for the others."""
BENT_SHARE: Final = 0.7
BENT: Final = (0.06, 0.018)
"""SD of the quadratic and cubic bend of the column: people lie flatter or more curved than these 25."""


def collapsed(column: Column, rng: np.random.Generator) -> Column:
    """The same column, some of its bodies collapsed (:func:`pipelines.training.spider_slices.to_collapse`)."""
    chosen = to_collapse(column.instances, rng)
    if not chosen:
        return column
    codes, instances = column.codes, column.instances
    for number in chosen:
        if (instances == number).any():
            field = collapse_field(instances[None], number, random_collapse(rng), PIXEL_MM)
            codes, instances = (shown(m[None], field, order=0, outside=0)[0] for m in (codes, instances))
    return Column(codes, instances, column.places)


def views(column: Column, rng: np.random.Generator) -> list[tuple[NDArray[np.float32], int]]:
    """Inputs of the network and places of the bodies, every body of one randomly cut column."""
    spots = column.spots()
    if not spots:
        return []
    ids = list(spots)
    weight = np.array([LOWEST_WEIGHT.get(column.places[k], 1.0) for k in ids])
    first = int(rng.choice(len(ids), p=weight / weight.sum()))
    used = ids[first : first + int(rng.integers(2, 9))]
    codes = column.codes.copy()
    codes[column.instances > 0] = BODY
    centre, size = spots[ids[first]]
    codes[max(int(centre[0] + rng.uniform(*VIEW_END) * size), 1) :] = OUTSIDE
    if rng.random() < 0.5:
        centre, size = spots[used[-1]]
        codes[: max(int(centre[0] - rng.uniform(0.3, 0.8) * size), 0)] = OUTSIDE
    centres, sizes = {k: spots[k][0] for k in used}, {k: spots[k][1] for k in used}
    out = []
    for k in used:
        centre, size = centres[k], local_size(k, centres, sizes)
        seen = codes.copy()
        if rng.random() < 0.3:
            seen[:, : max(int(centre[1] - rng.uniform(0.7, 2.5) * size), 0)] = OUTSIDE
        if rng.random() < 0.3:
            seen[:, min(int(centre[1] + rng.uniform(1.0, 2.8) * size), seen.shape[1] - 1) :] = OUTSIDE
        out.append((channels(view(seen, centre, size, rng)), min(column.places[k], len(LEVELS) - 1)))
    return out


def view(codes: Map, centre: NDArray[np.float64], size: float, rng: np.random.Generator) -> Map:
    """The codes around ``centre`` (row, column), turned, scaled, bent and rippled a little."""
    _, matrix = random_matrix(size / UNIT, 6, 0.05, rng)
    grid = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) - (SIZE - 1) / 2
    if rng.random() < BENT_SHARE:
        along = grid[0] / UNIT
        grid[1] += UNIT * (rng.normal(0, BENT[0]) * along**2 + rng.normal(0, BENT[1]) * along**3)
    coarse = gaussian_filter(rng.standard_normal((2, SIZE // 4, SIZE // 4)).astype(np.float32), (0, 1.2, 1.2))
    grid += rng.uniform(0, 3) * coarse.repeat(4, 1).repeat(4, 2)
    where = centre + rng.normal(0, 0.08, 2) * size
    at = np.einsum("ij,jrc->irc", matrix, grid) + where[:, None, None]
    return np.asarray(map_coordinates(codes, at, order=0, mode="constant", cval=OUTSIDE), np.uint8)


class LevelViews(IterableDataset):  # type: ignore[type-arg]
    """Endless views from the bank and from SPIDER; each is drawn about three times."""

    POOL = 2500
    FIRST = 400
    DRAWS_PER_SLICE = 18

    def __init__(self, bank: Path, spider: Sequence[Column], seed: int) -> None:
        self.files = [f for f in bank_files(bank) if int(f.stem) < LAST_BANK_SEED]
        self.spider, self.seed = spider, seed

    def __iter__(self) -> Iterator[tuple[torch.Tensor, int]]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0, int(time.time())])
        pool: list[tuple[NDArray[np.float32], int]] = []
        drawn = 0
        while True:
            if len(pool) < self.FIRST or drawn % self.DRAWS_PER_SLICE == 0:
                pool = (pool + self._slice(rng))[-self.POOL :]
            if len(pool) >= self.FIRST:
                drawn += 1
                x, place = pool[int(rng.integers(len(pool)))]
                yield torch.from_numpy(x), place

    def _slice(self, rng: np.random.Generator) -> list[tuple[NDArray[np.float32], int]]:
        if self.spider and rng.random() < SPIDER_SHARE:
            return views(collapsed(self.spider[int(rng.integers(len(self.spider)))], rng), rng)
        column = stored_column(self.files[int(rng.integers(len(self.files)))], int(rng.integers(2)))
        return [] if column is None else views(column, rng)
