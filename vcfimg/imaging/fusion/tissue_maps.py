"""What a network says of one series: the probability of each tissue in every voxel of some grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry
from vcfimg.imaging.segmentation import Tissue
from vcfimg.loaders.volume import Volume


@dataclass(frozen=True, eq=False)
class TissueMaps:
    """Probabilities of one volume.

    Parameters
    ----------
    volume
        The series that was read.
    geometry
        The grid of the maps; its slices are those of the volume, its pixels need not be.
    semantic
        float32 ``(slices, tissues, rows, columns)``: probability of each :class:`Tissue`.
    core
        float32 ``(slices, rows, columns)``: probability of the inside of a body, by which bodies are separated.
    """

    volume: Volume
    geometry: Geometry
    semantic: NDArray[np.float32]
    core: NDArray[np.float32]

    @property
    def spine(self) -> NDArray[np.float32]:
        """Body and canal probability, for registration."""
        return np.asarray(self.semantic[:, Tissue.BODY] + self.semantic[:, Tissue.CANAL], np.float32)
