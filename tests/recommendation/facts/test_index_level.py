"""Which level counts as the index level."""

import pytest

from tests.recommendation.level_cases import at, codes, decide, record, spine, vertebra
from vcfimg.clinical.inputs import ClinicalInputs


def images(*, t12: float = 0.3, l1: float = 0.5, l3: float = 0.2) -> object:
    return spine(
        vertebra(1, "T12", loss=30, fraction=t12),
        vertebra(2, "L1", loss=25, fraction=l1),
        vertebra(3, "L2"),
        vertebra(4, "L3", loss=45, fraction=l3),
    )


def index_of(decision: object, level: str) -> str:
    return next(step.outcome for step in at(decision, level).trace if step.rule == "index_level")  # type: ignore[arg-type]


def test_the_exam_matched_level_with_most_edema_is_the_index() -> None:
    decision = decide(ClinicalInputs(exam_levels=("T12",)), images())  # type: ignore[arg-type]
    assert index_of(decision, "L1") == "true: exam_matched_most_edema"
    assert index_of(decision, "T12") == "false: other_edematous_level"
    assert index_of(decision, "L3") == "false: other_edematous_level"
    assert at(decision, "L3").preference == "OPERATOR_CHOICE"


def test_a_tie_in_edema_goes_to_the_greatest_loss() -> None:
    decision = decide(ClinicalInputs(exam_levels=("T12",)), images(l1=0.3))  # type: ignore[arg-type]
    assert index_of(decision, "T12") == "true: exam_matched_most_edema"


def test_a_level_without_edema_is_not_made_non_index() -> None:
    decision = decide(ClinicalInputs(exam_levels=("T12",)), images(l3=0.0))  # type: ignore[arg-type]
    assert index_of(decision, "L3") == "true: judged_as_index"


def test_without_an_exam_every_level_is_judged_as_index_and_says_so() -> None:
    decision = decide(None, images())  # type: ignore[arg-type]
    for level in ("T12", "L1", "L3"):
        assert index_of(decision, level) == "true: judged_as_index"
        assert "judged_as_index" in codes(at(decision, level).notes)


def test_the_readers_word_decides() -> None:
    patient = record(("T12", "L3"), exam_levels=("T12",), index=None)
    levels = {**patient.levels, "L3": patient.levels["L3"].model_copy(update={"index": True})}
    decision = decide(patient.model_copy(update={"levels": levels}))
    assert index_of(decision, "L3") == "true: reader"
    assert index_of(decision, "T12") == "false: other_edematous_level"


def test_a_level_the_reader_calls_non_index_is_not_chosen() -> None:
    patient = record(("T12", "L1"), exam_levels=("T12",), index=None)
    levels = {**patient.levels, "T12": patient.levels["T12"].model_copy(update={"index": False, "loss_percent": 60})}
    decision = decide(patient.model_copy(update={"levels": levels}))
    assert index_of(decision, "L1") == "true: exam_matched_most_edema"


def test_a_stale_exam_chooses_nothing() -> None:
    patient = ClinicalInputs(exam_levels=("T12",), exam_date="2026-01-01")  # type: ignore[arg-type]
    assert index_of(decide(patient, images()), "T12") == "true: judged_as_index"  # type: ignore[arg-type]


@pytest.mark.parametrize("by_reader", [True, False])
def test_a_vertebra_without_a_level_may_be_the_index_level_that_the_record_names(by_reader: bool) -> None:
    patient = record("T12", index=True if by_reader else None)
    measured = spine(vertebra(1, None, loss=45, fraction=0.4), vertebra(2, None, loss=0, fraction=0.0))
    decision = decide(patient, measured)
    assert index_of(decision, "T12").startswith("true")
    unnamed = next(found for found in decision.recommendations if found.vertebra_id == 1)
    (why,) = (step.outcome for step in unnamed.trace if step.rule == "index_level")
    assert why == "true: unnamed_may_be_index"
    assert unnamed.preference == "BKP_FAVOURED"
    assert "P13" not in str(unnamed.model_dump(exclude={"trace"}))
    assert "judged_as_index" not in codes(unnamed.notes)


def test_nobody_is_said_to_name_the_index_where_a_reader_does() -> None:
    patient = record(("T12", "L3"), exam_levels=None, index=None)
    levels = {**patient.levels, "L3": patient.levels["L3"].model_copy(update={"index": True})}
    levels["T12"] = levels["T12"].model_copy(update={"stir_edema": None})
    decision = decide(patient.model_copy(update={"levels": levels}))
    assert index_of(decision, "T12") == "true: judged_as_index"
    assert "judged_as_index" not in codes(at(decision, "T12").notes)
