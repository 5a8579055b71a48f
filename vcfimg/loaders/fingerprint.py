"""Hash of the image files of a study, independent of their names, places and order."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from vcfimg.errors import LoadError
from vcfimg.loaders.study import Study


def inputs_sha256(study: Study) -> str:
    """SHA-256 over the sorted ``SOPInstanceUID file-hash`` lines of every file of the study.

    Files of its series that had to be skipped count, with their reason instead of the UID.

    Raises
    ------
    LoadError
        ``unreadable_file`` when a file has gone or cannot be read.
    """
    digest = hashlib.sha256()
    for line in sorted(f"{uid} {_file_sha256(path)}\n" for uid, path in _instances(study)):
        digest.update(line.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()


def study_files(study: Study) -> tuple[Path, ...]:
    """Every file of the study, each once, sorted by path."""
    return tuple(sorted(_paths(study)))


def _paths(study: Study) -> set[Path]:
    used = {path for series in study.series for path in series.files}
    return used | {Path(file.path) for series in study.series for file in series.skipped}


def _instances(study: Study) -> Iterable[tuple[str, str]]:
    """(SOPInstanceUID, path) of every file, each once."""
    frames = {(frame.sop_instance_uid, frame.path) for series in study.series for frame in series.frames}
    return frames | {(file.reason, file.path) for series in study.series for file in series.skipped}


def _file_sha256(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LoadError("unreadable_file", f"an image file cannot be read ({error.strerror})") from error
