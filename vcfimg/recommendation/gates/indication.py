"""G6: the paper's offer rule, cancer, VAS, positional pain, examination and edema all at once (P1-4).

Without cancer the level is out of scope (G0), so here cancer is known or still to be settled.
"""

from typing import Any, Final

from vcfimg.level_names import LEVELS, steps_between
from vcfimg.policy import Policy
from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Input, Outcome, flag, with_answer
from vcfimg.recommendation.gates.kleene import all_of, at_least
from vcfimg.recommendation.gates.mri_age import from_mri
from vcfimg.recommendation.gates.rule import Readings, Rule
from vcfimg.recommendation.recommendation import Status


def _judge(case: GateCase) -> Outcome:
    """Kleene conjunction of the five parts; an absent cancer is for G0 to say."""
    patient, level = case.patient, case.level
    answers = (
        patient.cancer,
        at_least(patient.vas, case.policy.gates.vas_min),
        patient.positional,
        level.exam_match,
        level.edema,
    )
    value = all_of((answers[0] or None, *answers[1:]))
    return Outcome(
        value,
        answers,
        missing=_missing(case, answers[1]) if None in answers else (),
        against=()
        if value is not False
        else with_answer(False, tuple(zip(INDICATION_NOTES, answers[1:], strict=True))),
    )


INDICATION_NOTES: Final = (
    "pain_below_threshold",
    "pain_not_positional",
    "exam_mismatch",
    "no_stir_edema",
)
"""The note on each part beside cancer that is not met."""


def _missing(case: GateCase, painful: bool | None) -> tuple[str, ...]:
    patient, level = case.patient, case.level
    known = (("cancer", patient.cancer), ("pain_vas", painful), ("pain_positional", patient.positional))
    paths = with_answer(None, known)
    if level.exam_match is None:
        conflict = ("exam_tenderness",) if "exam_tenderness" in patient.conflicts else ("exam_levels",)
        paths += conflict if patient.exam_levels is None else ()
        paths += (f"{level.path}.level",) if level.level is None else ()
    return paths + from_mri(case, "stir_edema") if level.edema is None else paths


def _edema(case: GateCase) -> Readings:
    level = case.level
    origin = "reader" if level.edema_origin != "stale" else "stale"
    read: Readings = (("stir_edema", level.reader.stir_edema, origin),)
    if level.image is not None:
        limits = case.policy.measurement
        read += (
            ("edema_fraction", level.edema_fraction, "image"),
            ("image_edema", level.image_edema, "image"),
            ("edema_fraction_true", limits.edema_fraction_true, "policy"),
            ("edema_fraction_false", limits.edema_fraction_false, "policy"),
        )
    return read


def _exam_answers(policy: Policy, level: str) -> tuple[Any, ...]:
    """The level itself, and one too far away to match, towards the middle of the spine."""
    reach = policy.facts.exam_match_levels
    return (level,), (next(name for name in LEVELS if steps_between(level, name) == reach + 1),)


INDICATION: Final = Gate(
    id="G6",
    title="Indication",
    status=Status.NOT_INDICATED,
    raised_by=False,
    checks=(
        Check(
            Rule("G6.cancer", "paper", "the paper covers cancer-related fractures (P1-4)"),
            lambda case: (("cancer", case.patient.cancer, "file"),),
        ),
        Check(
            Rule("G6.vas", "paper", "", "gates.vas_min"),
            lambda case: (("pain_vas", case.patient.vas, case.patient.vas_origin),),
            limits=("gates.vas_min",),
        ),
        Check(
            Rule("G6.positional", "paper", "P2: pain has a positional character (abstract and conclusion)"),
            lambda case: (("pain_positional", case.patient.positional, "file"),),
        ),
        Check(
            Rule(
                "G6.exam", "paper", "P3: pain corresponds with the examination; the distance allowed is a design choice"
            ),
            lambda case: (
                ("exam_levels", case.patient.exam_levels, case.patient.exam_origin),
                ("level", case.level.level, case.level.level_origin),
            ),
            limits=("facts.exam_match_levels",),
        ),
        Check(
            Rule(
                "G6.edema",
                "paper",
                "P4: pain correlates with edema on STIR; how an image shows it is a design choice",
            ),
            _edema,
            remark=lambda case, answer: "; ".join(case.level.edema_remarks),
        ),
    ),
    judge=_judge,
    inputs=(
        flag("cancer", True, blocks=True, ask="Is a cancer known?"),
        Input(
            "pain_vas",
            lambda policy, level: (policy.gates.vas_min, round(policy.gates.vas_min - 0.1, 1)),
            blocks=True,
            dated="pain_vas_date",
            ask="How strong is the pain (VAS 0-10)?",
        ),
        flag("pain_positional", True, blocks=True, ask="Does the pain increase with axial loading?"),
        Input(
            "exam_levels",
            _exam_answers,
            blocks=True,
            dated="exam_date",
            ask="Which levels are painful on examination?",
        ),
        flag("stir_edema", True, at_level=True, blocks=True, ask="Does a reader see edema on STIR?"),
    ),
)
