"""What the writers of DICOM objects share: when there is an object, and which libraries it takes."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcfimg.base import Note
from vcfimg.reports.formats.writer import Writer
from vcfimg.reports.objects.kept_names import KEPT_FILES
from vcfimg.reports.objects.object_identity import claim, claim_nothing, first_told, read_ledger
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.reports.objects.kept_images import KeptImages
    from vcfimg.reports.objects.object_identity import Identity
    from vcfimg.screening.examination import Examination

INSTALL: Final = "install it with: pip install 'vcfimg[{extra}]'"


class ObjectWriter(Writer):
    """Base of the writers of DICOM objects. A study that was not measured gets none of them."""

    sop_class_uid: str
    kept_files: tuple[str, ...] = KEPT_FILES
    not_kept = Note(code="references_not_kept", text="the headers of the images could not be kept for DICOM objects")

    def unavailable(self) -> str | None:
        """The extra ``objects``, where highdicom is not installed."""
        return None if find_spec("highdicom") else INSTALL.format(extra="objects")

    def is_written(self, folder: Path) -> bool:
        """Whether the object is there, or known not to exist."""
        return self.format in read_ledger(folder).nothing or super().is_written(folder)

    def keep(self, examination: "Examination", folder: Path) -> None:
        """Keep label maps and headers; see :mod:`vcfimg.reports.objects.kept_images`."""
        from vcfimg.reports.objects.kept_images import keep_images

        keep_images(examination, folder)

    def write(self, result: ScreeningResult, folder: Path) -> tuple[Path, ...]:
        """Write the object of a measured study; nothing for any other, or where the images were not kept."""
        from vcfimg.reports.objects.dicom_parts import store
        from vcfimg.reports.objects.kept_images import load_images

        if result.status != "ok" or result.raw is None:
            claim_nothing(folder, self.format)
            return ()
        kept = load_images(result, folder)
        if kept is None or not self.has_content(result, kept):
            return ()
        identity = claim(result, folder, self.format, self.sop_class_uid)
        made = self.build(first_told(result, identity), kept, identity, folder)
        return (store(made, folder / self.files[0]),)

    def has_content(self, result: ScreeningResult, kept: "KeptImages") -> bool:
        """Whether there is anything to say."""
        return True

    def build(self, result: ScreeningResult, kept: "KeptImages", identity: "Identity", folder: Path) -> Any:
        """The object as a pydicom data set."""
        raise NotImplementedError
