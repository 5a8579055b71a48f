"""The files of one study: what is kept of its images, and what is written of its result."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vcfimg.base import Note
from vcfimg.errors import ReportError
from vcfimg.reports.formats.writer import Writer
from vcfimg.reports.formats.writer_registry import DEFAULT_FORMATS, known_writers, writers_of
from vcfimg.reports.paths import STUDIES, study_folder_name
from vcfimg.reports.result_file import write_result
from vcfimg.result import ScreeningResult
from vcfimg.screening.failure import describe, failure_from

if TYPE_CHECKING:
    from vcfimg.screening.examination import Examination


def keep(
    examination: "Examination", out_dir: Path | str, *, formats: Iterable[str] = DEFAULT_FORMATS
) -> tuple[Note, ...]:
    """Keep beside the result what the formats need of the images; what was kept of an earlier look goes.

    Returns
    -------
    tuple of Note
        One for each format that could keep nothing, to be added to ``image_notes``; the measurements stand.

    Raises
    ------
    ReportError
        ``format_not_available``, ``write_failed``.
    """
    folder = _folder(examination.result, out_dir)
    writers = writers_of(formats)
    for writer in known_writers():
        _remove(folder, writer.kept_files)
    notes = []
    for writer in writers:
        try:
            writer.keep(examination, folder)
        except ReportError:
            raise
        except Exception as error:  # noqa: BLE001  whatever drawing meets, the study is measured
            _remove(folder, writer.kept_files)
            reason = failure_from(error, "write").message
            notes.append(writer.not_kept.model_copy(update={"text": f"{writer.not_kept.text}: {reason}"}))
    return tuple(notes)


def write(result: ScreeningResult, out_dir: Path | str, *, formats: Iterable[str] = DEFAULT_FORMATS) -> dict[str, Path]:
    """Write one study below ``out_dir/studies/<StudyInstanceUID>/``.

    ``result.json`` is always written; the tables span studies and come from :func:`vcfimg.reports.write_tables`. Files
    of formats that are not asked for are removed: they would speak of an earlier decision. What :func:`keep` stored
    stays, so that a re-decided study keeps its pictures.

    Returns
    -------
    dict
        File name to path.

    Raises
    ------
    ReportError
        ``format_not_available``, ``not_serialisable``, ``write_failed``.
    """
    folder = _folder(result, out_dir)
    written: dict[str, Path] = {}
    for writer in writers_of(formats):
        with _faults_named(writer):
            written |= {path.name: path for path in writer.write(result, folder)}
    # last, since a study whose result.json is there counts as done
    path = write_result(result, folder)
    written[path.name] = path
    for writer in known_writers():
        _remove(folder, [name for name in writer.files if name not in written])
    return written


def not_kept_codes() -> frozenset[str]:
    """Codes of the notes that a format could keep nothing of the images; another look at them may help."""
    return frozenset(writer.not_kept.code for writer in known_writers())


def _folder(result: ScreeningResult, out_dir: Path | str) -> Path:
    return Path(out_dir) / STUDIES / study_folder_name(result.study.study_instance_uid)


def _remove(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise ReportError("write_failed", f"cannot remove the old {name}: {error.strerror or error}") from error


@contextmanager
def _faults_named(writer: Writer) -> Iterator[None]:
    """Turn what a writer raises into ``write_failed``; its text may quote patient data."""
    try:
        yield
    except ReportError:
        raise
    except Exception as error:
        raise ReportError("write_failed", f"cannot write {writer.format}: unexpected {describe(error)}") from error
