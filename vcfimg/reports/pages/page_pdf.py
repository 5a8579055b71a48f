"""The page of a study as a PDF."""

from collections.abc import Mapping
from typing import Final

from vcfimg.errors import ReportError
from vcfimg.reports.pages.page_environment import environment
from vcfimg.reports.pages.study_page import context
from vcfimg.reports.pictures.figure import Figure
from vcfimg.result import ScreeningResult

PACKAGES: Final = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-cjk"
"""Debian packages that WeasyPrint and names in any script need."""


def page_pdf(result: ScreeningResult, figures: Mapping[str, Figure]) -> bytes:
    """PDF of the same HTML as ``report.html``; nothing is fetched from anywhere.

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
    html = environment().get_template("study.html.j2").render(**context(result, figures))
    text = html.encode("utf-8", "backslashreplace").decode()
    identifier = (result.provenance.inputs_sha256 or "").encode()[:16]
    return bytes(
        HTML(string=text, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf(pdf_identifier=identifier)
    )
