"""``sc``: the picture of a study as a secondary capture."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcfimg.reports.formats.html_writer import HtmlWriter
from vcfimg.reports.formats.object_writer import ObjectWriter
from vcfimg.reports.objects.kept_names import KEPT_FILES
from vcfimg.reports.paths import FIGURES_JSON
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.reports.objects.kept_images import KeptImages
    from vcfimg.reports.objects.object_identity import Identity
    from vcfimg.screening.examination import Examination

_HTML: Final = HtmlWriter()


class ScWriter(ObjectWriter):
    """Writes ``sc.dcm``; the figures are those of the page."""

    format = "sc"
    files = ("sc.dcm",)
    kept_files = (*KEPT_FILES, FIGURES_JSON)
    sop_class_uid = "1.2.840.10008.5.1.4.1.1.7"

    def keep(self, examination: "Examination", folder: Path) -> None:
        """Keep headers and figures."""
        super().keep(examination, folder)
        if not (folder / FIGURES_JSON).is_file():
            _HTML.keep(examination, folder)

    def build(self, result: ScreeningResult, kept: "KeptImages", identity: "Identity", folder: Path) -> Any:
        """See :func:`vcfimg.reports.objects.picture_object.build_picture`."""
        from vcfimg.reports.objects.picture_object import build_picture
        from vcfimg.reports.pictures.figure_store import load_figures

        return build_picture(result, kept.any_header, load_figures(result, folder), identity)
