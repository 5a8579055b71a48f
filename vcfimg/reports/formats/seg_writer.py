"""``seg``: the DICOM segmentation of a study."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vcfimg.reports.formats.object_writer import ObjectWriter
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.reports.objects.kept_images import KeptImages
    from vcfimg.reports.objects.object_identity import Identity


class SegWriter(ObjectWriter):
    """Writes ``seg.dcm``, on the reference series of the measurement."""

    format = "seg"
    files = ("seg.dcm",)
    sop_class_uid = "1.2.840.10008.5.1.4.1.1.66.4"

    def has_content(self, result: ScreeningResult, kept: "KeptImages") -> bool:
        """Whether the reference series has a label map."""
        from vcfimg.reports.objects.segmentation_object import segmented_series

        return segmented_series(result, kept) is not None

    def build(self, result: ScreeningResult, kept: "KeptImages", identity: "Identity", folder: Path) -> Any:
        """See :func:`vcfimg.reports.objects.segmentation_object.build_segmentation`."""
        from vcfimg.reports.objects.segmentation_object import build_segmentation, segmented_series

        series = segmented_series(result, kept)
        assert series is not None
        return build_segmentation(result, series, identity)
