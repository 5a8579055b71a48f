"""The segmenters that ``--segmenter`` can name."""

from vcfimg.errors import SegmentationError
from vcfimg.imaging.raw import SegmenterInfo


def segmenter_info(name: str | None) -> SegmenterInfo:
    """Identity of the segmenter that will run; None names the embedded one.

    Raises
    ------
    SegmentationError
        ``segmenter_unknown``, or ``weights_missing`` when the package is incomplete.
    """
    from vcfimg.imaging.segmenters.embedded.network import info

    embedded = info()
    if name is not None and name != embedded.name:
        raise SegmentationError("segmenter_unknown", f"no segmenter {name!r}; there is: {embedded.name}")
    return embedded
