"""Subcutaneous fat, abdominal wall, skin and the air around the person."""

import numpy as np

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.canvas import Canvas
from vcfimg.phantom.curve import SpineCurve
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.tissue import T


def paint_outline(around: Surroundings, curve: SpineCurve, canvas: Canvas) -> None:
    """Paint the person's outline, in LPS rather than straightened coordinates."""
    points, tissue, label, coarse, k = canvas.grid.points, canvas.tissue, canvas.label, canvas.coarse, canvas.level
    z, yy, xx = points[..., 2], points[..., 1], points[..., 0]
    order = np.argsort(curve.nodes[:, 2])
    nz, ny, nx = curve.nodes[order, 2], curve.nodes[order, 1], curve.nodes[order, 0]
    window = np.ones(41) / 41
    ny_smooth = np.convolve(np.pad(ny, 20, mode="edge"), window, mode="valid")
    wall_y = np.interp(z, nz, ny_smooth)
    mid_x = np.interp(z, nz, nx)
    hip = np.interp(z, [-140, -40, 60], [38, 14, 0])
    back_skin = wall_y + around.back_mm + around.back_fat_mm + 5 * coarse + hip - 0.0016 * (xx - mid_x) ** 2
    at = dict(zip(around.levels, range(len(around.levels)), strict=True))
    front_scale = np.interp(k, [at["C4"], at["T2"], at["T8"], at["L3"], at["S2"]], [0.45, 0.62, 0.95, 1.0, 0.9])
    front_skin = wall_y - 34 - around.belly_mm * front_scale + 7 * coarse + 0.002 * (xx - mid_x) ** 2
    low = k > around.diaphragm_index
    fat = around.front_fat_mm * np.where(low, 1.0, 0.35)
    wall_front = front_skin + fat
    tissue[(yy < wall_front + 13) & (yy >= wall_front + 11.5)] = T.LIGAMENT
    rectus = (yy < wall_front + 11 + 2 * coarse) & (yy >= wall_front)
    tissue[rectus] = T.MUSCLE
    tissue[rectus & (np.abs(xx - mid_x) < 2)] = T.LIGAMENT
    tissue[yy < wall_front] = T.FAT
    beyond = yy > back_skin - around.back_fat_mm
    tissue[beyond & (tissue != T.CORTEX)] = T.FAT
    tissue[(yy > back_skin - 2) | (yy < front_skin + 2)] = T.SKIN
    air = (yy > back_skin) | (yy < front_skin)
    tissue[air] = T.AIR
    label[air | beyond] = Label.BACKGROUND
