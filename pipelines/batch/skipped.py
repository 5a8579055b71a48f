"""Unusable files, told beside the study whose folder they lie in."""

from collections import Counter
from pathlib import PurePath

from vcfimg.loaders.study import ScanResult

Counts = dict[str, int]


def assign_skipped(found: ScanResult) -> tuple[dict[str, Counts], Counts]:
    """Counts by reason for each study, and for the files that belong to none.

    A file belongs to a study when no other study has images in the same folder.
    """
    owners: dict[PurePath, set[str]] = {}
    for study in found.studies:
        for series in study.series:
            for path in series.files:
                owners.setdefault(path.parent, set()).add(study.study_instance_uid)
    by_study: dict[str, Counter[str]] = {}
    others: Counter[str] = Counter()
    for file in found.skipped:
        owner = owners.get(PurePath(file.path).parent, set())
        counts = by_study.setdefault(next(iter(owner)), Counter()) if len(owner) == 1 else others
        counts[file.reason] += 1
    return {uid: dict(counts) for uid, counts in by_study.items()}, dict(others)
