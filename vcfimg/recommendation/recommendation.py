"""The recommendation value objects: ``recommendations``, ``plan`` and ``priority`` of ``result.json``."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import ConfigDict, Field

from vcfimg.base import Kind, Model, Note
from vcfimg.imaging.measurement import Genant


class Status(StrEnum):
    """Outcome of the gates (clinical.md section 2)."""

    EMERGENCY_REVIEW = "EMERGENCY_REVIEW"
    SURGICAL_REVIEW = "SURGICAL_REVIEW"
    CONTRAINDICATED = "CONTRAINDICATED"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    NOT_INDICATED = "NOT_INDICATED"
    INDETERMINATE = "INDETERMINATE"
    CANDIDATE_MDT = "CANDIDATE_MDT"
    CANDIDATE = "CANDIDATE"


class Preference(StrEnum):
    """Procedure preference by degree of collapse (clinical.md section 3)."""

    BKP_FAVOURED = "BKP_FAVOURED"
    BKP_GENERAL = "BKP_GENERAL"
    OPERATOR_CHOICE = "OPERATOR_CHOICE"
    VP_ACCEPTABLE = "VP_ACCEPTABLE"
    UNDETERMINED = "UNDETERMINED"
    WITHHELD = "WITHHELD"


class TraceStep(Model):
    """One rule that was evaluated."""

    rule: str
    gate: str | None = None
    """The gate it belongs to; None for what follows from the gates."""
    answer: bool | None = None
    """What a rule of a gate came to; None is unknown."""
    inputs: dict[str, Any]
    """Value and origin of each input: ``{"pain_vas": {"value": 8, "from": "file"}}``."""
    outcome: str
    """The answer or what followed, in words."""
    source: str
    """Paper statement, guideline or design note the rule comes from."""
    kind: Kind


class Sins(Model):
    """Spinal Instability Neoplastic Score as an interval (clinical.md section 4)."""

    min: int
    max: int
    items: dict[str, Any]


Origin = Literal["reader", "image", "unknown"]
"""Who gave a finding; a reader's word stands before the image's (clinical.md section 2)."""


class DecidedLoss(Model):
    """The height loss that decided."""

    percent: float | None = None
    uncertainty: float | None = None
    """Points."""
    origin: Origin = "unknown"


class DecidedEdema(Model):
    """The edema that decided, beside what the reader and the image say."""

    answer: bool | None = None
    """For the indication: what the image alone denies, and what is too old, is unknown."""
    reader: bool | None = None
    image: bool | None = None
    fraction: float | None = None
    """Share of the body that is bright on the image."""
    origin: Origin = "unknown"
    """Who gave :attr:`seen`."""
    remarks: tuple[str, ...] = ()
    """Why the answer is not what was seen."""

    @property
    def seen(self) -> bool | None:
        """The reader's word, else what the image shows."""
        return self.image if self.reader is None else self.reader


class ForAgainst(Model):
    """Arguments for augmentation and for either procedure, and those against, as sentences."""

    augmentation: tuple[str, ...] = ()
    augmentation_against: tuple[str, ...] = ()
    bkp: tuple[str, ...] = ()
    vp: tuple[str, ...] = ()
    bkp_against: tuple[str, ...] = ()
    vp_against: tuple[str, ...] = ()


class Alternative(Model):
    """One of several ways to settle a level: the facts that must be known, and what they can lead to."""

    fields: tuple[str, ...]
    """Paths in the record; each is a question of its own."""
    status: Status
    """The least concerning status that answers to these facts alone can give."""


class Question(Model):
    """What to find out about an undecided level (clinical.md section 10.7)."""

    ask: str
    """The fact, in words; ``neurology`` asks for cord compression and a new deficit at once."""
    field: str
    """Path in the record that answers it: ``pain_vas``, ``levels.T12.escc``; of alternatives, the first one's."""
    alternatives: tuple[Alternative, ...] = ()
    """Where several sets of facts would do: the smallest first, at most three. Empty for a question that stands."""


class Recommendation(Model):
    """What the engine says about one level; a preference, never an order."""

    vertebra_id: int | None
    level: str | None
    status: Status
    preference: Preference
    loss: DecidedLoss = DecidedLoss()
    edema: DecidedEdema = DecidedEdema()
    borderline: tuple[float, ...] = ()
    missing: tuple[str, ...] = ()
    would_be: Status | None = None
    """At best: the least concerning status that the unknown facts still allow; None where the level is decided."""
    questions: tuple[Question, ...] = ()
    """What to find out to reach :attr:`would_be`, the answers that can do most harm first."""
    sins: Sins | None = None
    escc: str | None = None
    genant: Genant | None = None
    biopsy: Literal["routine", "paramount"] | None = None
    consults: tuple[Note, ...] = ()
    alerts: tuple[Note, ...] = ()
    conditions: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    for_against: ForAgainst = ForAgainst()
    trace: tuple[TraceStep, ...] = ()


class Session(Model):
    """Levels proposed for one session, strongest first."""

    levels: tuple[str, ...]
    notes: tuple[Note, ...] = ()


class Plan(Model):
    """Session plan of one patient."""

    sessions: tuple[Session, ...] = ()
    neighbour_options: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()


class Priority(Model):
    """Place on the worklist (clinical.md section 9)."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null", populate_by_name=True)

    class_: Literal["emergency", "urgent", "soon", "routine", "unscreened"] = Field(alias="class")
    score: float = Field(ge=0, le=100)
    reasons: tuple[str, ...] = ()
    fhir: Literal["stat", "asap", "urgent", "routine"]
    dicom: Literal["STAT", "HIGH", "MEDIUM", "LOW"] | str
    images_alone: bool = False
    """Ranked by the images without a clinical fact; never true of a study that was not screened."""


class Decision(Model):
    """What :func:`vcfimg.recommendation.recommend` returns for one study or patient."""

    recommendations: tuple[Recommendation, ...] = ()
    plan: Plan = Plan()
    priority: Priority
    notes: tuple[Note, ...] = ()
    """Patient-wide notes: guidance disagreement, guidance caveats, unconfirmed dates."""
