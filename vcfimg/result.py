"""``ScreeningResult``: the whole of ``result.json`` (architecture.md, output contract)."""

from typing import Any, Literal

from pydantic import Field

from vcfimg.imaging.measurement import LevelReport, SpineReport, VertebraMeasurement
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.segmenter_info import SegmenterInfo
from vcfimg.model import Model
from vcfimg.recommendation.recommendation import CodedText, Plan, Priority, Recommendation

Role = Literal["t1", "t1_post", "t2", "t2_fs", "stir", "dixon_water", "dixon_fat", "pd", "localizer", "other"]


class Failure(Model):
    """Why a study could not be screened."""

    stage: str
    code: str
    message: str


class StudyInfo(Model):
    """Identifiers of the study."""

    study_instance_uid: str
    patient_id: str | None = None
    accession_number: str | None = None
    study_date: str | None = None
    """ISO date, or None."""


class SeriesInfo(Model):
    """One series (stack) and what became of it."""

    series_instance_uid: str
    stack: str | None = None
    """Tells stacks inside one SeriesInstanceUID apart; None when the series holds one stack."""
    role: Role
    used: bool
    used_for: tuple[str, ...] = ()
    """What it was used for: heights, edema, t1."""
    reason: str
    """Why it was used or not, as a sentence."""
    code: str | None = None
    """Stable code when refused (see the documentation's table of errors)."""
    plane: str | None = None
    obliquity_deg: float | None = None
    evidence: tuple[str, ...] = ()
    confidence: float | None = None
    conflict: str | None = None
    station: int | None = None
    description: str | None = None
    """SeriesDescription as found (hostile text: escape it)."""
    instances: int | None = None


class PolicyInfo(Model):
    """Which policy decided."""

    name: str
    version: str
    sha256: str


class Provenance(Model):
    """What is needed to reproduce the result."""

    version: str
    policy: PolicyInfo
    segmenter: SegmenterInfo | None = None
    image_policy_sha256: str | None = None
    """Hash of the policy values that were used on the images themselves: re-deciding cannot change those."""
    inputs_sha256: str | None = None
    """SHA-256 over sorted SOPInstanceUID + file hash."""
    clinical_sha256: str | None = None
    as_of: str
    started: str
    seconds: float


class ScreeningResult(Model):
    """One study, screened. ``to_json()`` is ``result.json``."""

    schema_version: Literal["1.0"] = "1.0"
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
    notes: tuple[CodedText, ...] = ()
    image_notes: tuple[CodedText, ...] = ()
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
