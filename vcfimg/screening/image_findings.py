"""What the images of one study gave, before levels, policy and clinical facts decide anything."""

from typing import Final

from pydantic import Field

from vcfimg.base import Model, Note
from vcfimg.imaging.raw import RawSpine, SegmenterInfo
from vcfimg.loaders.study_info import SeriesInfo, StudyInfo
from vcfimg.result import Failure, ScreeningResult

DECIDE: Final = "decide"
"""Stage of a failure that lies in the decision and not in the findings."""


class Findings(Model):
    """The part of a :class:`vcfimg.result.ScreeningResult` that only a look at the images can change."""

    study: StudyInfo
    series: tuple[SeriesInfo, ...] = ()
    frame_of_reference_uid: str | None = None
    notes: tuple[Note, ...] = ()
    skipped_files: dict[str, int] = Field(default_factory=dict)
    raw: RawSpine | None = None
    """None when nothing could be measured."""
    failure: Failure | None = None
    no_spine_series: bool = False
    segmenter: SegmenterInfo | None = None
    inputs_sha256: str | None = None
    started: str
    seconds: float

    @classmethod
    def of(cls, result: ScreeningResult) -> "Findings":
        """The findings that are kept in a stored result."""
        return cls(
            study=result.study,
            series=result.series,
            frame_of_reference_uid=result.frame_of_reference_uid,
            notes=result.image_notes,
            skipped_files=result.skipped_files,
            raw=result.raw,
            failure=result.failure if result.failure and result.failure.stage != DECIDE else None,
            no_spine_series=result.status == "no_spine_series",
            segmenter=result.provenance.segmenter,
            inputs_sha256=result.provenance.inputs_sha256,
            started=result.provenance.started,
            seconds=result.provenance.seconds,
        )
