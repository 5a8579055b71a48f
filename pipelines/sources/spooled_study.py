"""The study in a folder of the spool."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vcfimg.loaders import scan
from vcfimg.loaders.study import Study


@dataclass(frozen=True)
class Spooled:
    """A study and the files beside its images that are none, by reason."""

    study: Study | None
    skipped: Mapping[str, int]


def spooled_study(folder: Path, study_instance_uid: str) -> Spooled:
    """What lies in ``folder``; no study where it holds no image of the one that is meant."""
    if not folder.is_dir():
        return Spooled(None, {})
    found = scan([folder])
    study = next((one for one in found.studies if one.study_instance_uid == study_instance_uid), None)
    return Spooled(study, found.counts())
