"""The clinical facts of one patient, exactly as in the documentation; every field may be unknown (None).

Nothing is coerced: ``"8"`` is not 8, ``1`` is not true and true is not a number.
"""

import datetime
import re
import unicodedata
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from vcfimg.base import Model
from vcfimg.level_names import is_level

BoneQuality = Literal["lytic", "mixed", "blastic"]
Alignment = Literal["normal", "deformity", "translation"]
Posterolateral = Literal["none", "unilateral", "bilateral"]
PosteriorWall = Literal["intact", "disrupted"]
Escc = Literal["0", "1a", "1b", "1c", "2", "3"]

MAX_TEXT: Final = 256
"""Longest identifier or name accepted, in characters (DICOM identifiers end at 64)."""

IDENTIFIERS: Final = ("patient_id", "study_instance_uid", "accession_number")
"""The fields that tie a record to a patient or a study."""

_UNPRINTED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories of controls, invisible format marks, surrogates and line breaks."""

_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _plain_text(value: str) -> str:
    if not value.isprintable() and any(unicodedata.category(char) in _UNPRINTED for char in value):
        raise ValueError("must not hold control or other unprintable characters")
    return value.strip()


def _blank_is_unknown(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _not_blank(value: str) -> str:
    if not value:
        raise ValueError("must not be blank")
    return value


def _iso_date(value: object) -> object:
    if type(value) is datetime.date:
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("must be a date written YYYY-MM-DD that exists")


def _level_name(value: str) -> str:
    if not is_level(value):
        raise ValueError("must be a vertebral level: C1-C7, T1-T13, L1-L6 or S1")
    return value


def _null_is_empty(value: object) -> object:
    if value is None:
        return {}
    if isinstance(value, dict) and None in value.values():
        return {level: {} if facts is None else facts for level, facts in value.items()}
    return value


Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True)]
Text = Annotated[str, Field(strict=True, max_length=MAX_TEXT), AfterValidator(_plain_text)]
Name = Annotated[Text, AfterValidator(_not_blank)]
Identifier = Annotated[Text | None, BeforeValidator(_blank_is_unknown)]
Date = Annotated[datetime.date, BeforeValidator(_iso_date)]
LevelName = Annotated[str, Field(strict=True), AfterValidator(_level_name)]


class LevelInputs(Model):
    """A reader's facts about one level."""

    index: Flag | None = None
    escc: Escc | None = None
    bone_quality: BoneQuality | None = None
    alignment: Alignment | None = None
    posterolateral: Posterolateral | None = None
    posterior_wall: PosteriorWall | None = None
    body_involved_over_half: Flag | None = None
    instrumented: Flag | None = None
    prior_rt_gy: Number | None = Field(default=None, ge=0)
    fracture_age_weeks: Number | None = Field(default=None, ge=0)
    retropulsion_mm: Number | None = Field(default=None, ge=0)
    canal_narrowing_percent: Number | None = Field(default=None, ge=0, le=100)
    stir_edema: Flag | None = None
    loss_percent: Number | None = Field(default=None, ge=-100, le=100)
    loss_uncertainty: Number | None = Field(default=None, ge=0)


class ClinicalInputs(Model):
    """One patient's record. Unknown stays None; it is never read as False."""

    patient_id: Identifier = None
    study_instance_uid: Identifier = None
    accession_number: Identifier = None
    age: Number | None = Field(default=None, ge=0, le=130)
    sex: Literal["F", "M", "O"] | None = None
    cancer: Flag | None = None
    primaries: tuple[Name, ...] | None = None
    histology_known: Flag | None = None
    first_metastasis: Flag | None = None
    latency_years: Number | None = Field(default=None, ge=0)
    pain_vas: Number | None = Field(default=None, ge=0, le=10)
    pain_vas_date: Date | None = None
    pain_positional: Flag | None = None
    exam_levels: tuple[LevelName, ...] | None = None
    exam_date: Date | None = None
    clinical_cord_compression: Flag | None = None
    new_neurological_deficit: Flag | None = None
    overt_instability: Flag | None = None
    surgeon_stable: Flag | None = None
    infection: Flag | None = None
    coagulopathy_uncorrected: Flag | None = None
    cement_allergy: Flag | None = None
    pregnancy: Flag | None = None
    trauma: Flag | None = None
    primary_bone_tumour: Flag | None = None
    planned_levels: Count | None = Field(default=None, ge=0)
    levels: Annotated[dict[LevelName, LevelInputs], BeforeValidator(_null_is_empty)] = Field(default_factory=dict)
    refused: bool = Field(default=False, exclude=True)
    """True when the record was refused: only its valid dangers (G1-G5) are kept, and no ``CANDIDATE*`` may follow.

    Its values may raise concern and never lower it: where the image is worse, the image prevails.
    """
