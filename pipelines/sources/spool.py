"""Images fetched or received from elsewhere, in a private folder by study, within a limit of the disk."""

import hashlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pydicom import Dataset

from vcfimg.errors import PeerError
from vcfimg.reports import study_folder_name

GIGABYTE: Final = 10**9
ENDING: Final = ".dcm"
PARTIAL: Final = ".part"
"""Ending of a file that is being written."""


class Spool:
    """Studies in folders below ``folder``; the ones used longest ago give way, those in use never do.

    Threads may add while another one reads.

    Parameters
    ----------
    limit_bytes
        What all studies together may take.
    keep_free_bytes
        What stays free on the disk.
    """

    def __init__(self, folder: Path, *, limit_bytes: int = 20 * GIGABYTE, keep_free_bytes: int = 2 * GIGABYTE) -> None:
        self.folder = folder
        self._limit = limit_bytes
        self._keep_free = keep_free_bytes
        self._in_use: set[str] = set()
        self._received: dict[str, float] = {}
        self._lock = threading.RLock()
        self.count = 0
        """Files that came by :meth:`add_file` since this was opened."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob(f"*/*{PARTIAL}"):
            left.unlink(missing_ok=True)
        self._sizes = {one.name: _size(one) for one in folder.iterdir() if one.is_dir()}

    def of_study(self, study_instance_uid: str) -> Path:
        """The folder of a study; it may not be there yet."""
        return self.folder / study_folder_name(study_instance_uid)

    def hold(self, study_instance_uid: str) -> None:
        """Keep the study until it is released."""
        with self._lock:
            self._in_use.add(study_folder_name(study_instance_uid))

    def release(self, study_instance_uid: str) -> None:
        """The study may give way to others from now on."""
        name = study_folder_name(study_instance_uid)
        with self._lock:
            self._in_use.discard(name)
        if (self.folder / name).is_dir():
            os.utime(self.folder / name)

    def held(self, study_instance_uid: str) -> set[str]:
        """Names of the instances that are here, as :func:`instance_name` makes them."""
        return {path.stem for path in self._files(study_instance_uid)}

    def make_room(self, needed_bytes: int) -> None:
        """Remove studies until so much more fits.

        Raises
        ------
        PeerError
            ``spool_full`` when the studies in use leave no room.
        """
        with self._lock:
            self._make_room(needed_bytes)

    def _make_room(self, needed_bytes: int) -> None:
        while not self._fits(needed_bytes):
            idle = [one for one in self._sizes if one not in self._in_use]
            if not idle:
                raise PeerError(
                    "spool_full",
                    f"{needed_bytes / GIGABYTE:.2f} GB more do not fit into the spool: free space on its disk, or "
                    "raise its limit",
                )
            self._remove(min(idle, key=self._used))

    def add(self, study_instance_uid: str, dataset: Dataset) -> None:
        """Write one instance; a file that is there is replaced as a whole."""
        name = instance_name(str(dataset.SOPInstanceUID))
        self._write(study_instance_uid, name, lambda path: dataset.save_as(path, enforce_file_format=True))

    def add_file(self, study_instance_uid: str, sop_instance_uid: str, content: bytes) -> None:
        """Write a whole file, for which room is made, and hold its study.

        What came before under the same UID with other content stays beside it: the loaders tell which of them fits.

        Raises
        ------
        PeerError
            As :meth:`make_room`.
        """
        name = instance_name(sop_instance_uid)
        path = self.of_study(study_instance_uid) / (name + ENDING)
        with self._lock:
            self.hold(study_instance_uid)
            self._received[path.parent.name] = time.time()
            if path.exists():
                if path.read_bytes() == content:
                    return
                name = f"{name}.{hashlib.sha256(content).hexdigest()[:16]}"
            self.make_room(len(content))
        self._write(study_instance_uid, name, lambda partial: partial.write_bytes(content))
        with self._lock:
            self.count += 1

    def received_since(self, study_instance_uid: str, instant: float) -> bool:
        """Whether something of the study came by :meth:`add_file` at or after an instant (seconds since 1970)."""
        return self._received.get(study_folder_name(study_instance_uid), -1.0) >= instant

    def studies(self) -> list[str]:
        """Names of the folders that are there."""
        return sorted(self._sizes)

    def _write(self, study_instance_uid: str, name: str, write: Callable[[Path], object]) -> None:
        folder = self.of_study(study_instance_uid)
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / (name + ENDING)
        partial = folder / (name + PARTIAL)
        write(partial)
        with self._lock:
            before = path.stat().st_size if path.exists() else 0
            os.replace(partial, path)
            self._sizes[folder.name] = self._sizes.get(folder.name, 0) + path.stat().st_size - before

    def keep_only(self, study_instance_uid: str, names: set[str]) -> None:
        """Remove the instances of a study that are not among ``names``."""
        for path in list(self._files(study_instance_uid)):
            if path.stem not in names:
                self._sizes[path.parent.name] -= path.stat().st_size
                path.unlink()

    def remove(self, study_instance_uid: str) -> None:
        """Remove a study."""
        self._remove(study_folder_name(study_instance_uid))

    def _files(self, study_instance_uid: str) -> Iterator[Path]:
        return self.of_study(study_instance_uid).glob(f"*{ENDING}")

    def _fits(self, needed_bytes: int) -> bool:
        free = shutil.disk_usage(self.folder).free
        return sum(self._sizes.values()) + needed_bytes <= self._limit and free - needed_bytes >= self._keep_free

    def _used(self, name: str) -> float:
        try:
            return (self.folder / name).stat().st_mtime
        except OSError:
            return 0.0

    def _remove(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        self._sizes.pop(name, None)


def instance_name(sop_instance_uid: str) -> str:
    """A file name for an instance, whatever its UID holds."""
    return study_folder_name(sop_instance_uid)


def _size(folder: Path) -> int:
    return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False))
