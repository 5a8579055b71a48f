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
from vcfimg.store import Entry, Listed

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
class Job:
    """One study to work on, with all that the work needs."""

    study: Study
    settings: Settings
    files_signature: str
    clinical: ClinicalInputs | None = None
    levels: Mapping[int, str] | None = None
    skipped_files: Mapping[str, int] = field(default_factory=dict)
    previous: Entry | None = None
    last_attempt: bool = False
    """Whether the study is given up when its process dies once more."""


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
    listed: Listed | None = None
    """Its rows in the tables; None where they are to be made from its result."""
    known_before: bool = False
    """Whether nothing was done, and the store has it all."""
