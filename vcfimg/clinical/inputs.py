"""The clinical facts of one patient, exactly as in the documentation; every field may be unknown (None).

These value objects coerce nothing: :mod:`vcfimg.clinical.spelling` turns what people write into these values first.
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
Collapse = Literal["none", "under_half", "over_half"]
BiopsyResult = Literal["malignant", "benign", "nondiagnostic"]

MAX_TEXT: Final = 256
"""Longest identifier or name accepted, in characters (DICOM identifiers end at 64)."""

IDENTIFIERS: Final = ("patient_id", "study_instance_uid", "accession_number")
"""The fields that tie a record to a patient or a study."""

DANGER_UNREADABLE: Final = "danger_unreadable"
CONFLICT: Final = "conflict"
OPEN: Final = frozenset({DANGER_UNREADABLE, "danger_provisional", "lab_proposal", "danger_unassigned"})
"""Codes of the remarks that leave a fact unknown."""

READ_BY_US: Final = frozenset({"refused", "remarks", "unread"})
"""Fields that reading sets; no file may."""

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


class Remark(Model):
    """What reading a record left open, to be said aloud at every decision that uses it.

    ``code`` is ``danger_unreadable`` (typed so that nobody can tell), ``danger_provisional`` (coded as suspected, or by
    a code that leaves it open), ``lab_proposal`` (a laboratory value suggests it) or ``danger_unassigned`` (of one of
    several patients): there the fact is unknown. ``conflict``: sources differ and the danger counts, unless ``text``
    says otherwise. ``answered``: a later "no" of a person stands against a proposal.
    """

    code: str
    field: str
    """Path of the fact, such as ``infection`` or ``levels.T12.escc``; ``escc`` alone means every level."""
    text: str
    """A sentence that names fields and sources, never a value."""


class SharedLevelInputs(Model):
    """One sentence of a reader about many levels (``all_levels``, ``other_levels``)."""

    escc: Escc | None = None
    bone_quality: BoneQuality | None = None
    alignment: Alignment | None = None
    posterolateral: Posterolateral | None = None
    posterior_wall: PosteriorWall | None = None


class LevelInputs(SharedLevelInputs):
    """A reader's facts about one level."""

    index: Flag | None = None
    surgeon_stable: Flag | None = None
    """A surgeon's word about this level."""
    collapse: Collapse | None = None
    sins_reported: Count | None = Field(default=None, ge=0, le=18)
    """SINS as a report gives it (Fisher 2010: 0-18)."""
    body_involved_over_half: Flag | None = None
    instrumented: Flag | None = None
    prior_rt_gy: Number | None = Field(default=None, ge=0)
    prior_rt_fractions: Count | None = Field(default=None, ge=0)
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
    cancer_history: Flag | None = None
    """The cancer is known from the history only (a Z85 code): a first metastasis is then unknown."""
    primaries: tuple[Name, ...] | None = None
    histology_known: Flag | None = None
    first_metastasis: Flag | None = None
    latency_years: Number | None = Field(default=None, ge=0)
    pain_vas: Number | None = Field(default=None, ge=0, le=10)
    pain_vas_date: Date | None = None
    pain_positional: Flag | None = None
    exam_levels: tuple[LevelName, ...] | None = None
    exam_date: Date | None = None
    exam_tenderness: Flag | None = None
    """False: examined, and no level was tender."""
    neurology_normal: Flag | None = None
    """True: no cord or cauda signs (sphincters and saddle included), no new deficit; an own field goes before it."""
    neurology_date: Date | None = None
    labs_date: Date | None = None
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
    biopsy_result: BiopsyResult | None = None
    biopsy_level: LevelName | None = None
    all_levels: SharedLevelInputs | None = None
    """Holds at every level seen whose own facts do not say otherwise; it names no level."""
    other_levels: SharedLevelInputs | None = None
    """As ``all_levels``, at levels that ``levels`` does not list."""
    levels: Annotated[dict[LevelName, LevelInputs], BeforeValidator(_null_is_empty)] = Field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    unread: tuple[str, ...] = ()
    """What of the record was not used: keys, resource types and codes, never a value."""
    refused: bool = Field(default=False, exclude=True)
    """True when the record was refused: only its valid dangers (G1-G5) are kept, and no ``CANDIDATE*`` may follow.

    Its values may raise concern and never lower it: where the image is worse, the image prevails.
    """

    @property
    def dates(self) -> tuple[datetime.date | None, ...]:
        """The dates the record gives, None for those it does not."""
        return self.pain_vas_date, self.exam_date, self.neurology_date, self.labs_date

    @property
    def unreadable_dangers(self) -> tuple[str, ...]:
        """Paths of the dangers that nobody could read; each is unknown."""
        return tuple(dict.fromkeys(one.field for one in self.remarks if one.code == DANGER_UNREADABLE))

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Paths of the facts on which sources disagree."""
        return tuple(dict.fromkeys(one.field for one in self.remarks if one.code == CONFLICT))

    def doubts(self, path: str) -> bool:
        """Whether the fact at ``path`` must stay unknown, whatever a sentence about many facts or levels says."""
        last = path.rpartition(".")[2]
        return any(one.code in OPEN and one.field in {path, last} for one in self.remarks)
