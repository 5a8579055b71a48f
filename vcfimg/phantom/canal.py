"""The spinal canal: epidural fat, dural sac, cord with its conus, and the roots of the cauda equina."""

import numpy as np

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.canvas import Canvas
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.tissue import T


def paint_canal(around: Surroundings, canvas: Canvas) -> None:
    """Paint the canal and its content; the dural sac is labelled canal."""
    tissue, label, k, x, y = canvas.tissue, canvas.label, canvas.level, canvas.x, canvas.y
    canal_ap, canal_w = canvas.canal_ap, canvas.canal_width
    bony = (
        (np.abs(x) < canal_w / 2)
        & (y > -0.5)
        & (y < canal_ap + 3.5 - 0.25 * np.abs(x))
        & (k < len(around.levels) - 1.5)
    )
    tissue[bony] = T.EPIDURAL_FAT
    tissue[bony & (y > canal_ap + 1.2) & (np.abs(x) > 1.0)] = T.LIGAMENT
    taper = np.clip((around.sac_end_index - k) / 1.2, 0, 1)
    open_ = taper > 0
    lumbar = np.clip(k - (around.conus_index + 2.5), 0, 3) / 3
    room = 0.9 + 2.6 * lumbar
    half_ap = np.maximum(canal_ap / 2 - 0.5 * room, 2.0) * np.sqrt(np.maximum(taper, 1e-3))
    center = 1.0 + 0.6 * room + half_ap
    sac = open_ & ((x / (canal_w / 2 - 1.5)) ** 2 + ((y - center) / half_ap) ** 2 < 1)
    tissue[(np.abs(y - 0.4) < 0.8) & (np.abs(x) < canal_w / 2 - 2) & (k < around.sac_end_index + 1)] = T.LIGAMENT
    tissue[sac] = T.CSF
    label[sac] = Label.CANAL
    swelling = 1 + 0.18 * np.exp(-np.square((k - (around.conus_index - 1.5)) / 1.2))
    cord_r = 4.3 * swelling * np.clip((around.conus_index - k) / 0.9, 0, 1) ** 0.6
    is_neck = k < around.apex_index
    cord = (np.hypot(x / 1.35, y - center + np.where(is_neck, 0, 0.6)) < np.where(is_neck, 4.0, cord_r)) & (
        k < around.conus_index
    )
    tissue[sac & cord] = T.CORD
    below = sac & (k > around.conus_index - 1) & ~cord
    k, x, y, center = k[below], x[below], y[below], center[below]
    inside = np.full(k.shape, T.CSF, np.uint8)
    spread = np.clip((k - around.conus_index) * 0.5 + 0.4, 0.3, 1.4)
    for rx, ry, drift in around.roots:
        thread = np.hypot(x - rx * spread - 1.5 * drift * np.sin(k), y - center - ry * 0.6 - 2.2 * (1.4 - spread))
        inside[thread < 0.75] = T.ROOT
    tissue[below] = inside
