"""Folders of NIfTI or MHA image and mask pairs whose integers name the bodies (T11 = 18 … L5 = 24)."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.evaluation.image_files import read_pair
from vcfimg.evaluation.traced_heights import traced_heights
from vcfimg.level_names import STANDARD_LEVELS
from vcfimg.policy import Policy

INTEGERS: Final = {i + 1: level for i, level in enumerate(STANDARD_LEVELS) if level != "S1"}
"""C1 = 1 … C7 = 7, T1 = 8 … T12 = 19, L1 = 20 … L5 = 24."""

_MIN_VOXELS: Final = 50


@dataclass(frozen=True)
class PairSource:
    """One image with its mask of vertebral bodies."""

    name: str
    image: Path
    mask: Path
    contrast: str
    healthy: bool = False
    """The person is known to have no fracture."""

    def load(self, policy: Policy) -> Case:
        """Read the pair; the reference heights come from the mask."""
        volume, integers = read_pair(self.image, self.mask, self.contrast)
        bodies = []
        spacing = (float(volume.spacing[0]), float(volume.spacing[1]), float(volume.spacing[2]))
        for value in sorted(set(np.unique(integers).tolist()) & set(INTEGERS)):
            mask = integers == value
            where = np.argwhere(mask)
            if len(where) < _MIN_VOXELS:
                continue
            x, y, z = volume.to_lps(where.mean(axis=0)[::-1])
            bodies.append(
                TrueBody(
                    label=value,
                    level=INTEGERS[value],
                    center_mm=(float(x), float(y), float(z)),
                    height_mm=traced_heights(mask, spacing),
                )
            )
        masks = {volume.series_instance_uid: np.where(np.isin(integers, [b.label for b in bodies]), integers, 0)}
        sacrum = "L5" in {body.level for body in bodies}
        return Case(
            self.name, self.contrast, (volume,), tuple(bodies), masks, sacrum_in_view=sacrum, healthy=self.healthy
        )


def find_pairs(folder: Path, *, healthy: bool = False) -> list[PairSource]:
    """Pairs ``NAME_img.*`` and ``NAME_seg.*`` of a folder; ``index.csv`` (name, contrast) gives the contrasts."""
    contrasts = _contrasts(folder / "index.csv")
    sources = []
    for image in sorted(folder.glob("*_img.*")):
        name = image.name.split("_img.")[0]
        mask = folder / image.name.replace("_img.", "_seg.")
        if mask.is_file():
            sources.append(PairSource(name, image, mask, contrasts.get(name, "unknown"), healthy))
    return sources


def _contrasts(index: Path) -> dict[str, str]:
    if not index.is_file():
        return {}
    with index.open(newline="", encoding="utf-8") as lines:
        return {
            row["name"]: row["contrast"] for row in csv.DictReader(lines) if row.get("name") and row.get("contrast")
        }
