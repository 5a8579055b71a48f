"""Class and core probabilities of boxes that stand for bodies, one above the other."""

import numpy as np

from vcfimg.imaging.bodies.tracks import Piece, Track
from vcfimg.imaging.segmentation import Tissue

ROWS, COLUMNS, SLICES = 260, 160, 5
TOPS = (20, 62, 104, 146, 188)
HEIGHT, DEPTH, LEFT = 26, 32, 60


def maps(boxes, *, slices=SLICES, missing=()):
    """Class and core probabilities of boxes (top, left, height, tissue); ``missing``: (slice, box) without a core."""
    semantic = np.full((slices, 6, ROWS, COLUMNS), 0.01, np.float32)
    semantic[:, Tissue.BACKGROUND] = 0.95
    core = np.zeros((slices, ROWS, COLUMNS), np.float32)
    for n, (top, left, height, tissue) in enumerate(boxes):
        body = np.s_[top : top + height, left : left + DEPTH]
        for k in range(slices):
            if (k, n) in missing:
                continue
            semantic[k, :, body[0], body[1]] = 0.01
            semantic[k, tissue, body[0], body[1]] = 0.95
            core[k, top + 6 : top + height - 6, left + 6 : left + DEPTH - 6] = 0.9
    return semantic, core


def column(height=HEIGHT, tops=TOPS):
    return [(top, LEFT, height, Tissue.BODY) for top in tops]


def track(row: int, slices: range, side: int = 16) -> Track:
    """A square core at ``row`` in some slices."""
    rows, columns = np.indices((side, side)).reshape(2, -1)
    return Track(tuple(Piece(k, 0, rows + row - side // 2, columns + 40, 0.9) for k in slices))
