"""The session plan of one patient: candidates by strength, at most three a session, neighbours as options."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vcfimg.base import Note
from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.level_names import LEVELS, is_level, level_index
from vcfimg.policy import Policy
from vcfimg.recommendation.advice.patient_case import PatientCase
from vcfimg.recommendation.advice.texts import Texts
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.recommendation import Plan, Session


@dataclass(slots=True)
class Candidate:
    """One candidate level as the plan needs it."""

    facts: LevelFacts
    board: bool
    """The tumour board decides on it."""
    dangers: frozenset[str] = frozenset()
    """Gates among G1 to G4 that are raised at another level."""
    undecided: frozenset[str] = frozenset()
    """Gates among G1 to G4 that are open at another level."""


def session_plan(
    candidates: Sequence[Candidate],
    closed: Collection[str | None],
    measurement: SpineMeasurement | None,
    person: PatientCase,
) -> Plan:
    """Order the candidates by strength and split them into sessions.

    ``closed`` are levels that a gate keeps from augmentation: they are no option beside a candidate either.
    """
    if not candidates:
        return _EMPTY
    patient, policy, texts = person.facts, person.policy, person.texts
    care = policy.care
    ordered = sorted(candidates, key=_strength)
    size, count = care.levels_per_session, len(ordered)
    dangerous = any(candidate.dangers for candidate in candidates)
    sessions = (
        ()
        if dangerous
        else tuple(
            Session.model_construct(
                levels=tuple(candidate.facts.label for candidate in ordered[i : i + size]),
                notes=_board(ordered[i : i + size], texts),
            )
            for i in range(0, count, size)
        )
    )
    notes = []
    if dangerous:
        notes.append(texts.with_fact("danger_first"))
    elif any(candidate.undecided for candidate in candidates):
        notes.append(texts.with_fact("provisional"))
    total, kind = (count, "candidate") if patient.planned is None else (patient.planned, "planned")
    limit = policy.gates.relative_max_levels
    if total > limit:
        notes.append(texts.with_fact("many_levels", total=total, kind=kind))
    if total > care.levels_staged_above:
        notes.append(texts.with_fact("staged"))
    if patient.planned is not None and patient.planned != count:
        notes.append(texts.with_fact("planned_levels", planned=patient.planned, count=count))
    return Plan.model_construct(
        sessions=sessions,
        neighbour_options=_neighbours(ordered, closed, measurement, policy, texts),
        notes=tuple(notes),
    )


def _strength(candidate: Candidate) -> tuple[bool, bool, float, float, tuple[int, int]]:
    """Index levels lead, then plain candidates, greatest collapse, most edema, head to foot."""
    facts = candidate.facts
    loss = facts.loss if facts.loss is not None else 0.0
    return not facts.index, candidate.board, -loss, -(facts.edema_fraction or 0.0), facts.order


def _board(candidates: Sequence[Candidate], texts: Texts) -> tuple[Note, ...]:
    levels = [candidate.facts.label for candidate in candidates if candidate.board]
    return (texts.with_fact("board_decides", levels=", ".join(levels)),) if levels else ()


def _neighbours(
    candidates: Sequence[Candidate],
    closed: Collection[str | None],
    measurement: SpineMeasurement | None,
    policy: Policy,
    texts: Texts,
) -> tuple[Note, ...]:
    """Levels to discuss: those between two candidates, and neighbours where the spine is or has become bent (P22)."""
    kyphosis = measurement.spine.kyphosis if measurement is not None else ()
    bent = [
        (entry.from_, entry.to, entry.deg)
        for entry in kyphosis
        if entry.deg >= policy.care.neighbour_kyphosis_deg and is_level(entry.from_) and is_level(entry.to)
    ]
    own = {candidate.facts.level for candidate in candidates}
    ladder = _ladder(measurement, own)
    options: dict[str, str] = {}
    for candidate in candidates:
        level = candidate.facts.level
        if level is None:
            continue
        why = _bend(candidate, level, bent)
        place = ladder.index(level)
        for step in (place - 1, place + 1):
            if not 0 <= step < len(ladder) or ladder[step] in own or ladder[step] in closed:
                continue
            both = all(0 <= i < len(ladder) and ladder[i] in own for i in (step - 1, step + 1))
            where = "between two candidates" if both else f"next to {level}"
            if both or why is not None:
                options.setdefault(ladder[step], where if why is None else f"{where}, {why}")
    return tuple(texts.with_fact("neighbour_option", level=level, why=why) for level, why in options.items())


def _bend(candidate: Candidate, level: str, bent: Sequence[tuple[str, str, float]]) -> str | None:
    """The kyphosis or deformity at a candidate, in words; None where there is none."""
    for top, low, deg in bent:
        if _in(level, top, low):
            return f"kyphosis of {deg:.0f} degrees from {top} to {low}"
    return "new deformity recorded by a reader" if candidate.facts.reader.alignment == "deformity" else None


def _in(level: str, top: str, low: str) -> bool:
    return level_index(top) <= level_index(level) <= level_index(low)


def _ladder(measurement: SpineMeasurement | None, own: set[str | None]) -> list[str]:
    present = {vertebra.level for vertebra in measurement.vertebrae} if measurement is not None else set()
    absent = {"T13", "L6"} - present - own
    return [level for level in LEVELS if level not in absent]


_EMPTY = Plan()
