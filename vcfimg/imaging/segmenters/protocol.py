"""What a segmenter is to the rest of the house."""

from collections.abc import Sequence
from typing import Protocol

from vcfimg.imaging.segmentation import Segmentation, SegmenterInfo
from vcfimg.loaders.volume import Volume


class Segmenter(Protocol):
    """Finds vertebral bodies.

    An object that is to work in a batch must also survive pickling: each worker process gets its own copy.
    """

    @property
    def info(self) -> SegmenterInfo:
        """Who made the labels; a change of it means that images are read again."""
        ...

    def segment(self, volumes: Sequence[Volume]) -> Segmentation:
        """Label maps on the grids of the volumes.

        Parameters
        ----------
        volumes
            Sagittal volumes of one study, at least one; several stations share one frame of reference.

        Raises
        ------
        SegmentationError
            With a code and a sentence, when the images cannot be segmented.
        """
        ...
