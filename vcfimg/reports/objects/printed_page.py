"""The report of a study on one page, as a PDF.

The page of the browser is not printed: it unfolds to many pages, and its drawings are styled in a way that WeasyPrint
does not read.
"""

import base64
from collections.abc import Mapping
from typing import Final

from vcfimg.errors import ReportError
from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.imaging.raw import POSITIONS, Heights, at
from vcfimg.reports.objects.conclusion import basis, impression, statement
from vcfimg.reports.objects.dicom_parts import NOT_A_DEVICE
from vcfimg.reports.pages.page_environment import environment
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.summary_picture import summary_picture
from vcfimg.reports.wording.numbers import number, plus_minus
from vcfimg.reports.wording.vertebra_names import edema_words, vertebra_name
from vcfimg.result import ScreeningResult

PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-cjk"
"""Debian packages that WeasyPrint and names in any script need."""


def printed_page(
    result: ScreeningResult, figures: Mapping[str, Figure], *, patient_name: str, replaces: str | None
) -> bytes:
    """PDF; nothing is fetched from anywhere. The same result gives the same bytes.

    Raises
    ------
    ReportError
        ``format_not_available`` where the libraries of the system are missing.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise ReportError("format_not_available", f"not available: 'pdf'; apt-get install {PACKAGES}") from error
    html = (
        environment()
        .get_template("print.html.j2")
        .render(
            banner=NOT_A_DEVICE,
            study=result.study,
            patient=patient_name.replace("^", " ").strip(),
            picture=_picture(result, figures) if figures else None,
            lines=impression(result),
            rows=[_row(one) for one in sorted(result.vertebrae, key=lambda one: one.order)],
            basis=basis(result),
            statement=statement(result),
            replaces=replaces,
        )
    )
    text = html.encode("utf-8", "backslashreplace").decode()
    identifier = (result.provenance.inputs_sha256 or "").encode()[:16]
    fetcher = URLFetcher(allowed_protocols=("data",))
    return bytes(HTML(string=text, url_fetcher=fetcher).write_pdf(pdf_identifier=identifier))


def _picture(result: ScreeningResult, figures: Mapping[str, Figure]) -> str:
    import imageio.v3 as imageio

    pixels = summary_picture(result, figures, (), "")
    jpeg = imageio.imwrite("<bytes>", pixels, extension=".jpg", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def _row(one: VertebraMeasurement) -> tuple[str, ...]:
    return (
        vertebra_name(one),
        _three(one.height_mm),
        _three(one.expected_height_mm),
        plus_minus(one.loss_percent.index, one.loss_uncertainty, 0),
        "" if one.genant is None else f"{one.genant.grade} {one.genant.type or ''}".strip(),
        number(one.wedge_angle_deg),
        number(one.stir.ratio_to_normal, 2),
        edema_words(one),
    )


def _three(heights: Heights) -> str:
    values = [number(at(heights, position)) or "?" for position in POSITIONS]
    return "not measured" if set(values) == {"?"} else " / ".join(values)
