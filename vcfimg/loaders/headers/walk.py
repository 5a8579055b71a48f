"""Every file below some paths, whatever its name and depth, each real folder visited once."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.loaders.study import SkippedFile
from vcfimg.loaders.tolerances import MAX_FILE_BYTES

_LEADS_NOWHERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG})
"""Errors of a link that is at fault itself; any other is of what it leads to: a lost drive, a locked folder."""


class FoundFile(NamedTuple):
    """A regular file and what tells whether it changed since it was last read."""

    path: str
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    """Changes with the content even where a copy or a rewrite sets the modification time back."""
    inode: int = 0

    @classmethod
    def of(cls, path: str, status: os.stat_result) -> "FoundFile":
        """The file with what the system says of it."""
        return cls(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    @property
    def signature(self) -> tuple[int, ...]:
        """Equal only while the file is the same."""
        return self[1:]


def walk(paths: Iterable[str | Path]) -> Iterator[FoundFile | SkippedFile]:
    """Regular files below ``paths`` in a fixed order; links are followed, loops and repeated folders are not.

    What cannot be listed or is not a regular file comes as :class:`SkippedFile`; nothing is opened here, so a pipe or
    a device cannot block the scan.
    """
    folders_seen: set[tuple[int, int]] = set()
    files_seen: set[str] = set()
    for root in paths:
        pending = [os.path.abspath(os.fspath(root))]
        while pending:
            path = pending.pop()
            try:
                status = os.stat(path)
            except OSError as error:
                yield SkippedFile(path, _reason_for(error, path))
                continue
            if not stat.S_ISDIR(status.st_mode):
                if path not in files_seen:
                    files_seen.add(path)
                    yield _found(path, status)
                continue
            identity = (status.st_dev, status.st_ino)
            if identity in folders_seen:
                continue
            folders_seen.add(identity)
            folders, files = _list(path)
            for file in files:
                if file.path not in files_seen:
                    files_seen.add(file.path)
                    yield file
            pending.extend(reversed(folders))


def _list(folder: str) -> tuple[list[str], list[FoundFile | SkippedFile]]:
    """Names of the sub-folders, and the files, of one folder."""
    folders: list[str] = []
    files: list[FoundFile | SkippedFile] = []
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return [], [SkippedFile(folder, SkipReason.UNREADABLE)]
    for entry in entries:
        try:
            status = entry.stat()
        except OSError as error:
            files.append(SkippedFile(entry.path, _reason_for(error, entry.path)))
            continue
        if stat.S_ISDIR(status.st_mode):
            folders.append(entry.path)
        else:
            files.append(_found(entry.path, status))
    return folders, files


def _found(path: str, status: os.stat_result) -> FoundFile | SkippedFile:
    if not stat.S_ISREG(status.st_mode):
        return SkippedFile(path, SkipReason.SPECIAL_FILE)
    if status.st_size == 0:
        return SkippedFile(path, SkipReason.EMPTY_FILE)
    if status.st_size > MAX_FILE_BYTES:
        return SkippedFile(path, SkipReason.FILE_TOO_LARGE)
    return FoundFile.of(path, status)


def _reason_for(error: OSError, path: str) -> SkipReason:
    if os.path.islink(path) and error.errno in _LEADS_NOWHERE:
        return SkipReason.LINK_LOOP
    return SkipReason.NOT_FOUND if isinstance(error, FileNotFoundError) else SkipReason.UNREADABLE
