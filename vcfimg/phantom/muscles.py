"""Psoas, paraspinal muscles with fatty streaks, interspinous tissue and the dorsal fascia."""

import numpy as np

from vcfimg.phantom.canvas import Canvas
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.tissue import T


def paint_muscles(around: Surroundings, canvas: Canvas) -> None:
    """Paint the muscles beside and behind the spine."""
    tissue, x, y = canvas.tissue, canvas.x, canvas.y
    depth, half_width, canal_ap = canvas.depth, canvas.half_width, canvas.canal_ap
    coarse, medium, fine = canvas.coarse, canvas.medium, canvas.fine
    lumbar = canvas.level > around.diaphragm_index + 1
    psoas = lumbar & (
        np.hypot((np.abs(x) - half_width - 13) / 15, (y + depth * 0.35) / (0.55 * depth + 4)) < 1 + 0.1 * medium
    )
    tissue[psoas] = T.MUSCLE
    tissue[psoas & (fine > 2.0)] = T.FAT
    back = (y > canal_ap + 2) & (np.abs(x) > 2.5)
    paraspinal = back & (y < around.back_mm + 6 * coarse)
    tissue[paraspinal] = T.MUSCLE
    streaks = paraspinal & (fine + 0.6 * medium > 1.15)
    tissue[streaks] = T.FAT
    tissue[(np.abs(x) > 14) & (y > -2) & (y <= canal_ap + 4) & (np.abs(x) < 60)] = T.MUSCLE
    midline = (y > canal_ap + 1) & (np.abs(x) <= 2.5) & (y < around.back_mm - 12)
    tissue[midline] = T.CONNECTIVE
    tissue[midline & (medium > 0.3)] = T.FAT
    tissue[midline & (fine > 1.0)] = T.LIGAMENT
    tissue[(np.abs(y - around.back_mm - 6 * coarse) < 0.9) & (np.abs(x) < 60)] = T.LIGAMENT
