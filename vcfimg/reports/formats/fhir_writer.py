"""``fhir``: the FHIR R4B report of a study."""

from importlib.util import find_spec
from pathlib import Path

from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.formats.object_writer import INSTALL
from vcfimg.reports.formats.writer import Writer
from vcfimg.reports.objects.object_identity import claim_nothing, read_ledger
from vcfimg.result import ScreeningResult


class FhirWriter(Writer):
    """Writes ``fhir.json``, from the result alone; a study that was not measured gets none."""

    format = "fhir"
    files = ("fhir.json",)

    def unavailable(self) -> str | None:
        """The extra ``fhir``, where fhir.resources is not installed."""
        return None if find_spec("fhir") and find_spec("fhir.resources") else INSTALL.format(extra="fhir")

    def is_written(self, folder: Path) -> bool:
        """Whether the report is there, or known not to exist."""
        return self.format in read_ledger(folder).nothing or super().is_written(folder)

    def write(self, result: ScreeningResult, folder: Path) -> tuple[Path, ...]:
        """Write the bundle of a measured study."""
        from vcfimg.reports.objects.fhir_report import build_bundle

        if result.status != "ok":
            claim_nothing(folder, self.format)
            return ()
        return (write_atomic(folder / self.files[0], build_bundle(result)),)
