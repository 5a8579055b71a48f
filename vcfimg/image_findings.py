"""``Findings``: what the images of one study gave, before levels, policy and clinical facts decide anything."""

from typing import Final

from pydantic import Field

from vcfimg.base import Model, Note
from vcfimg.imaging.raw import RawSpine, SegmenterInfo
from vcfimg.loaders.study_info import SeriesInfo, StudyInfo

DECIDE: Final = "decide"
"""Stage of a failure that lies in the decision and not in the findings."""


class Failure(Model):
    """Why a study could not be screened."""

    stage: str
    code: str
    message: str


class ImageProvenance(Model):
    """Which images and which segmenter the findings rest on, and when they were looked at."""

    segmenter: SegmenterInfo | None = None
    inputs_sha256: str | None = None
    """SHA-256 over sorted SOPInstanceUID + file hash."""
    started: str
    seconds: float


class Findings(Model):
    """The part of a :class:`vcfimg.result.ScreeningResult` that only a look at the images can change."""

    failure: Failure | None = None
    study: StudyInfo
    frame_of_reference_uid: str | None = None
    series: tuple[SeriesInfo, ...] = ()
    skipped_files: dict[str, int] = Field(default_factory=dict)
    """Files beside the study's images that were not usable, counted by reason."""
    image_notes: tuple[Note, ...] = ()
    """What a reader should know about the images: no STIR, a tilted stack, a station left out."""
    raw: RawSpine | None = None
    """Level-free facts, where re-deciding starts; None when nothing could be measured."""
    provenance: ImageProvenance
