"""A case of two boxes for bodies."""

import numpy as np

from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.geometry import Geometry
from vcfimg.loaders.volume import Volume

KEY = "1.2"
BODY, SOFT = 200.0, 100.0


def two_bodies() -> Case:
    """L4 and L5, 20 x 20 mm and 8 slices wide, in soft tissue; 1 mm, rows to the feet, columns to the back."""
    affine = np.eye(4)
    affine[:3, :3] = [[0, 0, 1], [1, 0, 0], [0, -1, 0]]
    mask = np.zeros((8, 60, 40), np.uint16)
    for label, top in ((23, 5), (24, 30)):
        mask[:, top : top + 20, 10:30] = label
    image = np.where(mask > 0, BODY, SOFT).astype(np.float32)
    bodies = (TrueBody(23, "L4", (3.5, 19.5, -14.5)), TrueBody(24, "L5", (3.5, 19.5, -39.5)))
    volume = Volume(image, Geometry.of(image, affine), KEY, "t2")
    return Case("name", "T2", (volume,), bodies, {KEY: mask}, exhaustive=False, sacrum_in_view=True)
