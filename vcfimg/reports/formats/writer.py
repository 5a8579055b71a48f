"""What a writer of one output format is to the rest of the house."""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vcfimg.base import Note
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    from vcfimg.screening.examination import Examination


class Writer(Protocol):
    """Writes one format, in two steps: :meth:`keep` while the images are there, :meth:`write` after each decision.

    ``write`` never sees an image, so that a study just screened and one re-decided later go the same way. Subclass it
    for the defaults; a format that needs no images says its name and files and writes them.
    """

    format: str
    """Name after ``--format``: lower case, without a comma."""
    files: tuple[str, ...] = ()
    """Names of the files of :meth:`write`, in the folder of the study; those that it does not renew are removed."""
    kept_files: tuple[str, ...] = ()
    """Names of the files of :meth:`keep`; none for a format that needs no images."""
    not_kept: Note = Note(code="images_not_kept", text="an output format could not keep what it shows of the images")
    """What a result says when :meth:`keep` fails, its reason added; such a study is screened again by the next run."""

    def unavailable(self) -> str | None:
        """What to install before this format can be written; None when all is there. Quick: asked at every start."""
        return None

    def is_written(self, folder: Path) -> bool:
        """Whether the study in this folder has the format; one for which there is nothing to write has it."""
        return all((folder / name).is_file() for name in self.files)

    def can_write(self, folder: Path) -> bool:
        """Whether :meth:`write` finds all that it needs without the images."""
        return all((folder / name).is_file() for name in self.kept_files)

    def keep(self, examination: "Examination", folder: Path) -> None:
        """Store ``kept_files`` in the folder of the study; runs within its time limit.

        Raises
        ------
        ReportError
            When the file system refuses: the study then counts as failed. Any other exception costs only the format.
        """
        return None

    def write(self, result: ScreeningResult, folder: Path) -> tuple[Path, ...]:
        """Write the files of a result, from it and from ``kept_files``, which may be missing or of other images.

        Raises
        ------
        ReportError
            When the file system refuses.
        """
        ...
