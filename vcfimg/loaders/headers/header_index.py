"""Remembers headers between scans in one SQLite file, a row per folder; deleted at any time, it is rebuilt."""

import hashlib
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from vcfimg.errors import ReportError
from vcfimg.loaders.headers.duplicates import UNREADABLE, file_digest
from vcfimg.loaders.headers.fields import NAMES, SLOT, RawFrame, RawHeader, Record, SkippedImage
from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.loaders.headers.walk import FoundFile

FORMAT: Final = int(hashlib.blake2b("/".join(("7", *NAMES, *SkipReason)).encode(), digest_size=3).hexdigest(), 16)
"""A file of another format is rebuilt: a newer version never trusts an older reading, nor leaves it lying about."""

Outcome = Record | SkippedImage | SkipReason
"""What reading one file gave."""

_VOLATILE: Final = frozenset({SkipReason.UNREADABLE})
"""Outcomes that may change without the file changing; they are asked for again."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS folder (key TEXT PRIMARY KEY, data TEXT);
CREATE TABLE IF NOT EXISTS digest (key TEXT PRIMARY KEY, signature TEXT, digest TEXT);
"""


class HeaderIndex:
    """A context manager over the index file; without a file, or unopened, it remembers nothing.

    Files are remembered by path, size, times and inode. The file is made when absent; a damaged one is rebuilt.
    One that cannot be made is done without: ``on_fault`` is told once.

    The file holds header facts and patient IDs as the archive does, but neither patient names nor birth dates, only
    digests under keys that were never written down (:mod:`vcfimg.loaders.headers.pseudonyms`). Folders and files, which
    may be named after patients, are found by the SHA-256 of their path: no path can be read from the file, though one
    that is already known can be recognised.
    """

    def __init__(self, path: str | Path | None, *, on_fault: Callable[[Exception], None] | None = None) -> None:
        self._path = None if path is None else Path(path)
        self._database: sqlite3.Connection | None = None
        self._files: dict[str, FoundFile] = {}
        self._on_fault = on_fault

    @property
    def path(self) -> Path | None:
        """The file; None where nothing is remembered."""
        return self._path

    def __enter__(self) -> "HeaderIndex":
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    self._database = _open(self._path)
                except sqlite3.DatabaseError:
                    self._path.unlink(missing_ok=True)
                    self._database = _open(self._path)
            except (OSError, sqlite3.Error) as error:
                self._tell(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def lookup(self, files: Sequence[FoundFile]) -> list[Outcome | None]:
        """What is remembered of each file, in order; None where the file is new or changed."""
        self._files = {file.path: file for file in files}
        if self._database is None:
            return [None] * len(files)
        known: dict[str, Outcome] = {}
        for folder, members in _by_folder(files).items():
            known.update(self._load(folder, members))
        return [known.get(file.path) for file in files]

    def store(self, files: Sequence[FoundFile], outcomes: Sequence[Outcome]) -> None:
        """Remember what was read; entries of files that are gone from a folder go too."""
        if self._database is None:
            return
        by_path = dict(zip((file.path for file in files), outcomes, strict=True))
        rows = [
            (_key(folder), _encode([(file, by_path[file.path]) for file in members]))
            for folder, members in _by_folder(files).items()
        ]
        try:
            with self._database as database:
                database.executemany("INSERT OR REPLACE INTO folder VALUES (?, ?)", rows)
        except sqlite3.Error as error:  # a full disk or a lock costs only the speed of the next scan
            self._tell(error)

    def digest(self, path: str) -> str:
        """Digest of a whole file, remembered while the file stays the same."""
        file = self._files.get(path)
        if self._database is None or file is None:
            return file_digest(path)
        key, signature = _key(path), json.dumps(file.signature)
        try:
            row = self._database.execute(
                "SELECT digest FROM digest WHERE key = ? AND signature = ?", (key, signature)
            ).fetchone()
            if row is None:
                found = file_digest(path)
                if found.startswith(UNREADABLE):  # that may change, and names the path
                    return found
                row = (found,)
                with self._database as database:
                    database.execute("INSERT OR REPLACE INTO digest VALUES (?, ?, ?)", (key, signature, row[0]))
        except sqlite3.Error:
            return file_digest(path)
        return str(row[0])

    def forget(self, is_meant: Callable[[str, str | None], bool]) -> int:
        """Drop every folder that holds a header of a study ``is_meant(study UID, patient ID)``; returns their number.

        Nothing of it is left in the file. A folder that was dropped is read again by the next scan.
        """
        if self._database is None:
            return 0
        dropped: list[tuple[str]] = []
        digests: list[tuple[str]] = []
        try:
            self._database.execute("PRAGMA secure_delete = ON")
            for key, text in self._database.execute("SELECT key, data FROM folder"):
                try:
                    data = json.loads(text)
                    meant = any(
                        is_meant(header[SLOT["study_uid"]] or "", header[SLOT["patient_id"]])
                        for header in data["headers"]
                    )
                    files = [(str(row[0]),) for row in data["files"]]
                except (ValueError, TypeError, LookupError, AttributeError):
                    meant, files = True, []  # a damaged row could be anybody's, and is of no use
                if meant:
                    dropped.append((key,))
                    digests += files
            with self._database as database:
                database.executemany("DELETE FROM folder WHERE key = ?", dropped)
                database.executemany("DELETE FROM digest WHERE key = ?", digests)
            if dropped:
                self._database.execute("VACUUM")
        except sqlite3.Error as error:
            raise ReportError("write_failed", f"the header index cannot be changed ({type(error).__name__})") from error
        return len(dropped)

    def _tell(self, error: Exception) -> None:
        """Say once that nothing is remembered."""
        if self._on_fault is not None:
            self._on_fault(error)
            self._on_fault = None

    def _load(self, folder: str, members: Sequence[FoundFile]) -> dict[str, Outcome]:
        assert self._database is not None
        try:
            row = self._database.execute("SELECT data FROM folder WHERE key = ?", (_key(folder),)).fetchone()
            return {} if row is None else _decode(json.loads(row[0]), members)
        except (sqlite3.Error, ValueError, TypeError, LookupError):
            return {}


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10)
    try:
        (found,) = database.execute("PRAGMA user_version").fetchone()
        if not path.stat().st_size:
            database.execute(f"PRAGMA user_version = {FORMAT}")
        elif found != FORMAT:
            raise sqlite3.DatabaseError("another format")
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(_TABLES)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _key(path: str) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()


