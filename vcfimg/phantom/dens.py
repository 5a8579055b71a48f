"""The dens of the axis: one bone with the body of C2, so its marrow runs through."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.body import Body
from vcfimg.phantom.posterior import capsule
from vcfimg.phantom.tissue import T
from vcfimg.phantom.window import PointGrid

RADIUS_MM: Final = 5.0
LENGTH_MM: Final = 17.0
"""From the top of the body to the tip (typical adult)."""
SHELL_MM: Final = 0.9


def paint_dens(
    axis: Body, grid: PointGrid, tissue: NDArray[np.uint8], label: NDArray[np.uint8], instance: NDArray[np.uint8]
) -> None:
    """Paint the dens onto the finished body of C2, as part of its instance (1)."""
    h = axis.expected_heights[2]
    a, b = (0.0, 0.0, 0.3 * h), (0.0, 0.5, 0.5 * h + LENGTH_MM)
    window = grid.hull(axis.to_lps(np.array([a, b])), RADIUS_MM + 1)
    if window is None:
        return
    d = capsule(axis.to_local(grid.points[window]), a, b, RADIUS_MM)
    view, ids = tissue[window], instance[window]
    view[(d < 0) & (d >= -SHELL_MM) & (ids != 1)] = T.CORTEX
    view[d < -SHELL_MM] = T.MARROW
    label[window][d < 0] = Label.BODY
    ids[d < 0] = 1
