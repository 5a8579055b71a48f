"""Everything that an output folder holds of some studies, removed."""

import datetime
import json
import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipelines.batch.batch_tables import write_tables_of
from pipelines.batch.job import PRIVATE
from pipelines.batch.lock import only_run
from pipelines.batch.output_store import FILE, OutputStore, open_output_store
from pipelines.batch.run_folders import HEADERS
from pipelines.batch.stale_files import remove_stale
from pipelines.destinations.sent_record import SENT
from pipelines.private_files import private_files
from pipelines.sources.skipped_files import SKIPPED_CSV
from vcfimg import __version__
from vcfimg.base import Note
from vcfimg.clinical.identifiers import normal_form, normal_uid
from vcfimg.errors import ReportError
from vcfimg.loaders.headers.header_index import HeaderIndex
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.reports import study_folder_name
from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.paths import STUDIES
from vcfimg.reports.result_file import RESULT_JSON, study_of
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.run_scope import RunScope

AUDIT: Final = "audit.log"
"""One line for every removal, below the private folder; it names nobody."""


@dataclass(frozen=True)
class Forgotten:
    """What was removed."""

    studies: int
    files: int
    header_folders: int
    """Folders whose remembered headers were dropped."""
    sent: tuple[Mapping[str, Any], ...]
    """Copies elsewhere, which must be removed there."""
    unreadable: int
    """Results that do not say whose they are; they stay."""

    @property
    def found(self) -> bool:
        """Whether there was anything."""
        return bool(self.studies or self.files or self.header_folders or self.sent)


def forget(
    out: Path, *, studies: Collection[str] = (), patients: Collection[str] = (), store_url: str | None = None
) -> Forgotten:
    """Remove the studies of the given UIDs, and all of the given patient IDs, from an output folder.

    Parameters
    ----------
    store_url
        The store of its runs, where that is not the file below the folder.

    Raises
    ------
    StoreError
        When the store that was named cannot be used.
    ReportError
        ``no_output_folder`` when no run wrote there, ``folder_in_use``, ``write_failed``.
    """
    if not (out / PRIVATE).is_dir():
        raise ReportError("no_output_folder", f"{out.name or out}: no run of vcfimg has written here")
    shared = bool((out / PRIVATE).stat().st_mode & 0o070)
    with private_files(shared=shared), only_run(out / PRIVATE), open_output_store(out, store_url) as store:
        remove_stale(out)
        uids, ids = {normal_uid(one) for one in studies}, {normal_form(one) for one in patients}
        found, unreadable = _studies(out, uids, ids)
        known = {one.study_instance_uid for one in found}
        found += [one for one in store.waiting() if one.study_instance_uid not in known and _is_meant(one, uids, ids)]
        uids |= {normal_uid(one.study_instance_uid) for one in found}
        names = {study_folder_name(one.study_instance_uid) for one in found} | set(map(study_folder_name, studies))
        sent = _take_sent(out / PRIVATE / SENT, uids)
        with HeaderIndex(out / PRIVATE / HEADERS) as headers:
            header_folders = headers.forget(
                lambda uid, patient: normal_uid(uid) in uids or (patient is not None and normal_form(patient) in ids)
            )
        files = sum(map(_remove, _named(out, names)))
        store.forget(names)
        forgotten = Forgotten(len(found), files, header_folders, tuple(sent), unreadable)
        if forgotten.found:
            _remove(out / PRIVATE / SKIPPED_CSV)  # names of files, which may name the patient
            for copy in _copies(out / PRIVATE / FILE):
                _remove(copy)
            _rebuild(out, store, found, [*studies, *patients])
            _audit(out / PRIVATE / AUDIT, forgotten)
    return forgotten


def _studies(out: Path, uids: Collection[str], ids: Collection[str]) -> tuple[list[StudyInfo], int]:
    found, unreadable = [], 0
    for folder in sorted((out / STUDIES).glob("*/")):
        study = study_of(folder / RESULT_JSON)
        by_name = any(folder.name == study_folder_name(uid) for uid in uids)
        if by_name or _is_meant(study, uids, ids):
            found.append(study)
        elif study == StudyInfo(study_instance_uid=folder.name):  # nothing but its folder is known of it
            unreadable += 1
    return found, unreadable


