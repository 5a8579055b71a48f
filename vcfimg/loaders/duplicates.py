"""Finds files that carry a SOP Instance UID already seen, and tells copies from contradictions."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vcfimg.loaders.fields import SLOT, Record
from vcfimg.loaders.reasons import SkipReason
from vcfimg.loaders.study import SkippedFile

_IDENTITY: Final = ("study_uid", "series_uid", "orientation", "rows", "columns", "image_type", "echo_time")
"""Fields that must agree before two files with one SOP Instance UID can be the same image."""

Digest = Callable[[str], str]
"""A function from a path to a digest of the whole file; an unreadable file gives a digest of its own."""


@dataclass(frozen=True, slots=True)
class Unique:
    """Records with distinct SOP Instance UIDs, and what was left aside."""

    records: tuple[tuple[str, Record], ...]
    skipped: tuple[SkippedFile, ...]
    contradicted: frozenset[str]
    """SOP Instance UIDs carried by images that cannot be the same (other position, series, size …)."""


def file_digest(path: str) -> str:
    """BLAKE2b of a file's bytes."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()
    except OSError:
        return f"unreadable {path}"


def remove_duplicates(records: Iterable[tuple[str, Record]], digest: Digest = file_digest) -> Unique:
    """Keep one file per SOP Instance UID: the first in the order given.

    A copy with the same bytes is a ``duplicate``; one with other bytes is ``duplicate_differs``. When even its place
    or size differs, the UID is reported in ``contradicted``, since nobody can tell which image is meant.
    """
    kept: dict[str, tuple[str, Record]] = {}
    skipped: list[SkippedFile] = []
    contradicted: set[str] = set()
    for path, record in records:
        first = kept.setdefault(record.sop_instance_uid, (path, record))
        if first[0] == path:
            continue
        same = digest(first[0]) == digest(path)
        skipped.append(SkippedFile(path, SkipReason.DUPLICATE if same else SkipReason.DUPLICATE_DIFFERS))
        if not same and list(_identity(first[1])) != list(_identity(record)):
            contradicted.add(record.sop_instance_uid)
    return Unique(tuple(kept.values()), tuple(skipped), frozenset(contradicted))


def _identity(record: Record) -> Iterator[object]:
    for raw, frames in record.parts:
        yield tuple(raw[SLOT[name]] for name in _IDENTITY)
        yield tuple((frame.position, frame.frame) for frame in frames)
