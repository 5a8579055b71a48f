"""``gsps``: the height lines of a study as a presentation state."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vcfimg.reports.formats.object_writer import ObjectWriter
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.reports.objects.kept_images import KeptImages
    from vcfimg.reports.objects.object_identity import Identity


class GspsWriter(ObjectWriter):
    """Writes ``gsps.dcm``."""

    format = "gsps"
    files = ("gsps.dcm",)
    sop_class_uid = "1.2.840.10008.5.1.4.1.1.11.1"

    def has_content(self, result: ScreeningResult, kept: "KeptImages") -> bool:
        """Whether there is a line to draw."""
        from vcfimg.reports.objects.height_lines import height_lines

        return bool(height_lines(result, kept))

    def build(self, result: ScreeningResult, kept: "KeptImages", identity: "Identity", folder: Path) -> Any:
        """See :func:`vcfimg.reports.objects.presentation_state.build_presentation`."""
        from vcfimg.reports.objects.presentation_state import build_presentation

        return build_presentation(result, kept, identity)
