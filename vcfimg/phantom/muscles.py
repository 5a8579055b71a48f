"""Psoas, paraspinal muscles with fatty streaks, interspinous tissue and the dorsal fascia."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.canvas import Canvas
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.tissue import T

SEPTUM_MM: Final = 1.3
"""Half-width of the fat between two muscles."""


def paint_muscles(around: Surroundings, canvas: Canvas) -> None:
    """Paint the muscles beside and behind the spine."""
    tissue, x, y = canvas.tissue, canvas.x, canvas.y
    canal_ap, coarse, medium, fine = canvas.canal_ap, canvas.coarse, canvas.medium, canvas.fine
    down = lumbar_share(around, canvas)
    lumbar = down > -0.15
    reach = psoas_reach(down, canvas) + 0.08 * medium
    psoas = lumbar & (reach < 1)
    tissue[lumbar & (reach < 1.15)] = T.FAT
    tissue[psoas] = T.MUSCLE
    tissue[psoas & (fine > 2.0)] = T.FAT
    back = (y > canal_ap + 2) & (np.abs(x) > 2.5)
    paraspinal = back & (y < around.back_mm + 6 * coarse)
    tissue[paraspinal] = T.MUSCLE
    streaks = paraspinal & (fine + 0.6 * medium > 1.15 - around.muscle_fat)
    tissue[streaks] = T.FAT
    quadratus = (np.abs(x) > 14) & (y > -2) & (y <= canal_ap + 4) & (np.abs(x) < 60)
    tissue[quadratus] = T.MUSCLE
    middle = 0.5 * (canal_ap + 2)
    septa = np.abs(np.abs(y + 1.5 * coarse - middle) - middle) < SEPTUM_MM
    tissue[quadratus & septa & lumbar & (np.abs(x) > 20)] = T.FAT
    midline = (y > canal_ap + 1) & (np.abs(x) <= 2.5) & (y < around.back_mm - 12)
    tissue[midline] = T.CONNECTIVE
    tissue[midline & (medium > 0.3)] = T.FAT
    tissue[midline & (fine > 1.0)] = T.LIGAMENT
    tissue[(np.abs(y - around.back_mm - 6 * coarse) < 0.9) & (np.abs(x) < 60)] = T.LIGAMENT


def lumbar_share(around: Surroundings, canvas: Canvas) -> NDArray[np.floating]:
    """Where a point lies along the lumbar spine: 0 at the first lumbar body, 1 at the last."""
    lumbar = [k for k, level in enumerate(around.levels) if level.startswith("L")]
    return np.asarray((canvas.level - lumbar[0]) / (lumbar[-1] - lumbar[0]))


def psoas_reach(down: NDArray[np.floating], canvas: Canvas) -> NDArray[np.floating]:
    """Distance from the axis of the psoas on either side, 1 at its surface.

    It begins slender beside the body of L1 and grows downwards, where it leaves the spine to the side and to the front:
    seen from the side it is a long dark band where the bodies were in the middle.
    """
    t = np.clip(down, 0, 1.6)
    aside = (np.abs(canvas.x) - canvas.half_width - 3 - 15 * t) / (7 + 11 * t)
    ahead = (canvas.y + 0.4 * canvas.depth + 12 * np.maximum(t - 0.5, 0)) / (0.35 * canvas.depth + 6 * t)
    return np.asarray(np.hypot(aside, ahead))
