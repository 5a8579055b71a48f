"""A refused record: unknown in everything, its dangers honoured, never a candidate."""

from typing import Any

import pytest

from tests.recommendation.level_cases import codes, decide, record, spine, vertebra


def refused(**changes: Any) -> Any:
    return record("T12", **changes).model_copy(update={"refused": True})


def test_a_perfect_record_that_was_refused_is_no_candidate() -> None:
    found = decide(refused()).recommendations[0]
    assert found.status == "INDETERMINATE"
    assert "record_refused" in codes(found.alerts)
    for path in ("clinical_cord_compression", "infection", "cancer", "pain_vas", "levels.T12.stir_edema"):
        assert path in found.missing


@pytest.mark.parametrize(
    ("danger", "status"),
    [
        ({"clinical_cord_compression": True}, "EMERGENCY_REVIEW"),
        ({"new_neurological_deficit": True}, "EMERGENCY_REVIEW"),
        ({"escc": "2"}, "SURGICAL_REVIEW"),
        ({"overt_instability": True}, "SURGICAL_REVIEW"),
        ({"surgeon_stable": False}, "SURGICAL_REVIEW"),
        ({"alignment": "translation"}, "SURGICAL_REVIEW"),
        ({"alignment": "deformity", "loss_percent": 60}, "SURGICAL_REVIEW"),
        ({"infection": True}, "CONTRAINDICATED"),
        ({"coagulopathy_uncorrected": True}, "CONTRAINDICATED"),
        ({"cement_allergy": True}, "CONTRAINDICATED"),
        ({"pregnancy": True}, "CONTRAINDICATED"),
    ],
)
def test_its_dangers_are_honoured(danger: dict[str, Any], status: str) -> None:
    assert decide(refused(**danger)).recommendations[0].status == status


@pytest.mark.parametrize(
    "changes",
    [
        {"pain_vas": 1},
        {"cancer": False},
        {"stir_edema": False},
        {"exam_levels": ("C3",)},
        {"age": 12},
        {"trauma": True},
    ],
)
def test_what_lowers_or_ends_concern_is_not_honoured(changes: dict[str, Any]) -> None:
    assert decide(refused(**changes)).recommendations[0].status == "INDETERMINATE"


def test_a_refused_stable_does_not_silence_sins() -> None:
    found = decide(refused(surgeon_stable=True, overt_instability=True)).recommendations[0]
    assert found.status == "SURGICAL_REVIEW"


def test_images_beside_a_refused_record_stay_undecided() -> None:
    decision = decide(refused(), spine(vertebra(1, "T12", loss=48, fraction=0.5)))
    assert decision.recommendations[0].status == "INDETERMINATE"
    assert decision.plan.sessions == ()


def test_a_greater_loss_on_the_image_prevails_over_a_refused_one() -> None:
    low = refused(loss_percent=25, alignment="deformity")
    decision = decide(low, spine(vertebra(1, "T12", loss=60, fraction=0.5)))
    assert decision.recommendations[0].status == "SURGICAL_REVIEW"
    assert decision.recommendations[0].preference == "BKP_FAVOURED"
    high = decide(refused(loss_percent=60), spine(vertebra(1, "T12", loss=25, fraction=0.5)))
    assert high.recommendations[0].preference == "BKP_FAVOURED"
