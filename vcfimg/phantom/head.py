"""The atlas, skull base, brain, brain stem and face above C2."""

import numpy as np

from vcfimg.phantom.canvas import COARSE, Canvas
from vcfimg.phantom.spine import Spine
from vcfimg.phantom.tissue import T


def paint_head(spine: Spine, canvas: Canvas) -> None:
    """Paint what lies above C2, where the slice reaches it."""
    points, tissue, medium, fine = canvas.grid.points, canvas.tissue, canvas.medium, canvas.fine
    c2 = spine.bodies[0]
    if not (c2.to_local(points[::COARSE, ::COARSE])[..., 2] > c2.top[1]).any():
        return
    local = c2.to_local(points)
    above = local[..., 2] - (c2.top[1] + 20)
    if not (above > -6).any():
        return
    arch = (
        (np.abs(local[..., 2] - c2.top[1] - 10) < 5)
        & (np.hypot(local[..., 1] + c2.depth * 0.5, 0) < 4.5)
        & (np.abs(local[..., 0]) < 20)
    )
    tissue[arch] = T.POSTERIOR_MARROW
    skull = above > 0
    tissue[skull] = T.FAT
    base = skull & (above < 22) & (local[..., 1] < 4)
    tissue[base] = T.SACRAL_MARROW
    brain = skull & (local[..., 1] > 2 - 0.2 * above) & (local[..., 1] < 92) & (np.abs(local[..., 0]) < 68)
    tissue[brain] = T.CSF
    tissue[brain & (local[..., 1] > 6) & (local[..., 1] < 86)] = T.GREY_MATTER
    tissue[brain & (fine > 0.2) & (local[..., 1] > 8) & (local[..., 1] < 84)] = T.WHITE_MATTER
    tissue[brain & (local[..., 1] > 87)] = T.CORTEX
    stem = (np.hypot(local[..., 1] - c2.depth * 0.5 - 9, local[..., 0]) < 7.5) & (above > -6) & (above < 45)
    tissue[stem] = T.WHITE_MATTER
    face = skull & (local[..., 1] < -14) & (medium > 0)
    tissue[face] = T.MUSCLE
    tissue[skull & (local[..., 1] < -14) & (medium < -0.7)] = T.GAS
