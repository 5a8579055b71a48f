"""What a killed run left half written below an output folder; it may hold images."""

import os
import re
from pathlib import Path
from typing import Final

from pipelines.batch.job import PRIVATE
from vcfimg.reports.paths import STUDIES

_TEMPORARY: Final = re.compile(r"\..+\.[0-9a-f]{12}\.tmp")
"""The names of :func:`vcfimg.reports.atomic.atomic_writer`."""


def remove_stale(out: Path) -> int:
    """Remove temporary files of earlier runs and return their number; only under the lock, for a run writes such."""
    removed = 0
    for folder in (out, out / PRIVATE, *_folders(out / STUDIES)):
        for entry in _entries(folder):
            if _TEMPORARY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                try:
                    os.unlink(entry.path)
                except OSError:
                    continue
                removed += 1
    return removed


def _folders(folder: Path) -> list[Path]:
    return [Path(entry.path) for entry in _entries(folder) if entry.is_dir(follow_symlinks=False)]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []
