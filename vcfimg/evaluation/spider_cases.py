"""The SPIDER layout: ``images/N_t2.mha`` beside ``masks/N_t2.mha``, whole vertebrae counted upward from L5 = 1.

Integers: 1-25 vertebrae, 100 canal, 101-125 vertebrae cut by the border, 201-225 discs (van der Graaf et al. 2024).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.evaluation.image_files import read_pair
from vcfimg.evaluation.traced_heights import traced_heights
from vcfimg.imaging.raw import Heights
from vcfimg.level_names import STANDARD_LEVELS
from vcfimg.policy import Policy

_CANAL: Final = 100
_PARTLY: Final = 100
_UPWARD: Final = tuple(reversed(STANDARD_LEVELS[:-1]))
"""L5, L4, … as the integers count."""

_MIN_VOXELS: Final = 50


@dataclass(frozen=True)
class SpiderSource:
    """One image with its mask of whole vertebrae."""

    name: str
    image: Path
    mask: Path
    contrast: str

    def load(self, policy: Policy) -> Case:
        """Read the pair; what lies behind the front of the canal is cut off, so that bodies remain."""
        volume, integers = read_pair(self.image, self.mask, self.contrast)
        spacing = (float(volume.spacing[0]), float(volume.spacing[1]), float(volume.spacing[2]))
        front = before_canal(integers == _CANAL)
        bodies, kept = [], np.zeros_like(integers)
        for value in sorted(v for v in np.unique(integers).tolist() if 1 <= v <= 25 or 101 <= v <= 125):
            mask = (integers == value) & front
            where = np.argwhere(mask)
            if len(where) < _MIN_VOXELS:
                continue
            kept[mask] = value
            complete = value <= 25
            step = (value if complete else value - _PARTLY) - 1
            x, y, z = volume.to_lps(where.mean(axis=0)[::-1])
            bodies.append(
                TrueBody(
                    label=value,
                    level=_UPWARD[step] if step < len(_UPWARD) else None,
                    center_mm=(float(x), float(y), float(z)),
                    height_mm=traced_heights(mask, spacing) if complete else Heights(),
                    complete=complete,
                )
            )
        bodies.sort(key=lambda body: -body.center_mm[2])
        return Case(
            self.name, self.contrast, (volume,), tuple(bodies), {volume.series_instance_uid: kept}, exhaustive=True,
            sacrum_in_view=True,
        )  # fmt: skip


def before_canal(canal: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Voxels in front of the canal, row by row; a row without canal takes the border of the nearest one with it.

    A slice beside the canal takes the border of the nearest slice that shows it. Without any canal, everything.
    """
    front = np.ones_like(canal)
    seen: NDArray[np.bool_] = np.asarray(np.any(canal, axis=2))
    if not seen.any():
        return front
    first = np.where(seen, canal.argmax(axis=2), -1).astype(np.int64)
    slices = np.nonzero(seen.any(axis=1))[0]
    columns = np.arange(canal.shape[2])
    for k in range(canal.shape[0]):
        nearest = slices[np.argmin(np.abs(slices - k))]
        rows = np.nonzero(seen[nearest])[0]
        for row in range(canal.shape[1]):
            border = first[nearest, rows[np.argmin(np.abs(rows - row))]]
            front[k, row] = columns < border
    return front


def find_spider(folder: Path) -> list[SpiderSource]:
    """Every image of ``folder/images`` that has a mask of the same name in ``folder/masks``."""
    sources = []
    for image in sorted((folder / "images").glob("*.mha")):
        mask = folder / "masks" / image.name
        if mask.is_file():
            contrast = image.stem.partition("_")[2] or "unknown"
            sources.append(SpiderSource(image.stem, image, mask, contrast))
    return sources
