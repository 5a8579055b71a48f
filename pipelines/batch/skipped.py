"""Unusable files, told beside the study whose folder they lie in."""

from collections import Counter
from pathlib import PurePath

from vcfimg.loaders.study import ScanResult, Study

Counts = dict[str, int]


def assign_skipped(found: ScanResult) -> tuple[dict[str, Counts], Counts]:
    """Counts by reason for each study, and for the files that belong to none.

    A file belongs to a study when the nearest folder above it that holds images, at any depth, holds those of this
    study alone.
    """
    owners = _owners(found.studies)
    by_study: dict[str, Counter[str]] = {}
    others: Counter[str] = Counter()
    for file in found.skipped:
        owner = next((owners[folder] for folder in PurePath(file.path).parents if folder in owners), None)
        counts = others if owner is None else by_study.setdefault(owner, Counter())
        counts[file.reason] += 1
    return {uid: dict(counts) for uid, counts in by_study.items()}, dict(others)


def _owners(studies: tuple[Study, ...]) -> dict[PurePath, str | None]:
    """The only study with images in or below a folder; None for a folder with several."""
    owners: dict[PurePath, str | None] = {}
    for study in studies:
        uid = study.study_instance_uid
        for folder in {path.parent for series in study.series for path in series.files}:
            for above in (folder, *folder.parents):
                if owners.setdefault(above, uid) != uid:
                    owners[above] = None
    return owners
