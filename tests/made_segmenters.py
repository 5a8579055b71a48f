"""Segmenters that only raise: what a study becomes when nothing can be segmented."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vcfimg.imaging.segmentation import Segmentation, SegmenterInfo
from vcfimg.loaders.volume import Volume

ORACLE: Final = SegmenterInfo(name="oracle", version="1")
"""The segmenter of the tests."""


@dataclass(frozen=True)
class FailingSegmenter:
    """Raises ``error`` at every study."""

    error: Exception
    info: SegmenterInfo = ORACLE

    def segment(self, volumes: Sequence[Volume]) -> Segmentation:
        raise self.error
