"""One level, and the patient it belongs to, on their way through the engine."""

from dataclasses import dataclass

from vcfimg.base import Note
from vcfimg.policy import Policy
from vcfimg.recommendation.advice.texts import Texts
from vcfimg.recommendation.facts.fact import LevelFacts, PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import LevelGates, PatientGates
from vcfimg.recommendation.gates.rule_catalogue import Tracer
from vcfimg.recommendation.gates.sins import SinsInterval


@dataclass(slots=True)
class LevelCase:
    """What is known about one level."""

    facts: LevelFacts
    gates: LevelGates
    sins: SinsInterval
    distance: int | None


@dataclass(frozen=True, slots=True)
class PatientCase:
    """What holds for every level of the patient, with the policy's rules and sentences."""

    facts: PatientFacts
    gates: PatientGates
    dates: tuple[Note, ...]
    """Notes on undated and stale facts."""
    imaged: bool
    unconfirmed: bool
    """No person has confirmed the numbering of the images."""
    policy: Policy
    tracer: Tracer
    texts: Texts
