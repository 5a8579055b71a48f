"""The sacrum of the SPIDER patients, which their labels leave out: S1 and S2 traced by hand in one slice of each.

``spider_sacra.json`` holds, by patient, the slice, the outlines of the two segments as far as they are plain to see,
and the line along the front of the sacrum, as ``[column, row]`` of pixel centres. The tracing is ours, the images are
SPIDER's (CC BY 4.0).
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, binary_dilation, binary_erosion

from vcfimg.imaging.segmentation import Tissue

Mask = NDArray[np.uint8]

REACH: Final = 4
"""Slices of 0.9 mm on either side that the tracing holds for."""
PELVIS: Final = 40
"""Pixels below the front of the sacrum that are surely none of it."""
AHEAD: Final = 10
"""Pixels in front of the promontory, the same."""
CLOSING: Final = 7
"""Pixels: wider than the disc between S1 and S2, which is of the sacrum, as in the phantom."""
UNLABELLED: Final = np.uint8(1 << Tissue.BACKGROUND | 1 << Tissue.SACRUM)
"""What a pixel without a label may be."""


@dataclass(frozen=True, eq=False)
class Tracing:
    """What was traced in one slice; all points ``(n, 2)``, column and row.

    Parameters
    ----------
    slice
        Number of the slice.
    segments
        Outlines of S1 and, where it is seen, S2.
    front
        Line along the front of the sacrum, from the promontory on; columns increase.
    """

    slice: int
    segments: tuple[NDArray[np.float64], ...]
    front: NDArray[np.float64]


@cache
def tracings() -> dict[str, Tracing]:
    """All of them, by patient."""
    found = json.loads(Path(__file__).with_name("spider_sacra.json").read_text())
    return {
        patient: Tracing(t["slice"], tuple(np.array(outline) for outline in t["segments"]), np.array(t["front"]))
        for patient, t in found.items()
    }


def with_traced_sacrum(allowed: Mask, mask: Mask, patient: str, number: int) -> Mask:
    """The allowed-class bits of a slice, ``(rows, columns)``, with the traced sacrum and the pelvis in front of it.

    Unchanged far from the slice of the tracing. A pixel on the outline stays open, as does what lies behind.
    """
    tracing = tracings().get(patient)
    if tracing is None or abs(number - tracing.slice) > REACH:
        return allowed
    bone, pelvis = traced(tracing, mask.shape)
    out, free = allowed.copy(), mask == 0
    out[free] = UNLABELLED
    out[free & pelvis] = 1 << Tissue.BACKGROUND
    out[free & binary_dilation(bone)] = UNLABELLED
    out[free & binary_erosion(bone)] = 1 << Tissue.SACRUM
    return out


def traced(tracing: Tracing, shape: tuple[int, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Sacrum and pelvis of a tracing, each ``shape``."""
    from skimage.draw import polygon2mask

    bone = np.zeros(shape, bool)
    for outline in tracing.segments:
        bone |= polygon2mask(shape, outline[:, ::-1])
    around = np.pad(bone, CLOSING)
    bone |= binary_closing(around, iterations=CLOSING)[CLOSING:-CLOSING, CLOSING:-CLOSING]
    columns, line = tracing.front.T
    rows, at = np.mgrid[: shape[0], : shape[1]]
    depth = rows - np.interp(at, columns, line)
    seen = (at >= columns[0] - AHEAD) & (at <= columns[-1])
    return bone & (depth < 1), seen & (depth > 1) & (depth < PELVIS)
