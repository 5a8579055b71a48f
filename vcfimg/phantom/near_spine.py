"""Foramina with their roots, fat and veins, and the tissue that clothes the bodies."""

import numpy as np

from vcfimg.phantom.canvas import Canvas
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.tissue import T


def paint_near_spine(around: Surroundings, canvas: Canvas) -> None:
    """Paint the foramina, the prevertebral fat and the anterior longitudinal ligament."""
    tissue, x, y, fine = canvas.tissue, canvas.x, canvas.y, canvas.fine
    depth, half_width, canal_ap = canvas.depth, canvas.half_width, canvas.canal_ap
    beside = (np.abs(x) > half_width - 3) & (np.abs(x) < half_width + 4) & (y > -depth) & (y < 0)
    tissue[beside] = T.CONNECTIVE
    foramen = (np.abs(x) > 8) & (np.abs(x) < 24) & (y > -5) & (y < canal_ap * 0.85)
    tissue[foramen] = T.EPIDURAL_FAT
    tissue[foramen & (fine > 1.1)] = T.ROOT
    tissue[foramen & (fine < -1.7)] = T.SLOW_VESSEL
    gap = around.prevertebral_fat_mm
    anterior = (np.abs(x) < half_width * 0.8) & (y < -depth + 0.6) & (y > -depth - gap)
    tissue[anterior] = T.FAT
    tissue[(np.abs(x) < half_width * 0.7) & (y < -depth + 1.0) & (y > -depth - 1.4)] = T.LIGAMENT
