"""The facts as the engine sees them: each with its origin, stale or refused ones unknown, dangers never dropped."""

from dataclasses import dataclass
from typing import Any

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.imaging.measurement import Genant, VertebraMeasurement

READER, FILE, IMAGE, UNKNOWN, STALE, POLICY = "reader", "file", "image", "unknown", "stale", "policy"
"""Origins of a value in the trace: a reader's level fact, a patient fact, the images, nobody, too old, the policy."""


def traced(value: Any, origin: str) -> dict[str, Any]:
    """One input of a trace step."""
    return {"value": value, "from": UNKNOWN if value is None and origin not in (STALE, POLICY) else origin}


@dataclass(slots=True)
class PatientFacts:
    """Facts of one patient after masking: what a refused record may not say, and what is too old, is None."""

    given: bool
    refused: bool
    record: ClinicalInputs
    age: float | None
    cancer: bool | None
    vas: float | None
    vas_origin: str
    vas_for_sins: float | None
    """Also of a refused record: pain raises SINS."""
    positional: bool | None
    exam_levels: tuple[str, ...] | None
    exam_origin: str
    cord: bool | None
    deficit: bool | None
    overt: bool | None
    stable: bool | None
    infection: bool | None
    coagulopathy: bool | None
    allergy: bool | None
    pregnancy: bool | None
    trauma: bool | None
    primary_bone_tumour: bool | None
    bone_tumour_conflict: bool
    planned: int | None
    mri_stale: bool
    future_dates: tuple[str, ...]


@dataclass(slots=True)
class LevelFacts:
    """Facts about one vertebra: the reader's where given, else the image's."""

    path: str
    """Prefix of its entries in ``missing``: ``levels.T12``, or ``vertebrae.7`` without a name."""
    label: str
    vertebra_id: int | None
    level: str | None
    rule_level: str | None
    """The level whose rules apply: T13 as T12, L6 as L5."""
    order: tuple[int, int]
    reader: LevelInputs
    level_origin: str
    """A person's where one confirmed or gave the names, or where no image shows the level; else the image's."""
    image: VertebraMeasurement | None
    loss: float | None
    loss_origin: str
    uncertainty: float
    uncertainty_origin: str
    image_loss: float | None
    edema: bool | None
    """For the indication: a measured False without a reader is unknown."""
    edema_origin: str
    edema_seen: bool | None
    """The reader's word, else what the image shows, also when too old to decide."""
    image_edema: bool | None
    image_speaks: bool
    """The image says something about edema, be it undecided."""
    edema_fraction: float | None
    escc: str | None
    escc_origin: str
    retropulsion: float | None
    retropulsion_origin: str
    canal: float | None
    canal_origin: str
    image_canal: float | None
    genant: Genant | None
    collapse_stale: bool
    index: bool = True
    index_why: str = ""
