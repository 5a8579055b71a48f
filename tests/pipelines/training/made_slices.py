"""Slices that training learns from, drawn as boxes."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.training.columns import L5_INSTANCE
from vcfimg.imaging.segmentation import Tissue

Map = NDArray[np.uint8]


def spider_mask() -> Map:
    """SPIDER labels: five vertebrae, each with a disc below it, and the canal."""
    out = np.zeros((260, 160), np.uint8)
    out[5:255, 90:104] = 3
    for top in range(15, 215, 42):
        out[top : top + 30, 50:88] = 1
        out[top + 31 : top + 39, 52:86] = 2
        out[top + 5 : top + 20, 110:130] = 1
    return out


def bank_slice() -> tuple[Map, Map]:
    """Labels and instances of a slice of the bank."""
    label, instance = np.zeros((300, 160), np.uint8), np.zeros((300, 160), np.uint8)
    label[5:290, 90:104] = Tissue.CANAL
    for k, top in enumerate(range(15, 215, 42)):
        label[top : top + 30, 50:88] = Tissue.BODY
        instance[top : top + 30, 50:88] = L5_INSTANCE - 4 + k
        label[top + 31 : top + 39, 52:86] = Tissue.DISC
    label[225:280, 50:88] = Tissue.SACRUM
    return label, instance


def write_bank(folder: Path, *seeds: int) -> None:
    """People of the bank who all look the same."""
    label, instance = bank_slice()
    arrays = {f"{name}{k}": a for k in (0, 1) for name, a in (("label", label), ("instance", instance))}
    for seed in seeds:
        np.savez(folder / f"{seed:06d}.npz", **arrays)
