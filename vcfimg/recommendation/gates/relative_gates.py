"""G7: what was formerly a contraindication and now goes to the tumour board (clinical.md section 2)."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vcfimg.level_names import is_above
from vcfimg.policy import Policy
from vcfimg.recommendation.gates.gate import DANGERS_THAT_TRAVEL, Check, Gate, GateCase, Input, Outcome
from vcfimg.recommendation.gates.kleene import at_least
from vcfimg.recommendation.gates.rule import Readings, Rule
from vcfimg.recommendation.recommendation import Status


@dataclass(frozen=True, slots=True)
class _Part:
    """One relative gate: its alert, what it is called when unknown, whether it holds, and its check."""

    alert: str
    name: str
    holds: Callable[[GateCase], bool | None]
    check: Check


def _high(case: GateCase) -> bool | None:
    level = case.level.rule_level
    return None if level is None else is_above(level, case.policy.gates.relative_above_level)


def _escc(case: GateCase) -> bool | None:
    return None if case.level.escc is None else case.level.escc in case.policy.gates.escc_relative


def _blastic(case: GateCase) -> bool | None:
    bone = case.level.reader.bone_quality
    return None if bone is None else bone == "blastic"


def _young(case: GateCase) -> bool | None:
    return None if case.patient.age is None else case.patient.age < case.policy.gates.relative_age_years


def _worse(read: float | None, imaged: float | None) -> float | None:
    """The greater of a reader's value and the image's: a worse image sends to the board, whoever reads less."""
    return max((value for value in (read, imaged) if value is not None), default=None)


def _retropulsion(case: GateCase) -> float | None:
    image, read = case.level.image, case.level.retropulsion
    return read if image is None else _worse(read, image.wall.retropulsion_mm)


def _canal(case: GateCase) -> float | None:
    return case.level.canal if case.level.image is None else _worse(case.level.canal, case.level.image_canal)


_PARTS: Final = (
    _Part(
        "relative_escc",
        "ESCC",
        _escc,
        Check(
            Rule("G7.escc", "paper", "", "gates.escc_relative"),
            lambda case: (("escc", case.level.escc, case.level.escc_origin),),
            limits=("gates.escc_relative",),
        ),
    ),
    _Part(
        "relative_retropulsion",
        "retropulsion",
        lambda case: at_least(_retropulsion(case), case.policy.gates.relative_retropulsion_mm),
        Check(
            Rule("G7.retropulsion", "design", "", "gates.relative_retropulsion_mm"),
            lambda case: (("retropulsion_mm", _retropulsion(case), case.level.retropulsion_origin),),
            limits=("gates.relative_retropulsion_mm",),
        ),
    ),
    _Part(
        "relative_canal",
        "canal narrowing",
        lambda case: at_least(_canal(case), case.policy.gates.relative_canal_narrowing_percent),
        Check(
            Rule("G7.canal", "design", "", "gates.relative_canal_narrowing_percent"),
            lambda case: (("canal_narrowing_percent", _canal(case), case.level.canal_origin),),
            limits=("gates.relative_canal_narrowing_percent",),
        ),
    ),
    _Part(
        "relative_level",
        "level",
        _high,
        Check(
            Rule("G7.level", "design", "", "gates.relative_above_level"),
            lambda case: (("level", case.level.level, case.level.level_origin),),
            limits=("gates.relative_above_level",),
        ),
    ),
    _Part(
        "relative_loss",
        "height loss",
        lambda case: at_least(case.level.loss, case.policy.gates.relative_loss_percent),
        Check(
            Rule("G7.loss", "guideline", "", "gates.relative_loss_percent"),
            lambda case: (("loss_percent", case.level.loss, case.level.loss_origin),),
            limits=("gates.relative_loss_percent",),
        ),
    ),
    _Part(
        "relative_blastic",
        "bone quality",
        _blastic,
        Check(
            Rule("G7.bone", "guideline", "IMWG 2008: osteoblastic lesions are a relative contraindication"),
            lambda case: (("bone_quality", case.level.reader.bone_quality, "reader"),),
        ),
    ),
    _Part(
        "relative_age",
        "age",
        _young,
        Check(
            Rule("G7.age", "guideline", "", "gates.relative_age_years"),
            lambda case: (("age", case.patient.age, "file"),),
            limits=("gates.relative_age_years",),
        ),
    ),
    _Part(
        "relative_translation",
        "alignment",
        lambda case: case.alignment == "translation" and case.level.stable is True,
        Check(
            Rule("G7.translation", "design", "translation that a surgeon records as stable goes to the tumour board"),
            lambda case: (("alignment", case.level.reader.alignment, "reader"),),
        ),
    ),
    _Part(
        "relative_plasmacytoma",
        "primaries",
        lambda case: case.patient.solitary_plasmacytoma,
        Check(
            Rule("G7.plasmacytoma", "design", "solitary plasmacytoma: definitive radiotherapy is to be weighed"),
            lambda case: (("primaries", case.patient.record.primaries, "file"),),
        ),
    ),
)


def _judge(case: GateCase) -> Outcome:
    """Whether any relative gate is raised, the number of levels excepted (:func:`_across` adds it)."""
    answers: list[bool | None] = [part.holds(case) for part in _PARTS]
    pairs = tuple(zip(_PARTS, answers, strict=True))
    alerts = tuple(part.alert for part, value in pairs if value)
    maybe_unstable = case.level.stable is True and case.sins.gate_max >= case.policy.gates.sins_unstable
    if maybe_unstable:
        alerts += ("relative_sins",)
    return Outcome(
        bool(alerts),
        (*answers, maybe_unstable),
        alerts=alerts,
        open_parts=tuple(part.name for part, value in pairs if value is None) if None in answers else (),
    )


def _count(case: GateCase) -> int:
    """The planned number of levels, else the candidates without this rule."""
    if case.patient.planned is not None:
        return case.patient.planned
    return 0 if case.company is None else case.company.candidates


def _across(case: GateCase, outcome: Outcome) -> Outcome:
    many = _count(case) > case.policy.gates.relative_max_levels
    elsewhere = () if case.company is None else case.company.dangers
    alerts: tuple[str, ...] = ("relative_levels",) if many else ()
    if elsewhere:
        alerts += tuple(f"{name}_elsewhere" for gate, name in DANGERS_THAT_TRAVEL.items() if gate in elsewhere)
    return dataclasses.replace(
        outcome,
        value=outcome.value or bool(alerts),
        answers=(*outcome.answers, many, bool(elsewhere)),
        alerts=(*outcome.alerts, *alerts),
    )


def _levels(case: GateCase) -> Readings:
    if case.patient.planned is not None:
        return (("planned_levels", case.patient.planned, "file"),)
    return (("candidate_levels", _count(case), "rule"),)


def _dangers(case: GateCase) -> Readings:
    if case.company is None or not case.company.dangers:
        return _NO_DANGERS
    raised = tuple(gate for gate in DANGERS_THAT_TRAVEL if gate in case.company.dangers)
    return (("gates_raised_elsewhere", raised, "rule"),)


_NO_DANGERS: Final[Readings] = (("gates_raised_elsewhere", (), "rule"),)


def _planned(policy: Policy, level: str) -> tuple[Any, ...]:
    return policy.gates.relative_max_levels, policy.gates.relative_max_levels + 1


RELATIVE: Final = Gate(
    id="G7",
    title="Relative contraindications",
    status=Status.CANDIDATE_MDT,
    refers=True,
    checks=(
        *(part.check for part in _PARTS),
        Check(
            Rule(
                "G7.sins", "design", "a SINS that may be unstable, with a surgeon's 'stable', goes to the tumour board"
            ),
            lambda case: (("sins_max_with_loss_uncertainty", case.sins.gate_max, "rule"),),
        ),
        Check(
            Rule("G7.levels", "paper", "", "gates.relative_max_levels"),
            _levels,
            limits=("gates.relative_max_levels",),
        ),
        Check(
            Rule("G7.elsewhere", "design", "a danger at one level is cleared before a procedure at another"),
            _dangers,
        ),
    ),
    judge=_judge,
    across=_across,
    inputs=(
        Input("planned_levels", _planned),
        Input(
            "loss_percent",
            lambda policy, level: (policy.sins.collapse_percent + 1, policy.gates.relative_loss_percent),
            at_level=True,
        ),
        Input("retropulsion_mm", lambda policy, level: (policy.gates.relative_retropulsion_mm,), at_level=True),
        Input(
            "canal_narrowing_percent",
            lambda policy, level: (policy.gates.relative_canal_narrowing_percent,),
            at_level=True,
        ),
    ),
)
