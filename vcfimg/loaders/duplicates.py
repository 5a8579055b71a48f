"""Finds files that carry a SOP Instance UID already seen, and tells copies from contradictions."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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


def remove_duplicates(records: Sequence[tuple[str, Record]], digest: Digest = file_digest) -> Unique:
    """Keep one file per SOP Instance UID: the one whose header most files share, else the first in the order given.

    A copy with the same bytes is a ``duplicate``; one with other bytes is ``duplicate_differs``. When two files of one
    UID show different places or series, and the one left out is no lone damaged file, the UID is reported in
    ``contradicted``, since nobody can tell which image is meant.
    """
    by_uid: dict[str, list[tuple[str, Record]]] = {}
    for item in records:
        by_uid.setdefault(item[1].sop_instance_uid, []).append(item)
    if len(by_uid) == len(records):
        return Unique(tuple(records), (), frozenset())
    shared = Counter(raw for _, record in records for raw, _ in record.parts)
    kept: list[tuple[str, Record]] = []
    skipped: list[SkippedFile] = []
    contradicted: set[str] = set()
    for uid, group in by_uid.items():
        best = max(group, key=lambda item: shared[item[1].parts[0][0]])
        kept.append(best)
        for path, record in group:
            if path == best[0]:
                continue
            same = digest(best[0]) == digest(path)
            skipped.append(SkippedFile(path, SkipReason.DUPLICATE if same else SkipReason.DUPLICATE_DIFFERS))
            plausible = shared[record.parts[0][0]] > 1
            if not same and plausible and list(_identity(best[1])) != list(_identity(record)):
                contradicted.add(uid)
    return Unique(tuple(kept), tuple(skipped), frozenset(contradicted))


def _identity(record: Record) -> Iterator[object]:
    for raw, frames in record.parts:
        yield tuple(raw[SLOT[name]] for name in _IDENTITY)
        yield tuple((frame.position, frame.frame) for frame in frames)