def _by_folder(files: Sequence[FoundFile]) -> dict[str, list[FoundFile]]:
    folders: dict[str, list[FoundFile]] = defaultdict(list)
    for file in files:
        folders[file.path.rpartition(os.sep)[0]].append(file)
    return folders


def _encode(entries: Sequence[tuple[FoundFile, Outcome]]) -> str:
    """JSON of one folder. Headers and acquisition labels are listed once and named by number.

    A single-frame file is ``[key, signature, uid, header, x, y, z, instance number, label]``; any other usable file
    ``[key, signature, uid, [[header, frames], ...]]``; an unusable image of a series
    ``[key, signature, code, uid, header]``; any other file skipped ``[key, signature, code]``.
    """
    headers: dict[RawHeader, int] = {}
    labels: dict[tuple[str, ...], int] = {}
    rows: list[list[Any]] = []
    for file, outcome in entries:
        row: list[Any] = [_key(file.path), file.signature]
        rows.append(row)
        if isinstance(outcome, SkipReason):
            if outcome in _VOLATILE:
                rows.pop()
            row.append(outcome.value)
            continue
        if isinstance(outcome, SkippedImage):
            row += [outcome.reason, outcome.sop_instance_uid, headers.setdefault(outcome.raw, len(headers))]
            continue
        row.append(outcome.sop_instance_uid)
        raw, frames = outcome.parts[0]
        position, index, instance_number, acquisition = frames[0]
        if len(outcome.parts) == len(frames) == 1 and index is None and position is not None:
            label = labels.setdefault(acquisition, len(labels))
            row += [headers.setdefault(raw, len(headers)), *position, instance_number, label]
        else:
            row.append([[headers.setdefault(raw, len(headers)), frames] for raw, frames in outcome.parts])
    return json.dumps({"headers": list(headers), "labels": list(labels), "files": rows}, separators=(",", ":"))


def _decode(data: Any, members: Sequence[FoundFile]) -> dict[str, Outcome]:
    headers = [tuple(header) for header in data["headers"]]
    labels = [tuple(label) for label in data["labels"]]
    rows = {row[0]: row for row in data["files"]}
    found: dict[str, Outcome] = {}
    for file in members:
        path = file.path
        row = rows.get(_key(path))
        if row is None or row[1] != list(file.signature):
            continue
        if len(row) == 9:
            _, _, uid, header, x, y, z, number, label = row
            found[path] = Record(uid, ((headers[header], (RawFrame((x, y, z), None, number, labels[label]),)),))
        elif len(row) == 5:
            _, _, reason, uid, header = row
            found[path] = SkippedImage(SkipReason(reason), uid, headers[header])
        elif len(row) == 3:
            found[path] = SkipReason(row[2])
        else:
            parts = ((headers[header], tuple(map(_frame, frames))) for header, frames in row[3])
            found[path] = Record(row[2], tuple(parts))
    return found


def _frame(row: Any) -> RawFrame:
    position, frame, instance_number, acquisition = row
    return RawFrame(None if position is None else tuple(position), frame, instance_number, tuple(acquisition))
