"""Place on the worklist (clinical.md section 9, design), with the FHIR and DICOM words for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vcfimg.policy import Policy
from vcfimg.recommendation.advice.care import CANDIDATES
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.facts.patient_facts import PatientFacts
from vcfimg.recommendation.recommendation import Priority, Status

PriorityClass = Literal["emergency", "urgent", "soon", "routine", "unscreened"]

CLASS_ORDER: Final[tuple[PriorityClass, ...]] = ("emergency", "urgent", "soon", "unscreened", "routine")
"""Order on the worklist: unscreened studies lead the routine ones and are never ranked below them."""

FHIR_PRIORITY: Final[dict[str, Literal["stat", "asap", "urgent", "routine"]]] = {
    "emergency": "stat",
    "urgent": "asap",
    "soon": "urgent",
    "routine": "routine",
    "unscreened": "routine",
}
"""FHIR request-priority; asap ranks above urgent there."""

DICOM_PRIORITY: Final[dict[str, str]] = {
    "emergency": "STAT",
    "urgent": "HIGH",
    "soon": "MEDIUM",
    "routine": "LOW",
    "unscreened": "LOW",
}
"""Requested Procedure Priority (0040,1003); a Scheduled Workitem Priority (0074,1200) has no STAT and takes HIGH."""


RANK: Final[tuple[Status, ...]] = (
    Status.EMERGENCY_REVIEW,
    Status.SURGICAL_REVIEW,
    Status.CONTRAINDICATED,
    Status.OUT_OF_SCOPE,
    Status.CANDIDATE_MDT,
    Status.CANDIDATE,
    Status.INDETERMINATE,
    Status.NOT_INDICATED,
)
"""Statuses as the worklist weighs them, most pressing first."""


@dataclass(slots=True)
class RankedLevel:
    """One level as the worklist sees it: the worse of reader and image."""

    facts: LevelFacts
    status: Status
    cord_unknown: bool
    loss: float | None
    edema: bool
    encroached: bool
    by_image: bool = False
    """The status is what the image would give where it is worse than the reader, not the one that is printed."""


def unscreened_priority(reason: str) -> Priority:
    """Priority of a study that failed, holds no spine series or could not be measured."""
    return _make("unscreened", 0.0, (reason,), images_alone=False)


def rank(levels: Sequence[RankedLevel], patient: PatientFacts, policy: Policy, *, measurable: bool) -> Priority:
    """Class by the worst level, score within it from loss, edema, pain and number of levels."""
    limit = policy.priority.loss_percent
    class_: PriorityClass = "routine"
    emergency, urgent, soon = [], [], []
    if patient.cord or patient.deficit:
        emergency.append("clinical cord compression or a new neurological deficit is recorded")
    if patient.stable is False or patient.overt:
        urgent.append("instability is recorded")
    if patient.infection:
        urgent.append("infection is recorded")
    for level in levels:
        name = level.facts.label + (" (as on the image, which is worse than the reader)" if level.by_image else "")
        deep = level.loss is not None and level.loss >= limit
        if level.status is Status.EMERGENCY_REVIEW:
            emergency.append(f"{name}: emergency review")
        elif level.status is Status.SURGICAL_REVIEW:
            urgent.append(f"{name}: surgical review")
        if level.cord_unknown and deep:
            urgent.append(f"{name}: cord compression not recorded, height loss {level.loss:.0f} %")
        if level.encroached and level.edema:
            urgent.append(f"{name}: canal narrowing or retropulsion with edema")
        if level.status in CANDIDATES:
            soon.append(f"{name}: candidate")
        elif level.status is Status.INDETERMINATE and deep and level.edema:
            soon.append(f"{name}: fracture with edema, not decided")
    if emergency:
        class_ = "emergency"
    elif urgent:
        class_ = "urgent"
    elif soon:
        class_ = "soon"
    elif not measurable:
        class_ = "unscreened"
    reasons = [*emergency, *urgent, *soon] or ["no level calls for earlier review" if measurable else "not measurable"]
    # a study that could not be measured is not ranked by its images
    alone = not patient.given and class_ != "unscreened"
    if alone:
        reasons.append("ranked by images alone: no clinical facts were given")
    return _make(class_, _score(levels, patient, policy), tuple(reasons), images_alone=alone)


def _score(levels: Sequence[RankedLevel], patient: PatientFacts, policy: Policy) -> float:
    """0-100; what is unknown adds nothing."""
    weights = policy.priority
    loss = edema = 0.0
    count = 0
    for level in levels:
        if level.loss is not None and level.loss > loss:
            loss = level.loss
        extent = level.facts.edema_fraction or 0.0
        if level.edema:
            extent = max(extent, policy.measurement.edema_fraction_true)
        edema = max(edema, extent)
        count += level.edema or (level.loss is not None and level.loss >= weights.loss_percent)
    share = (
        weights.weight_loss * min(loss, 100.0) / 100
        + weights.weight_edema * edema
        + weights.weight_pain * (patient.vas or 0.0) / 10
        + weights.weight_levels * min(count / weights.full_levels, 1.0)
    )
    return round(min(100 * share, 100.0), 1)


def _make(class_: PriorityClass, score: float, reasons: tuple[str, ...], *, images_alone: bool) -> Priority:
    return Priority.model_construct(
        class_=class_,
        score=score,
        reasons=reasons,
        fhir=FHIR_PRIORITY[class_],
        dicom=DICOM_PRIORITY[class_],
        images_alone=images_alone,
    )
