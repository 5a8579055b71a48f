"""What a gate is: a question asked of every level, the facts it needs, and what its answer leads to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vcfimg.policy import Policy
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.facts.patient_facts import PatientFacts
from vcfimg.recommendation.gates.rule import Readings, Rule
from vcfimg.recommendation.gates.sins import SinsInterval, score
from vcfimg.recommendation.recommendation import Status


@dataclass(frozen=True, slots=True)
class Company:
    """What the other levels of the patient came to, known once all of them are judged."""

    candidates: int
    """Levels that would be candidates without the rules that look at the others, this one among them."""
    edematous: int = 0
    """Levels with edema, this one among them."""
    dangers: frozenset[str] = frozenset()
    """Gates among G1 to G4 that are raised at another level."""
    possible: int = 0
    """Levels that are or may become candidates by facts of the patient alone; this one is not counted twice."""
    undecided: frozenset[str] = frozenset()
    """Gates among G1 to G4 that something unknown keeps open at another level."""


@dataclass(slots=True)
class GateCase:
    """One level as the gates see it."""

    patient: PatientFacts
    level: LevelFacts
    sins: SinsInterval
    policy: Policy
    company: Company | None = None
    """None until every level of the patient is judged."""

    @property
    def alignment(self) -> str | None:
        """The reader's, or translation where nothing else makes up the SINS that a report gives."""
        said = self.level.reader.alignment
        return "translation" if said is None and self.sins.translation is True else said

    @property
    def may_be_translated(self) -> bool:
        """Nobody describes the alignment, and the SINS that a report gives does not rule a translation out."""
        return self.level.reader.alignment is None and self.sins.translation is None

    @classmethod
    def of(cls, patient: PatientFacts, level: LevelFacts, policy: Policy) -> "GateCase":
        """The case of a level, its SINS scored."""
        return cls(patient, level, score(level, patient, policy.sins), policy)


@dataclass(slots=True)
class Outcome:
    """The answer of one gate at one level; codes are those of ``advice/texts.py``."""

    value: bool | None
    answers: tuple[bool | None, ...]
    """The answer of each of the gate's checks, in their order."""
    missing: tuple[str, ...] = ()
    """Paths of the unknown inputs that keep the level from being a candidate: while there are any, the gate blocks."""
    alerts: tuple[str, ...] = ()
    confirm: tuple[str, ...] = ()
    """Conditions for what is unknown and does not block: to be confirmed before the procedure."""
    undone_by: tuple[str, ...] = ()
    """Paths of the unknown inputs that could undo a gate that is raised."""
    against: tuple[str, ...] = ()
    """Notes on the parts that are not met."""
    open_parts: tuple[str, ...] = ()
    """What the parts are called that nobody says anything about and that do not block."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule of a gate: what it reads, and the policy values this is held against."""

    rule: Rule
    reads: Callable[[GateCase], Readings]
    limits: tuple[str, ...] = ()
    remark: Callable[[GateCase, bool | None], str] | None = None
    """What is said behind the answer in the trace; empty for nothing."""


@dataclass(frozen=True, slots=True)
class Input:
    """A fact of the record that a gate or a preference depends on."""

    name: str
    """Its field in the record, or in the entry of a level."""
    answers: Callable[[Policy, str], tuple[Any, ...]]
    """Values on either side of every limit, the most favourable first, for a policy and a level."""
    at_level: bool = False
    blocks: bool = False
    """Unknown, it keeps a level from being a candidate, and its first answer lets the level through."""
    dated: str | None = None
    """Field of its date."""
    ask: str = ""
    """The question for it while it blocks (clinical.md section 2)."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One row of the table of gates."""

    id: str
    title: str
    status: Status | None
    """What a raised gate gives; None where it only adds conditions."""
    checks: tuple[Check, ...]
    judge: Callable[[GateCase], Outcome]
    inputs: tuple[Input, ...] = ()
    raised_by: bool = True
    """The answer that raises it: the offer rule is raised when it is not met."""
    refers: bool = False
    """Raised, it sends a candidate to the tumour board: it speaks only when no gate blocks."""
    across: Callable[[GateCase, Outcome], Outcome] | None = None
    """Looks at the other levels, once all are judged (``GateCase.company``)."""


def flag(name: str, favourable: bool, *, at_level: bool = False, blocks: bool = False, ask: str = "") -> Input:
    """A fact that is true or false."""
    return Input(name, lambda policy, level: (favourable, not favourable), at_level=at_level, blocks=blocks, ask=ask)


def choices(name: str, *values: Any, at_level: bool = True, blocks: bool = False, ask: str = "") -> Input:
    """A fact of a few values, the most favourable first."""
    return Input(name, lambda policy, level: values, at_level=at_level, blocks=blocks, ask=ask)


DANGERS_THAT_TRAVEL: Final = {"G1": "cord", "G2": "epidural", "G3": "instability", "G4": "sins"}
"""Gates whose danger at one level concerns a procedure at every other (clinical.md section 2)."""

Named = tuple[tuple[str, bool | None], ...]
"""Codes or paths, each with the answer that belongs to it."""


def with_answer(wanted: bool | None, named: Named) -> tuple[str, ...]:
    """The codes of those that have this answer: True raised, False not met, None unknown."""
    return tuple([code for code, value in named if value is wanted])
