"""``html``: the page of a study, with pictures of its series, and a thumbnail for the index page."""

from pathlib import Path
from typing import TYPE_CHECKING

from vcfimg.base import Note
from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.formats.writer import Writer
from vcfimg.reports.paths import FIGURES_JSON, REPORT_HTML, THUMBNAIL
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.imaging.measurement import SpineMeasurement
    from vcfimg.screening.examination import Examination


class HtmlWriter(Writer):
    """Templates and image code are loaded only when a page is written."""

    format = "html"
    files = (REPORT_HTML, THUMBNAIL)
    kept_files = (FIGURES_JSON,)
    not_kept = Note(code="no_pictures", text="no picture could be drawn")

    def is_written(self, folder: Path) -> bool:
        """Whether there is a page; a study without pictures has no thumbnail."""
        return (folder / REPORT_HTML).is_file()

    def keep(self, examination: "Examination", folder: Path) -> None:
        """Draw the series that were used and store the drawings; nothing is stored where no series was used."""
        from vcfimg.reports.pictures.figure_store import store_figures
        from vcfimg.reports.pictures.figures import render_figures
        from vcfimg.reports.pictures.stack_pictures import render_stacks

        result, volumes, segmentation = examination.result, examination.volumes, examination.segmentation
        drawn = _drawn(examination)
        figures = render_figures(volumes, segmentation, drawn, raw=result.raw)
        if figures:
            stacks = render_stacks(volumes, segmentation, drawn, raw=result.raw, axial=examination.axial)
            store_figures(figures, result, folder, stacks)

    def write(self, result: ScreeningResult, folder: Path) -> tuple[Path, ...]:
        """Write the page with the pictures kept of the same images, and the thumbnail where there are any."""
        from vcfimg.reports.pages.study_page import write_study_page
        from vcfimg.reports.pictures.figure_store import load_pictures
        from vcfimg.reports.pictures.thumbnail import thumbnail

        pictures = load_pictures(result, folder)
        page = write_study_page(result, folder, pictures)
        picture = thumbnail(result, pictures.figures)
        return (page,) if picture is None else (page, write_atomic(folder / THUMBNAIL, picture))


def _drawn(examination: "Examination") -> "SpineMeasurement":
    """What the pictures show; names are not drawn into them, so an undecided study gets its outlines as well."""
    from vcfimg.imaging.derive import derive

    result = examination.result
    if result.raw is not None and result.failure is not None:
        return derive(result.raw, None, examination.policy)
    return examination.measurement
