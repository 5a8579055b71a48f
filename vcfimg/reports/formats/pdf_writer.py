"""``pdf``: the report of a study on one page, as an Encapsulated PDF."""

import ctypes
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcfimg.reports.formats.object_writer import INSTALL
from vcfimg.reports.formats.sc_writer import ScWriter
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.reports.objects.kept_images import KeptImages
    from vcfimg.reports.objects.object_identity import Identity


_LIBRARIES: Final = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0")


class PdfWriter(ScWriter):
    """Writes ``pdf.dcm``; keeps the same figures as the picture."""

    format = "pdf"
    files = ("pdf.dcm",)
    sop_class_uid = "1.2.840.10008.5.1.4.1.1.104.1"

    def unavailable(self) -> str | None:
        """The extra ``pdf`` and the packages of the system that its library needs."""
        if find_spec("weasyprint") and _system_libraries():
            return super().unavailable()
        from vcfimg.reports.objects.printed_page import PACKAGES

        return f"{INSTALL.format(extra='pdf')}, and on Debian: apt-get install {PACKAGES}"

    def build(self, result: ScreeningResult, kept: "KeptImages", identity: "Identity", folder: Path) -> Any:
        """See :func:`vcfimg.reports.objects.encapsulated_pdf.build_encapsulated`."""
        from vcfimg.reports.objects.encapsulated_pdf import build_encapsulated
        from vcfimg.reports.objects.printed_page import printed_page
        from vcfimg.reports.pictures.figure_store import load_figures

        before = identity.predecessor
        pdf = printed_page(
            result,
            load_figures(result, folder),
            patient_name=str(kept.any_header.get("PatientName", "")),
            replaces=before.sop_instance_uid if before else None,
        )
        return build_encapsulated(result, kept.any_header, pdf, identity)


def _system_libraries() -> bool:
    """Whether WeasyPrint will find its libraries; elsewhere than on Linux they have other names, and it is asked."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        for name in _LIBRARIES:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True
