"""What is handed to an executor and what comes back; everything here can be pickled."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from vcfimg.clinical import ClinicalInputs
from vcfimg.imaging.segmenters.protocol import Segmenter
from vcfimg.imaging.segmenters.registry import find_segmenter
from vcfimg.loaders.study import Study
from vcfimg.policy import Policy
from vcfimg.reports import DEFAULT_FORMATS, study_folder_name
from vcfimg.reports.paths import STUDIES
from vcfimg.result import Failure

PRIVATE: Final = ".vcfimg"
"""Folder below the output folder for what is not output."""

Action = Literal["screened", "redecided", "unchanged"]


@dataclass(frozen=True)
class Settings:
    """What holds for every study of a run."""

    out: Path
    policy: Policy
    as_of: datetime.date
    formats: tuple[str, ...] = DEFAULT_FORMATS
    segmenter: Segmenter = field(default_factory=find_segmenter)
    """Picklable: each worker gets its own copy."""
    timeout_s: float = 600.0
    """Time limit per study."""
    site_words: Path | None = None
    """File of a site's own series names."""

    def folder(self, study_instance_uid: str) -> Path:
        """Where the outputs of one study go."""
        return self.out / STUDIES / study_folder_name(study_instance_uid)


@dataclass(frozen=True)
class Entry:
    """One study in the index: under which conditions its ``result.json`` was written."""

    folder: str
    study_instance_uid: str
    images_key: str
    """Hash of version, segmenter and image policy: a change means the images must be read again."""
    decision_key: str
    """Hash of policy, clinical facts and corrections: a change means deciding again."""
    as_of: str
    """Decision date: another one means deciding again once the age of a fact crosses a limit."""
    status: str
    failure_stage: str | None = None
    failure_code: str | None = None
    passing: str | None = None
    """Code of what kept the study from being seen whole and may be gone next time: it is then screened again."""
    inputs_sha256: str | None = None
    files_signature: str | None = None
    """Hash of paths, sizes, times and inodes of the images; None when not known."""
    scan_signature: str | None = None
    """Hash of what the scan found wrong with the study; None when that is nothing, or not known."""
    result_signature: str | None = None
    """Size and time of the ``result.json`` this entry speaks of."""


@dataclass(frozen=True)
class Job:
    """One study to work on, with all that the work needs."""

    study: Study
    settings: Settings
    files_signature: str
    clinical: ClinicalInputs | None = None
    levels: Mapping[int, str] | None = None
    skipped_files: Mapping[str, int] = field(default_factory=dict)
    previous: Entry | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one study."""

    action: Action
    entry: Entry
    seconds: float = 0.0
    failure: Failure | None = None
    """Free of patient data."""
    written: bool = True
    """Whether the study's files say this; an older result may lie there when they do not."""
