"""Everything that is written for one study."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.formats import check_formats
from vcfimg.reports.paths import REPORT_HTML, STUDIES, study_folder_name
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.figure_store import load_figures, store_figures
from vcfimg.reports.result_file import write_result
from vcfimg.result import ScreeningResult


def write(
    result: ScreeningResult,
    out_dir: Path | str,
    *,
    formats: Iterable[str] = ("json", "csv", "html"),
    figures: Mapping[str, Figure] | None = None,
) -> dict[str, Path]:
    """Write one study below ``out_dir/studies/<StudyInstanceUID>/``.

    ``result.json`` is always written; the tables of ``csv`` span studies and come from
    :func:`vcfimg.reports.write_tables`.

    Parameters
    ----------
    figures
        From :func:`vcfimg.reports.pictures.figures.render_figures`. They are kept beside the result; when None, those
        kept from an earlier run on the same images are used, so that a re-decided study keeps its pictures.

    Returns
    -------
    dict
        File name to path.

    Raises
    ------
    ReportError
        ``format_not_available``, ``not_serialisable``, ``write_failed``.
    """
    wanted = check_formats(formats)
    folder = Path(out_dir) / STUDIES / study_folder_name(result.study.study_instance_uid)
    written: dict[str, Path] = {}
    if "html" in wanted:
        from vcfimg.reports.pages.study_page import write_study_page
        from vcfimg.reports.pictures.thumbnail import THUMBNAIL, thumbnail

        if figures:
            path = store_figures(figures, result, folder)
            written[path.name] = path
        shown = figures if figures is not None else load_figures(result, folder)
        written[REPORT_HTML] = write_study_page(result, folder, shown)
        picture = thumbnail(result, shown)
        if picture is not None:
            written[THUMBNAIL] = write_atomic(folder / THUMBNAIL, picture)
        else:
            (folder / THUMBNAIL).unlink(missing_ok=True)
    # last, since a study whose result.json is there counts as done
    path = write_result(result, folder)
    written[path.name] = path
    return written
