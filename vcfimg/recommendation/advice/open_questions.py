"""What to find out about an undecided level, and what it would be at best (clinical.md section 2).

Outside the block of stability every unknown fact that blocks is necessary: no other answer stands in for it. Within the
block (a surgeon's word, alignment, the SINS items) several sets of answers may do, so that block alone is enumerated.
Of its items the answer with the fewest points does most, so only which items are answered is enumerated, not how.
"""

import dataclasses
import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vcfimg.policy.decision_sections import SinsPolicy
from vcfimg.recommendation.advice.question_words import asked
from vcfimg.recommendation.gates.gate import GateCase
from vcfimg.recommendation.gates.gate_outcomes import GateOutcomes
from vcfimg.recommendation.gates.gate_table import GATES
from vcfimg.recommendation.gates.instability import SINS, STABILITY
from vcfimg.recommendation.gates.relative_gates import RELATIVE
from vcfimg.recommendation.gates.sins import by_loss
from vcfimg.recommendation.recommendation import Alternative, Question, Status

MOST_ALTERNATIVES: Final = 3
_NEUROLOGY: Final = ("clinical_cord_compression", "new_neurological_deficit")


@dataclass(frozen=True, slots=True)
class Outlook:
    """The least concerning status an undecided level may still reach, and what to ask for it."""

    would_be: Status | None = None
    questions: tuple[Question, ...] = ()


NOTHING_OPEN: Final = Outlook()


def outlook(gates: GateOutcomes, status: Status, *, many: bool) -> Outlook:
    """What an undecided level would be at best, and the questions that lead there.

    A refused record is to be corrected, not completed: nothing is asked.

    Parameters
    ----------
    many
        As a candidate this level would be one of more than the tumour board leaves to one session.
    """
    if status is not Status.INDETERMINATE or gates.case.patient.refused:
        return NOTHING_OPEN
    in_pain = _in_pain(gates.case)
    board = many or bool(gates[RELATIVE].value)
    if in_pain is not gates.case:
        board = board or bool(RELATIVE.judge(in_pain).value)
    questions: list[Question] = []
    best = Status.CANDIDATE_MDT if board else Status.CANDIDATE
    for gate in GATES:
        missing = gates[gate].missing
        if gate is STABILITY:
            ways = _ways(in_pain, board)
            if ways:
                best = min((way.status for way in ways), key=_LEAST.index)
                questions.append(_stability_question(ways))
            continue
        if gate is SINS:  # asked with the gate before: a surgeon's word answers both
            continue
        if missing:
            questions += map(_question, _fields(gates, missing))
    return Outlook(best, tuple(questions))


_LEAST: Final = (Status.CANDIDATE, Status.CANDIDATE_MDT)
"""Statuses of candidates, least concerning first."""


@functools.lru_cache(maxsize=1024)
def _question(path: str) -> Question:
    """The question of one field, shared between patients."""
    return Question(ask=asked(path), field=path)


def _fields(gates: GateOutcomes, missing: tuple[str, ...]) -> tuple[str, ...]:
    """The questions for what a gate lacks: both facts of neurology are one sentence, where it can answer both."""
    record = gates.case.patient.record
    if missing == _NEUROLOGY and record.neurology_normal is not False and not any(map(record.doubts, _NEUROLOGY)):
        return ("neurology_normal",)
    return missing


def _stability_question(ways: Sequence[Alternative]) -> Question:
    field = ways[0].fields[0]
    if len(ways) == 1:
        return _question(field)
    return Question.model_construct(ask=asked("stability"), field=field, alternatives=tuple(ways[:MOST_ALTERNATIVES]))


def _in_pain(case: GateCase) -> GateCase:
    """The case with the pain of a candidate, positional: the other answers are judged beside that one."""
    if case.patient.positional is True:
        return case
    return GateCase.of(dataclasses.replace(case.patient, positional=True), case.level, case.policy)


def _ways(case: GateCase, board: bool) -> list[Alternative]:
    """The minimal sets of stability facts that let the level through, smallest first, each with its best status.

    A surgeon's "stable" alone always does; it leaves a SINS that may be unstable to the tumour board. Nothing is to be
    found out where both gates let the level through as it is.
    """
    stability, sins = STABILITY.judge(case), SINS.judge(case)
    if not (stability.missing or sins.missing or stability.value or sins.value):
        return []
    limits, path = case.policy.gates, case.level.path
    translated = case.alignment == "translation"
    to_board = board or translated or case.sins.gate_max >= limits.sins_unstable
    stable = Status.CANDIDATE_MDT if to_board else Status.CANDIDATE
    ways = [Alternative.model_construct(fields=(f"{path}.surgeon_stable",), status=stable)]
    for names, plain in () if translated else _item_sets(_block(case), limits.sins_unstable):
        fields = tuple(name if name.startswith("pain_") else f"{path}.{name}" for name in names)
        status = Status.CANDIDATE if plain and not board else Status.CANDIDATE_MDT
        ways.append(Alternative.model_construct(fields=fields, status=status))
    ways.sort(key=lambda way: len(way.fields))
    return ways


