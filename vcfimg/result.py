"""``ScreeningResult``: the whole of ``result.json`` (its JSON Schema is ``vcfimg/reports/result.schema.json``)."""

from typing import Any, Literal

from pydantic import Field

from vcfimg.base import Model, Note
from vcfimg.imaging.measurement import LevelReport, SpineReport, VertebraMeasurement
from vcfimg.imaging.raw import RawSpine, SegmenterInfo
from vcfimg.loaders.study_info import SeriesInfo, StudyInfo
from vcfimg.policy.policy_info import PolicyInfo
from vcfimg.recommendation.recommendation import Plan, Priority, Recommendation


class Failure(Model):
    """Why a study could not be screened."""

    stage: str
    code: str
    message: str


class Provenance(Model):
    """What is needed to reproduce the result."""

    version: str
    policy: PolicyInfo
    segmenter: SegmenterInfo | None = None
    image_policy_sha256: str | None = None
    """Hash of the policy's ``[images]`` section, which is used on the images: re-deciding cannot change it."""
    inputs_sha256: str | None = None
    """SHA-256 over sorted SOPInstanceUID + file hash."""
    clinical_sha256: str | None = None
    as_of: str
    started: str
    seconds: float


class ScreeningResult(Model):
    """One study, screened. ``to_json()`` is ``result.json``."""

    schema_version: Literal["1.1"] = "1.1"
    """Rises with every renamed or removed key; :mod:`vcfimg.reports.upgrade` lifts what was written before."""
    status: Literal["ok", "failed", "no_spine_series"]
    failure: Failure | None = None
    study: StudyInfo
    frame_of_reference_uid: str | None = None
    series: tuple[SeriesInfo, ...] = ()
    skipped_files: dict[str, int] = Field(default_factory=dict)
    """Files beside the study's images that were not usable, counted by reason."""
    levels: LevelReport
    vertebrae: tuple[VertebraMeasurement, ...] = ()
    spine: SpineReport = SpineReport()
    recommendations: tuple[Recommendation, ...] = ()
    plan: Plan = Plan()
    priority: Priority
    notes: tuple[Note, ...] = ()
    image_notes: tuple[Note, ...] = ()
    """What a reader should know about the images: no STIR, a tilted stack, a station left out."""
    clinical: dict[str, Any] | None = None
    """The clinical facts that were used (JSON form of ClinicalInputs), or None."""
    level_corrections: dict[int, str] | None = None
    """Levels given by a person, by vertebra id, or None."""
    raw: RawSpine | None = None
    """Level-free facts; re-deciding starts here."""
    provenance: Provenance
    disclaimer: str

    def to_json(self) -> str:
        """The text of ``result.json``; unknown is ``null``."""
        return self.model_dump_json(by_alias=True, indent=1)
