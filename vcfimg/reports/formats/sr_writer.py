"""``sr``: the structured report of a study, and the segmentation that its groups refer to."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcfimg.reports.formats.object_writer import ObjectWriter
from vcfimg.reports.formats.seg_writer import SegWriter
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.reports.objects.kept_images import KeptImages
    from vcfimg.reports.objects.object_identity import Identity

_SEG: Final = SegWriter()


class SrWriter(ObjectWriter):
    """Writes ``sr.dcm``, and ``seg.dcm`` with it: a report that names segments nobody has is of no use."""

    format = "sr"
    files = ("sr.dcm", *_SEG.files)
    sop_class_uid = "1.2.840.10008.5.1.4.1.1.88.33"

    def has_content(self, result: ScreeningResult, kept: "KeptImages") -> bool:
        """Whether there is a segmentation to refer to."""
        return _SEG.has_content(result, kept)

    def write(self, result: ScreeningResult, folder: Path) -> tuple[Path, ...]:
        """Both files."""
        return (*_SEG.write(result, folder), *super().write(result, folder))

    def build(self, result: ScreeningResult, kept: "KeptImages", identity: "Identity", folder: Path) -> Any:
        """See :func:`vcfimg.reports.objects.measurement_report.build_report`."""
        from vcfimg.reports.objects.measurement_report import build_report
        from vcfimg.reports.objects.object_identity import claim
        from vcfimg.reports.objects.segmentation_object import segmented_series

        series = segmented_series(result, kept)
        assert series is not None
        segmentation = claim(result, folder, _SEG.format, _SEG.sop_class_uid)
        return build_report(result, kept, identity, series, segmentation.object)