@dataclass(frozen=True, slots=True)
class _Block:
    """What is open in the block of stability, in points; equal blocks have equal ways out."""

    top: int
    """Highest score as things stand."""
    spans: tuple[tuple[str, int, int], ...]
    """Field, points it takes off the highest score, and those it takes off without the board (blastic bone)."""
    collapse: tuple[tuple[frozenset[str], int], ...]
    """Answers about the collapse, each set with the points it takes off."""
    needs_alignment: bool


def _block(case: GateCase) -> _Block:
    reader, sins, policy = case.level.reader, case.sins, case.policy.sins
    needs_alignment = case.may_be_translated
    if case.level.reader.sins_reported is not None and sins.misreported != "below":
        # the reported score settles the sum, whatever its items are
        spans = (("alignment", 0, 0),) if needs_alignment else ()
        return _Block(sins.gate_max, spans, (), needs_alignment)
    spans_: list[tuple[str, int, int]] = []
    if reader.alignment is None:
        off = policy.alignment.translation - policy.alignment.normal
        spans_.append(("alignment", off, off))
    if reader.posterolateral is None:
        off = policy.posterolateral.bilateral - policy.posterolateral.none
        spans_.append(("posterolateral", off, off))
    if reader.bone_quality is None:
        spans_.append(("bone_quality", policy.bone.lytic - policy.bone.blastic, policy.bone.lytic - policy.bone.mixed))
    return _Block(sins.gate_max, tuple(spans_), _collapse_answers(case), needs_alignment)


def _collapse_answers(case: GateCase) -> tuple[tuple[frozenset[str], int], ...]:
    """What a loss, a reader's word on it, or the involved share of the body takes off the highest score."""
    facts, policy = case.level, case.policy.sins
    if facts.collapse_stale:
        return ()
    involved = facts.reader.body_involved_over_half
    worst = case.sins.gate_max - case.sins.max + case.sins.items["collapse"]["max"]
    found: list[tuple[frozenset[str], int]] = []
    if facts.reader.collapse is None:
        least = 0.0 if facts.loss is None else facts.loss - facts.uncertainty
        found += _words(least, involved, worst, policy)
        if facts.loss is None:
            given = facts.reader.loss_uncertainty
            u = case.policy.facts.reader_loss_uncertainty_percent if given is None else given
            found += [
                (fields | {"loss_percent"}, worst - by_loss(u, known, policy)[1]) for fields, known in _share(involved)
            ]
    if involved is None and facts.loss is not None and worst == policy.collapse.involved:
        found.append((frozenset({"body_involved_over_half"}), worst - policy.collapse.none))
    return tuple((fields, off) for fields, off in found if off > 0)


def _share(involved: bool | None) -> list[tuple[frozenset[str], bool | None]]:
    """The involved share of the body as it is known, and answered in the best way where it is not."""
    as_known: list[tuple[frozenset[str], bool | None]] = [(frozenset(), involved)]
    return as_known if involved is not None else [*as_known, (frozenset({"body_involved_over_half"}), False)]


def _words(least: float, involved: bool | None, worst: int, policy: SinsPolicy) -> list[tuple[frozenset[str], int]]:
    """What a reader's word on the collapse takes off, where a loss of at least ``least`` percent leaves it open."""
    if least < policy.no_collapse_percent:
        return [(fields | {"collapse"}, worst - by_loss(0, known, policy)[1]) for fields, known in _share(involved)]
    if least <= policy.collapse_percent:
        return [(frozenset({"collapse"}), worst - policy.collapse.up_to)]
    return []


@functools.lru_cache(maxsize=4096)
def _item_sets(block: _Block, limit: int) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Minimal sets of items whose best answers bring the highest score below ``limit``, smallest first.

    With each: whether it does so without calling the bone blastic, which would send the level to the tumour board.
    """
    found: list[tuple[frozenset[str], tuple[str, ...], bool]] = []
    collapse = ((frozenset[str](), 0), *block.collapse)
    sets = []
    for size in range(len(block.spans) + 1):
        for spans in itertools.combinations(block.spans, size):
            for answers, off in collapse:
                fields = (*(name for name, _, _ in spans), *sorted(answers))
                sets.append(
                    (fields, off + sum(most for _, most, _ in spans), off + sum(plain for _, _, plain in spans))
                )
    sets.sort(key=lambda one: len(one[0]))
    for fields, most, plain in sets:
        names = frozenset(fields)
        if block.needs_alignment and "alignment" not in names:
            continue
        if block.top - most >= limit or any(smaller <= names for smaller, _, _ in found):
            continue
        found.append((names, fields, block.top - plain < limit))
    return tuple((fields, plain) for _, fields, plain in found)
