"""Abdomen, chest and neck in front of the spine, and the great vessels."""

import numpy as np

from vcfimg.phantom.canvas import Canvas
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.tissue import T


def paint_viscera(around: Surroundings, canvas: Canvas) -> None:
    """Paint what lies in front of the spine."""
    tissue, k, x, y = canvas.tissue, canvas.level, canvas.x, canvas.y
    depth, coarse, medium, fine = canvas.depth, canvas.coarse, canvas.medium, canvas.fine
    front = y < -depth - 4
    abdomen = front & (k > around.diaphragm_index)
    tissue[abdomen & (medium > 0.2)] = T.BOWEL_CONTENT
    tissue[abdomen & (medium > 1.1)] = T.CONNECTIVE
    tissue[abdomen & (medium < -1.2)] = T.BOWEL_WALL
    for center, radii, kind in around.organs:
        window = canvas.grid.around(center, 1.4 * float(radii.max()))
        if window is None:
            continue
        scaled = (canvas.grid.points[window] - center) / radii
        r = np.einsum("ijk,ijk->ij", scaled, scaled) + 0.35 * medium[window]
        view, ahead = tissue[window], front[window]
        view[ahead & (r < 1)] = kind
        view[ahead & (r >= 1) & (r < 1.18)] = T.BOWEL_WALL
    liver = (
        front
        & (y < -depth - 25)
        & (k > around.diaphragm_index - 0.6)
        & (k < around.diaphragm_index + 3 + coarse)
        & (x + 20 * coarse < 0)
    )
    tissue[liver] = T.LIVER
    tissue[liver & (fine > 1.9)] = T.FLOW_VOID
    chest = front & (k <= around.diaphragm_index + 0.3 * coarse) & (k > around.apex_index)
    tissue[chest] = T.LUNG
    heart = chest & (y < -depth - 32 - 8 * coarse) & (k > around.diaphragm_index - 4)
    tissue[heart] = T.HEART
    tissue[heart & (medium > 0.9)] = T.FLOW_VOID
    tissue[chest & (y > -depth - 14 - 5 * medium)] = T.CONNECTIVE
    neck = front & (k <= around.apex_index)
    tissue[neck] = T.CONNECTIVE
    tissue[neck & (medium > 0.5)] = T.MUSCLE
    tissue[neck & (medium < -0.8)] = T.FAT
    airway = neck & (np.abs(x) < 9) & (np.abs(y + depth + 17 + 3 * coarse) < 7)
    tissue[airway] = T.GAS
    vessel = np.hypot(x - around.vessel_x - 4 * coarse, y + depth + 13 + 3 * coarse)
    below_arch = (k > around.apex_index + 3) & (k < len(around.levels) - 5.6)
    tissue[(vessel < 10.5) & below_arch] = T.MUSCLE
    tissue[(vessel < 9.3) & below_arch] = around.aorta_tissue
    cava = np.hypot(x + 18 + around.vessel_x, y + depth + 11)
    tissue[(cava < 9) & (k > around.diaphragm_index) & (k < len(around.levels) - 5.6)] = T.SLOW_VESSEL
