"""The clinical facts of one patient, exactly as in architecture.md; every field may be unknown (None)."""

import datetime
from typing import Literal

from pydantic import Field

from vcfimg.model import Model

BoneQuality = Literal["lytic", "mixed", "blastic"]
Alignment = Literal["normal", "deformity", "translation"]
Posterolateral = Literal["none", "unilateral", "bilateral"]
PosteriorWall = Literal["intact", "disrupted"]
Escc = Literal["0", "1a", "1b", "1c", "2", "3"]


class LevelInputs(Model):
    """A reader's facts about one level."""

    index: bool | None = None
    escc: Escc | None = None
    bone_quality: BoneQuality | None = None
    alignment: Alignment | None = None
    posterolateral: Posterolateral | None = None
    posterior_wall: PosteriorWall | None = None
    body_involved_over_half: bool | None = None
    instrumented: bool | None = None
    prior_rt_gy: float | None = Field(default=None, ge=0)
    fracture_age_weeks: float | None = Field(default=None, ge=0)
    retropulsion_mm: float | None = Field(default=None, ge=0)
    canal_narrowing_percent: float | None = Field(default=None, ge=0, le=100)
    stir_edema: bool | None = None
    loss_percent: float | None = Field(default=None, le=100)
    loss_uncertainty: float | None = Field(default=None, ge=0)


class ClinicalInputs(Model):
    """One patient's record. Unknown stays None; it is never read as False."""

    patient_id: str | None = None
    study_instance_uid: str | None = None
    accession_number: str | None = None
    age: float | None = Field(default=None, ge=0, le=130)
    sex: Literal["F", "M", "O"] | None = None
    cancer: bool | None = None
    primaries: tuple[str, ...] | None = None
    histology_known: bool | None = None
    first_metastasis: bool | None = None
    latency_years: float | None = Field(default=None, ge=0)
    pain_vas: float | None = Field(default=None, ge=0, le=10)
    pain_vas_date: datetime.date | None = None
    pain_positional: bool | None = None
    exam_levels: tuple[str, ...] | None = None
    exam_date: datetime.date | None = None
    clinical_cord_compression: bool | None = None
    new_neurological_deficit: bool | None = None
    overt_instability: bool | None = None
    surgeon_stable: bool | None = None
    infection: bool | None = None
    coagulopathy_uncorrected: bool | None = None
    cement_allergy: bool | None = None
    pregnancy: bool | None = None
    trauma: bool | None = None
    primary_bone_tumour: bool | None = None
    planned_levels: int | None = Field(default=None, ge=0)
    levels: dict[str, LevelInputs] = Field(default_factory=dict)
    refused: bool = Field(default=False, exclude=True)
    """True when the record was refused: only its valid dangers (G1-G5) are kept, and no ``CANDIDATE*`` may follow."""
