"""The patient of a level, with the policy's rules and sentences, on the way through the advice."""

from dataclasses import dataclass

from vcfimg.base import Note
from vcfimg.policy import Policy
from vcfimg.recommendation.advice.texts import Texts
from vcfimg.recommendation.facts.patient_facts import PatientFacts
from vcfimg.recommendation.gates.rule import Tracer


@dataclass(frozen=True, slots=True)
class PatientCase:
    """What holds for every level of the patient."""

    facts: PatientFacts
    dates: tuple[Note, ...]
    """Notes on undated and stale facts."""
    imaged: bool
    unconfirmed: bool
    """No person has confirmed the numbering of the images."""
    exam_explained: bool
    """A fractured or edematous level lies where the examination finds the pain."""
    policy: Policy
    tracer: Tracer
    texts: Texts
