"""G3 and G4: overt instability, a surgeon's word, translation, and SINS (clinical.md section 2)."""

from typing import Final

from vcfimg.recommendation.gates.gate import Check, Gate, GateCase, Outcome, choices, flag, with_answer
from vcfimg.recommendation.gates.rule import Rule
from vcfimg.recommendation.recommendation import Status


def _judge_stability(case: GateCase) -> Outcome:
    """True once anything raises it; a surgeon's 'stable' answers a translation, not recorded overt instability."""
    overt, stable, alignment = case.patient.overt, case.level.stable, case.alignment
    translation = alignment == "translation" and stable is not True
    by_surgeon = stable is False or translation
    alerts = with_answer(
        True,
        (
            ("overt_instability", overt),
            ("instability_conflict", _conflict(case)),
            ("surgeon_unstable", stable is False),
            ("translation", translation),
        ),
    )
    if overt or by_surgeon:
        value: bool | None = True  # recorded overt instability stays, whatever else is recorded
    elif stable is True:
        value = False
    else:
        value = None if overt is None or case.may_be_translated else False
    settled = False if stable is True and not overt else overt
    word_of_surgeon = True if by_surgeon else (False if stable is True or not case.may_be_translated else None)
    # without a surgeon's 'stable' a translation would decide, so an unknown alignment blocks
    open_ = case.may_be_translated and stable is not True
    return Outcome(
        value,
        (settled, word_of_surgeon),
        missing=(f"{case.level.path}.surgeon_stable", f"{case.level.path}.alignment") if open_ else (),
        alerts=alerts,
        confirm=("confirm_instability",) if value is None else (),
        undone_by=(f"{case.level.path}.surgeon_stable",) if value and not overt and stable is None else (),
    )


def _conflict(case: GateCase) -> bool:
    return case.patient.overt is True and case.level.stable is True


def _remark_on_overt(case: GateCase, answer: bool | None) -> str:
    return "conflict with a surgeon's 'stable'" if _conflict(case) else ""


def _remark_on_surgeon(case: GateCase, answer: bool | None) -> str:
    if case.may_be_translated and case.level.stable is None:
        return "a translation would decide, so an unknown alignment blocks"
    return ""


STABILITY: Final = Gate(
    id="G3",
    title="Instability",
    status=Status.SURGICAL_REVIEW,
    checks=(
        Check(
            Rule("G3.overt", "paper", "P6: absence of overt instability is paramount"),
            lambda case: (
                ("overt_instability", case.patient.overt, "file"),
                ("surgeon_stable", case.level.stable, "file"),
            ),
            remark=_remark_on_overt,
        ),
        Check(
            Rule("G3.surgeon", "design", "a surgeon's 'not stable', or translation without a surgeon's 'stable'"),
            lambda case: (
                ("surgeon_stable", case.level.stable, "file"),
                ("alignment", case.level.reader.alignment, "reader"),
            ),
            remark=_remark_on_surgeon,
        ),
    ),
    judge=_judge_stability,
    inputs=(
        flag("overt_instability", False),
        choices("alignment", "normal", "deformity", "translation"),
    ),
)


def _judge_sins(case: GateCase) -> Outcome:
    """True from the lowest possible score on, None while only the highest reaches the limit."""
    sins, stable, limit = case.sins, case.level.stable, case.policy.gates.sins_unstable
    unstable: bool | None = False
    alerts = () if sins.misreported is None else (f"sins_reported_{sins.misreported}",)
    if stable is not True:
        unstable = True if sins.min >= limit else None if sins.gate_max >= limit else False
    if unstable is None:
        # the shortest ways out: the surgeon's word, then the open items, widest first
        ways = tuple(path for _, paths in sins.open_items for path in paths)
        return Outcome(None, (None,), missing=(f"{case.level.path}.surgeon_stable", *ways), alerts=alerts)
    if unstable:
        undone_by = (f"{case.level.path}.surgeon_stable",) if stable is None else ()
        return Outcome(True, (True,), alerts=("sins_unstable", *alerts), undone_by=undone_by)
    return Outcome(False, (False,), alerts=alerts)


SINS: Final = Gate(
    id="G4",
    title="SINS",
    status=Status.SURGICAL_REVIEW,
    checks=(
        Check(
            Rule("G4.sins", "design", "", "gates.sins_unstable"),
            lambda case: (
                ("sins_min", case.sins.min, "rule"),
                ("sins_max_with_loss_uncertainty", case.sins.gate_max, "rule"),
                ("surgeon_stable", case.level.stable, "file"),
            ),
            limits=("gates.sins_unstable",),
        ),
    ),
    judge=_judge_sins,
    inputs=(
        flag("surgeon_stable", True, at_level=True, blocks=True, ask="Does a spine surgeon call the level stable?"),
        choices("posterolateral", "none", "unilateral", "bilateral"),
        choices("bone_quality", "blastic", "mixed", "lytic"),
        flag("body_involved_over_half", False, at_level=True),
    ),
)
