"""Dangers that travel: what a raised or open gate at one level means for a procedure at another."""

from typing import Any

import pytest

from tests.recommendation.level_cases import at, codes, decide, record
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.recommendation.recommendation import Decision


def beside(**facts: Any) -> Decision:
    """A default candidate at T12 beside an L2 with these facts."""
    base = record(("T12", "L2"))
    levels = {**base.levels, "L2": base.levels["L2"].model_copy(update=facts)}
    return decide(base.model_copy(update={"levels": levels}))


@pytest.mark.parametrize(
    ("facts", "alert"),
    [
        ({"escc": "3"}, "epidural_elsewhere"),
        ({"alignment": "translation"}, "instability_elsewhere"),
        ({"surgeon_stable": False}, "instability_elsewhere"),
        ({"posterolateral": "bilateral", "loss_percent": 70, "alignment": "deformity"}, "sins_elsewhere"),
    ],
)
def test_a_danger_at_one_level_sends_the_other_to_the_board_unplanned(facts: dict[str, Any], alert: str) -> None:
    decision = beside(**facts)
    assert at(decision, "L2").status == "SURGICAL_REVIEW"
    assert at(decision, "T12").status == "CANDIDATE_MDT"
    assert alert in codes(at(decision, "T12").alerts)
    assert decision.plan.sessions == ()
    assert "danger_first" in codes(decision.plan.notes)


def test_an_emergency_of_the_patient_is_said_at_every_level() -> None:
    decision = decide(record(("T12", "L2"), clinical_cord_compression=True))
    for found in decision.recommendations:
        assert "cord_elsewhere" in codes(found.alerts)


def test_an_unknown_danger_at_another_level_makes_sessions_provisional() -> None:
    decision = beside(escc=None)
    assert at(decision, "T12").status == "CANDIDATE"
    assert "provisional" in codes(decision.plan.notes)
    assert len(decision.plan.sessions) == 1
    assert "provisional" not in codes(beside().plan.notes)


def test_a_single_level_hears_of_no_other() -> None:
    found = at(decide(record("L2", escc="3")), "L2")
    assert not {code for code in codes(found.alerts) if code.endswith("_elsewhere")}


def test_edema_at_two_levels_without_cancer_is_unexplained() -> None:
    harmless = {"bone_quality": "blastic", "body_involved_over_half": False}
    one, two = (decide(record(levels, cancer=False, **harmless)) for levels in (("L3",), ("L1", "L3")))
    assert "unexplained_lesion" not in codes(at(one, "L3").alerts)
    assert "unexplained_lesion" in codes(at(two, "L3").alerts)
    assert at(two, "L3").status == "OUT_OF_SCOPE"


def test_a_true_of_the_patient_is_the_word_of_a_sole_level_only() -> None:
    sole = decide(record("T12", alignment="translation", surgeon_stable=True))
    assert at(sole, "T12").status == "CANDIDATE_MDT"
    both: ClinicalInputs = record(("T12", "L2"), alignment="translation", surgeon_stable=True)
    assert {found.status for found in decide(both).recommendations} == {"SURGICAL_REVIEW"}
