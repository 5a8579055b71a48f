"""The outcome of the gates, and the status that follows from it (clinical.md section 2)."""

from dataclasses import dataclass, field

from vcfimg.recommendation.recommendation import Status, TraceStep


@dataclass(slots=True)
class GateStep:
    """What one gate came to: its value (True raises it, None is unknown), and what goes into the recommendation."""

    value: bool | None
    trace: list[TraceStep]
    alerts: list[str] = field(default_factory=list)
    confirm: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PatientGates:
    """What holds for every level of the patient: G1, the patient's part of G3, G5 and G0."""

    neurology: bool | None
    contraindication: bool | None
    contraindication_blocks: bool
    scope: bool | None
    alerts: list[str]
    confirm: list[str]
    trace_neurology: list[TraceStep]
    trace_rest: list[TraceStep]


@dataclass(slots=True)
class LevelGates:
    """The outcome of every gate at one level; True raises it, None is unknown."""

    neurology: bool | None
    epidural: bool | None
    instability: bool | None
    translation_open: bool
    """Alignment is unknown and no surgeon records 'stable': a translation would decide, so this blocks."""
    sins: bool | None
    contraindication: bool | None
    contraindication_blocks: bool
    scope: bool | None
    indication: bool | None
    relative: bool
    wall: bool
    exam: bool | None
    alerts: list[str] = field(default_factory=list)
    confirm: list[str] = field(default_factory=list)
    against_indication: list[str] = field(default_factory=list)
    relative_unknown: list[str] = field(default_factory=list)
    trace: list[TraceStep] = field(default_factory=list)

    def danger(self) -> Status | None:
        """Status by the first TRUE of G1-G5, then G0."""
        if self.neurology:
            return Status.EMERGENCY_REVIEW
        if self.epidural or self.instability or self.sins:
            return Status.SURGICAL_REVIEW
        if self.contraindication:
            return Status.CONTRAINDICATED
        if self.scope:
            return Status.OUT_OF_SCOPE
        return None

    def status(self, *, refused: bool) -> Status:
        """First TRUE danger, else NOT_INDICATED, else INDETERMINATE while anything blocks, else a candidate."""
        danger = self.danger()
        if danger is not None:
            return danger
        if self.indication is False:
            return Status.NOT_INDICATED
        unknown = self.neurology is None or self.epidural is None or self.sins is None or self.indication is None
        if refused or unknown or self.translation_open or self.contraindication_blocks:
            return Status.INDETERMINATE
        return Status.CANDIDATE_MDT if self.relative else Status.CANDIDATE
