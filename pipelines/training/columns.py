"""Traced or painted columns whose levels are known: the bodies of one slice, counted upwards from L5."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.training.spider_slices import one_channel, slice_places, split_bodies
from vcfimg.imaging.landmarks.level_shape import CANAL, DISC, POSTERIOR, tissue_codes
from vcfimg.imaging.segmentation import Tissue

L5_INSTANCE: Final = 23
"""Number of L5 in the bank's instances; 24 is a sixth lumbar vertebra."""
T7_INSTANCE: Final = 13
"""Bodies above are left out: all that is asked of them is that they are not lumbar."""
LEAST_SACRUM: Final = 500
"""Pixels of sacrum that show how many lumbar vertebrae a person of the bank has."""
LEAST_CANAL_ROWS: Final = 75
EVEN_STEP: Final = 1.5
"""Bodies of a SPIDER slice further apart than this many usual distances: one between them is not labelled."""
LEAST_SIZE: Final = 0.5

Map = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Column:
    """One slice: codes without bodies, instances, and the place of each body counted upwards from L5."""

    codes: Map
    instances: Map
    places: Mapping[int, int]

    def spots(self) -> dict[int, tuple[NDArray[np.float64], float]]:
        """Centre (row, column) and square root of the area of each body seen, from the lowest up."""
        out = {}
        for k in self.places:
            at = np.argwhere(self.instances == k)
            if len(at):
                out[k] = (at.mean(0), float(np.sqrt(len(at))))
        return dict(sorted(out.items(), key=lambda item: -item[1][0][0]))


def spider_columns(folder: Path) -> dict[str, list[Column]]:
    """Patient → the slices whose lowest labelled disc is that below L5, with every body above it labelled."""
    from skimage.io import imread

    out: dict[str, list[Column]] = {}
    for path, (patient, _) in slice_places(folder):
        column = spider_column(one_channel(imread(folder / "masks" / path.name)))
        if column is not None:
            out.setdefault(patient, []).append(column)
    return out


def spider_column(mask: Map) -> Column | None:
    """A SPIDER mask as a column; None where the levels cannot be told from it."""
    allowed, instances = split_bodies(mask)
    if not (allowed == 1 << Tissue.SACRUM).any():
        return None
    found = Column(mask, instances, {int(k): 0 for k in np.unique(instances[instances > 0])}).spots()
    if len(found) < 3:
        return None
    steps = np.linalg.norm(np.diff([c for c, _ in found.values()], axis=0), axis=1)
    sizes = np.square([s for _, s in found.values()])
    if steps.max() > EVEN_STEP * np.median(steps) or sizes[:4].min() < LEAST_SIZE * np.median(sizes):
        return None
    codes = np.select([mask == 2, mask == 3, (mask == 1) & (instances == 0)], [DISC, CANAL, POSTERIOR], 0)
    return Column(codes.astype(np.uint8), instances, {k: n for n, k in enumerate(found)})


def bank_column(label: Map, instances: Map) -> Column | None:
    """A slice of the bank as a column; None without a canal, or where the person has four or six lumbar vertebrae."""
    numbers = [int(k) for k in np.unique(instances) if k >= T7_INSTANCE]
    sacrum = (label == Tissue.SACRUM).sum() > LEAST_SACRUM
    if not numbers or max(numbers) > L5_INSTANCE or (sacrum and max(numbers) != L5_INSTANCE):
        return None
    if (label == Tissue.CANAL).any(1).sum() < LEAST_CANAL_ROWS:
        return None
    return Column(tissue_codes(label), instances, {k: L5_INSTANCE - k for k in numbers})


def stored_column(file: Path, which: int) -> Column | None:
    """Slice ``which`` of one person of the bank."""
    with np.load(file) as stored:
        return bank_column(stored[f"label{which}"], stored[f"instance{which}"])
