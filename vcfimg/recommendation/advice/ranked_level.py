"""One level as the worklist weighs it: the worse of reader and image, what is unknown counted as a finding."""

from dataclasses import dataclass
from typing import Final

from vcfimg.recommendation.facts.discordance import Disagreement, as_imaged
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.gates.gate import GateCase
from vcfimg.recommendation.gates.gate_outcomes import GateOutcomes, judge
from vcfimg.recommendation.gates.indication import INDICATION
from vcfimg.recommendation.recommendation import Status

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


@dataclass(frozen=True, slots=True)
class RankedLevel:
    """One level on the way to the worklist."""

    label: str
    status: Status
    offered: bool
    """All that the paper's offer asks for is met, whatever stands against it."""
    loss: float | None
    shape: bool
    """Normal shape may explain the loss."""
    edema: bool | None
    """The reader's word, else the image's; None is unknown."""
    fraction: float | None
    """Share of the body that is bright on the image."""
    encroached: bool
    """Canal narrowing or retropulsion of the relative gates."""
    exam_elsewhere: bool
    """The examination finds the pain at another level."""
    by_image: bool
    """The status is what the image would give where it is worse than the reader, not the one that is printed."""


def ranked_level(gates: GateOutcomes, status: Status, worse: list[Disagreement]) -> RankedLevel:
    """What counts of a level: the worse of reader and image where they disagree."""
    case = gates.case
    facts, limits = case.level, case.policy.gates
    ranked, offered = status, gates[INDICATION].value is True
    if worse:
        facts = as_imaged(facts, worse)
        imaged = judge(GateCase.of(case.patient, facts, case.policy))
        ranked = min(ranked, imaged.status(), key=RANK.index)
        offered = offered or imaged[INDICATION].value is True
    return RankedLevel(
        label=facts.label,
        status=ranked,
        offered=offered,
        loss=facts.collapse_percent(case.policy),
        shape=facts.shape,
        edema=_edema(facts, case.policy.priority.edema_absent_fraction),
        fraction=facts.edema_fraction,
        encroached=(facts.retropulsion is not None and facts.retropulsion >= limits.relative_retropulsion_mm)
        or (facts.canal is not None and facts.canal >= limits.relative_canal_narrowing_percent),
        exam_elsewhere=facts.exam_match is False,
        by_image=ranked is not status,
    )


def _edema(facts: LevelFacts, absent: float) -> bool | None:
    """Edema as seen; an image that shows hardly any of it says that there is none."""
    if facts.edema_seen is None and facts.edema_fraction is not None and facts.edema_fraction <= absent:
        return False
    return facts.edema_seen