def _is_meant(study: StudyInfo, uids: Collection[str], ids: Collection[str]) -> bool:
    return normal_uid(study.study_instance_uid) in uids or normal_form(study.patient_id) in ids


def _named(out: Path, names: Collection[str]) -> Iterator[Path]:
    """Files and folders, below the output folder and at most two folders deep, that carry the name of a study."""
    for pattern in ("*", "*/*", "*/*/*"):
        for path in list(out.glob(pattern)):
            if path.name in names or any(path.name.startswith(f"{name}.{end}") for name in names for end in _ENDINGS):
                yield path


_ENDINGS: Final = ("json", "html", "svg", "csv", "dcm", "jpg", "png")
"""A UID may itself go on with a dot and a number, so only these show the name of a file."""


def _remove(path: Path) -> int:
    """Remove a file or folder and return the number of files."""
    try:
        if path.is_dir() and not path.is_symlink():
            count = sum(len(files) for _, _, files in os.walk(path))
            shutil.rmtree(path)
            return count
        path.unlink()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise ReportError("write_failed", f"cannot remove {path.name}: {error.strerror or error}") from error
    return 1


def _copies(store: Path) -> Iterator[Path]:
    """What an earlier version or a fault left beside the store."""
    return (path for path in store.parent.glob(f"{store.stem}.*{store.suffix}") if path != store)


def _take_sent(path: Path, uids: Collection[str]) -> list[Mapping[str, Any]]:
    """The lines of these studies, which leave the record."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return []
    taken: list[Mapping[str, Any]] = []
    kept = []
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if isinstance(entry, dict) and normal_uid(str(entry.get("study_instance_uid", ""))) in uids:
            taken.append(entry)
        else:
            kept.append(line)
    if taken:
        write_atomic(path, "".join(f"{line}\n" for line in kept))
    return taken


def _rebuild(out: Path, store: OutputStore, studies: Iterable[StudyInfo], given: Iterable[str]) -> None:
    """The tables anew; of the last run's problems those stay that speak of somebody else."""
    document: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        read = json.loads((out / "worklist.json").read_text("utf-8"))
        document = read if isinstance(read, dict) else {}
    identifiers = {one for one in given if one}
    for study in studies:
        several = (study.study_instance_uid, study.patient_id, study.accession_number, *study.accession_numbers)
        identifiers |= {one for one in several if one}

    def others(key: str) -> list[dict[str, Any]]:
        entries = [one for one in document.get(key) or () if isinstance(one, dict)]
        return [one for one in entries if not any(name in str(value) for value in one.values() for name in identifiers)]

    problems = [Note(code=str(one.get("code")), text=str(one.get("text"))) for one in others("problems")]
    write_tables_of(
        store,
        out,
        origin=ListOrigin.now(),
        scope=RunScope(),
        skipped_files=_beside_none(document),
        problems=problems,
        unread_facts=others("unread"),
    )


def _beside_none(document: Mapping[str, Any]) -> dict[str, int]:
    """Skipped files that belong to no study."""
    counts = Counter(_counts(document.get("skipped_files")))
    studies: Sequence[Any] = document.get("studies") or ()
    for study in studies:
        if isinstance(study, dict):
            counts.subtract(_counts(study.get("skipped_files")))
    return {reason: number for reason, number in counts.items() if number > 0}


def _counts(found: Any) -> dict[str, int]:
    return {key: value for key, value in found.items() if isinstance(value, int)} if isinstance(found, dict) else {}


def _audit(path: Path, forgotten: Forgotten) -> None:
    time = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    line = f"{time} forgot studies={forgotten.studies} files={forgotten.files} sent={len(forgotten.sent)}"
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{line} version={__version__}\n")
    except OSError as error:
        raise ReportError("write_failed", f"cannot write {path.name}: {error.strerror or error}") from error
