"""Finds files that hold an instance already seen, and tells copies from contradictions."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vcfimg.loaders.headers.fields import SLOT, RawHeader, Record
from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.loaders.study import SkippedFile

_IDENTITY: Final = ("orientation", "rows", "columns", "image_type", "echo_time")
"""Fields that must agree before two files with one SOP Instance UID can be the same image."""

InstanceKey = tuple[str, str, str]
"""Study, Series and SOP Instance UID: only together do they name an instance. Anonymisers give a copied study new
Study and Series UIDs and forget the rest."""

Digest = Callable[[str], str]
"""A function from a path to a digest of the whole file; an unreadable file gives a digest of its own."""

UNREADABLE: Final = "unreadable "
"""What the digest of a file that cannot be read begins with; its path follows."""


@dataclass(frozen=True, slots=True)
class Unique:
    """Records of distinct instances, and what was skipped."""

    records: tuple[tuple[str, Record], ...]
    skipped: tuple[SkippedFile, ...] = ()
    contradicted: frozenset[InstanceKey] = frozenset()
    """Instances that several images of one series claim to be (other position, size …)."""
    reused: frozenset[str] = frozenset()
    """SOP Instance UIDs that occur in more than one series, of one study or of several."""
    aside: frozenset[RawHeader] = frozenset()
    """Headers of skipped files: nothing is read from them, but they may name another patient than the kept one."""


def file_digest(path: str) -> str:
    """BLAKE2b of a file's bytes."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()
    except OSError:
        return f"{UNREADABLE}{path}"


def instance_key(record: Record) -> InstanceKey:
    """What names the instance in a file."""
    raw = record.parts[0][0]
    return raw[SLOT["study_uid"]] or "", raw[SLOT["series_uid"]] or "", record.sop_instance_uid


def remove_duplicates(
    records: Sequence[tuple[str, Record]], sizes: Mapping[str, int], digest: Digest = file_digest
) -> Unique:
    """Keep one file per instance: the one whose header most files share, of these the largest, else the first given.

    The largest, since compressed pixel data may be cut off where no header shows it. A copy with the same bytes is a
    ``duplicate``; one with other bytes is ``duplicate_differs``. When two files of one instance show different places,
    and the one left out is not a lone damaged file, the instance is reported in ``contradicted``, since nobody can tell
    which image is meant. Files of different series are never copies of each other, whatever their SOP Instance UIDs:
    each series can be used by itself, and the UIDs are reported in ``reused``. The headers of what is left out go into
    ``aside``, for a copy under another patient's name is not a copy.
    """
    by_key: dict[InstanceKey, list[tuple[str, Record]]] = {}
    for item in records:
        by_key.setdefault(instance_key(item[1]), []).append(item)
    series_of_uid = Counter(uid for _, _, uid in by_key)
    reused = frozenset(uid for uid, count in series_of_uid.items() if count > 1)
    if len(by_key) == len(records):
        return Unique(tuple(records), reused=reused)
    shared = Counter(raw for _, record in records for raw, _ in record.parts)
    kept: list[tuple[str, Record]] = []
    skipped: list[SkippedFile] = []
    contradicted: set[InstanceKey] = set()
    aside: set[RawHeader] = set()
    for key, group in by_key.items():
        best = max(group, key=lambda item: (shared[item[1].parts[0][0]], sizes[item[0]]))
        kept.append(best)
        for path, record in group:
            if path == best[0]:
                continue
            aside.update(raw for raw, _ in record.parts)
            same = digest(best[0]) == digest(path)
            skipped.append(SkippedFile(path, SkipReason.DUPLICATE if same else SkipReason.DUPLICATE_DIFFERS))
            plausible = shared[record.parts[0][0]] > 1
            if not same and plausible and list(_identity(best[1])) != list(_identity(record)):
                contradicted.add(key)
    return Unique(tuple(kept), tuple(skipped), frozenset(contradicted), reused, frozenset(aside))


def _identity(record: Record) -> Iterator[object]:
    for raw, frames in record.parts:
        yield tuple(raw[SLOT[name]] for name in _IDENTITY)
        yield tuple((frame.position, frame.frame) for frame in frames)
