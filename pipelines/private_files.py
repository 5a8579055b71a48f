"""Who may read what a run writes: its owner alone, or with ``--shared`` the group of the folder too."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_OWNER_ALONE: Final = 0o077
_WITH_GROUP: Final = 0o007
"""Permissions that are taken away from new files and folders."""


@contextmanager
def private_files(*, shared: bool = False) -> Iterator[None]:
    """Make what is written in the block, here and in processes started there, private (0700/0600; shared 0770/0660)."""
    before = os.umask(_WITH_GROUP if shared else _OWNER_ALONE)
    try:
        yield
    finally:
        os.umask(before)


def set_modes(folder: Path, *, shared: bool) -> None:
    """Give everything in an output folder of an earlier run the modes of this one; other people's files stay."""
    allowed = 0o777 & ~(_WITH_GROUP if shared else _OWNER_ALONE)
    if not hasattr(os, "getuid") or _fits(folder, allowed):
        return
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with suppress(OSError):
                _set_mode(os.path.join(place, name), allowed)
    with suppress(OSError):  # last: the sign that all below it is done
        _set_mode(os.fspath(folder), allowed)


def _fits(folder: Path, allowed: int) -> bool:
    try:
        return stat.S_IMODE(folder.stat().st_mode) & 0o777 == allowed
    except OSError:
        return True


def _set_mode(path: str, allowed: int) -> None:
    status = os.lstat(path)
    if status.st_uid != os.getuid() or stat.S_ISLNK(status.st_mode):
        return
    wanted = allowed if stat.S_ISDIR(status.st_mode) else allowed & 0o666
    if stat.S_IMODE(status.st_mode) & 0o777 != wanted:
        os.chmod(path, wanted)
