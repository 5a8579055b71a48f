"""Everything around the bones of one slice: viscera, muscles, foramina, canal, head and outline."""

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.canal import paint_canal
from vcfimg.phantom.canvas import Canvas
from vcfimg.phantom.curve import SpineCurve
from vcfimg.phantom.head import paint_head
from vcfimg.phantom.muscles import paint_muscles
from vcfimg.phantom.near_spine import paint_near_spine
from vcfimg.phantom.outline import paint_outline
from vcfimg.phantom.spine import Spine
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.viscera import paint_viscera


def paint_soft_tissues(
    around: Surroundings, spine: Spine, curve: SpineCurve, points: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Tissue and label maps of ``(rows, columns, 3)`` LPS points without their bones and discs."""
    canvas = Canvas.of(around, curve, points)
    paint_viscera(around, canvas)
    paint_muscles(around, canvas)
    paint_near_spine(around, canvas)
    paint_canal(around, canvas)
    paint_head(spine, canvas)
    paint_outline(around, curve, canvas)
    return canvas.tissue, canvas.label
