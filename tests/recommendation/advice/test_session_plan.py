"""The session plan."""

import pytest

from tests.recommendation.level_cases import codes, decide, record, spine, vertebra
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.imaging.measurement import Kyphosis, SpineReport


def patient(losses: dict[str, float], **changes: object) -> ClinicalInputs:
    base = record(tuple(losses), **changes)
    return base.model_copy(
        update={
            "levels": {
                name: facts.model_copy(update={"loss_percent": losses[name]}) for name, facts in base.levels.items()
            }
        }
    )


def test_no_candidate_no_session() -> None:
    assert decide(record(pain_vas=1)).plan.sessions == ()


def test_strongest_first() -> None:
    plan = decide(patient({"T8": 25, "L3": 45, "L5": 30})).plan
    assert [session.levels for session in plan.sessions] == [("L3", "L5", "T8")]
    assert plan.notes == ()


def test_the_index_level_leads() -> None:
    base = patient({"T8": 25, "L3": 45})
    levels = {**base.levels, "L3": base.levels["L3"].model_copy(update={"index": False})}
    plan = decide(base.model_copy(update={"levels": levels})).plan
    assert plan.sessions[0].levels == ("T8", "L3")


@pytest.mark.parametrize(
    ("count", "sessions", "notes"),
    [
        (3, [3], set()),
        (4, [3, 1], {"tumour_board"}),
        (5, [3, 2], {"tumour_board", "staged"}),
        (7, [3, 3, 1], {"tumour_board", "staged"}),
    ],
)
def test_at_most_three_a_session(count: int, sessions: list[int], notes: set[str]) -> None:
    names = ("T5", "T6", "T7", "T8", "T9", "L3", "L4")[:count]
    plan = decide(patient(dict.fromkeys(names, 30))).plan
    assert [len(session.levels) for session in plan.sessions] == sessions
    assert codes(plan.notes) == notes


@pytest.mark.parametrize(
    ("planned", "notes"),
    [(1, set()), (4, {"tumour_board", "planned_levels"}), (6, {"tumour_board", "staged", "planned_levels"})],
)
def test_the_planned_number_decides_about_board_and_staging(planned: int, notes: set[str]) -> None:
    assert codes(decide(patient({"L3": 30}, planned_levels=planned)).plan.notes) == notes
    five = dict.fromkeys(("T6", "T8", "T10", "L2", "L3"), 30.0)
    assert codes(decide(patient(five, planned_levels=2)).plan.notes) == {"planned_levels"}


def test_planned_and_found_numbers_that_differ_are_said() -> None:
    assert "planned_levels" in codes(decide(patient({"L3": 30}, planned_levels=2)).plan.notes)


def test_kyphosis_makes_neighbours_an_option() -> None:
    report = SpineReport(kyphosis=(Kyphosis(from_="T11", to="L1", deg=22.0),))
    image = spine(vertebra(1, "T11"), vertebra(2, "T12", loss=45, fraction=0.5), vertebra(3, "L1"), report=report)
    options = decide(record("T12"), image).plan.neighbour_options
    assert [text.text.split(" ")[0] for text in options] == ["T11", "L1"]
    flat = SpineReport(kyphosis=(Kyphosis(from_="T11", to="L1", deg=8.0),))
    image = spine(vertebra(1, "T11"), vertebra(2, "T12", loss=45, fraction=0.5), vertebra(3, "L1"), report=flat)
    assert decide(record("T12"), image).plan.neighbour_options == ()


def test_an_intervening_level_is_named_as_such() -> None:
    report = SpineReport(kyphosis=(Kyphosis(from_="T11", to="L3", deg=30.0),))
    image = spine(
        vertebra(1, "T12", loss=45, fraction=0.5),
        vertebra(2, "L1"),
        vertebra(3, "L2", loss=45, fraction=0.5),
        report=report,
    )
    options = decide(record(("T12", "L2")), image).plan.neighbour_options
    assert any(text.text.startswith("L1 (between two candidates") for text in options)


def test_a_recorded_deformity_makes_neighbours_an_option() -> None:
    assert decide(record("L3", alignment="deformity")).plan.neighbour_options != ()


def test_a_level_between_two_candidates_is_an_option_without_kyphosis() -> None:
    (option,) = decide(patient({"T12": 30, "L2": 30})).plan.neighbour_options
    assert option.text.startswith("L1 (between two candidates)")


@pytest.mark.parametrize("fact", [{"escc": "3"}, {"instrumented": True}, {"alignment": "translation"}])
def test_a_level_that_a_gate_keeps_from_augmentation_is_no_option(fact: dict[str, object]) -> None:
    base = record(("T12", "L1"), alignment="deformity")
    levels = {**base.levels, "L1": base.levels["L1"].model_copy(update=fact)}
    decision = decide(base.model_copy(update={"levels": levels}))
    assert {one.level: one.status for one in decision.recommendations}["T12"] in ("CANDIDATE", "CANDIDATE_MDT")
    assert [text.text.split(" ")[0] for text in decision.plan.neighbour_options] == ["T11"]
