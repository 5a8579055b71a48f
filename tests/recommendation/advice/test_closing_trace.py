"""The trace: every rule, its inputs with their origin, its outcome, its source and kind."""

from tests.recommendation.level_cases import LEVEL, PATIENT, at, decide, one, record, spine, vertebra
from vcfimg.recommendation.advice.closing_trace import CLOSING_RULES
from vcfimg.recommendation.gates.gate_table import GATE_RULES
from vcfimg.recommendation.recommendation import TraceStep

ORDER = ["G1", "G2", "G3", "G4", "G5", "G0", "G6", "G7", "G8", "status"]


def step(found: object, rule: str) -> TraceStep:
    return next(one for one in found.trace if one.rule == rule)  # type: ignore[attr-defined]


def test_gates_are_listed_in_their_order_of_evaluation() -> None:
    seen = list(dict.fromkeys(step.rule.split(".")[0] for step in one().trace))
    assert seen[: len(ORDER)] == ORDER


def test_every_rule_of_the_catalogue_can_appear_and_no_other() -> None:
    seen = {step.rule for step in one(prior_rt_gy=30, fracture_age_weeks=4).trace}
    assert seen == {rule.id for rule in (*GATE_RULES, *CLOSING_RULES)}


def test_every_step_has_source_kind_and_outcome() -> None:
    for found in one().trace:
        assert found.source
        assert found.outcome
        assert found.kind in ("paper", "guideline", "design")


def test_inputs_name_their_origin() -> None:
    image = spine(vertebra(1, "L3", loss=30, fraction=0.5))
    found = at(decide(record("L3", stir_edema=None, loss_percent=None, bone_quality=None), image), "L3")
    assert step(found, "G6.vas").inputs["pain_vas"] == {"value": 7.0, "from": "file"}
    assert step(found, "G6.vas").inputs["vas_min"] == {"value": 4.0, "from": "policy"}
    assert step(found, "G2.epidural").inputs["escc"] == {"value": "0", "from": "reader"}
    assert step(found, "G7.loss").inputs["loss_percent"] == {"value": 30.0, "from": "image"}
    assert step(found, "G6.edema").inputs["edema_fraction"] == {"value": 0.5, "from": "image"}
    assert step(found, "G7.bone").inputs["bone_quality"] == {"value": None, "from": "unknown"}


def test_stale_values_are_named_as_such() -> None:
    found = at(decide(record(pain_vas_date="2026-01-01")), "L3")
    assert step(found, "G6.vas").inputs["pain_vas"] == {"value": None, "from": "stale"}


def test_only_the_papers_numbers_are_called_the_papers() -> None:
    found = one()
    assert step(found, "G6.vas").kind == "paper"
    for rule in ("G4.sins", "G7.retropulsion", "G7.level", "preference.collapse", "preference.junction"):
        assert step(found, rule).kind == "design"


def test_the_status_step_names_the_deciding_gate() -> None:
    for changes, gate in (
        ({"clinical_cord_compression": True}, "G1"),
        ({"escc": "2"}, "G2"),
        ({"overt_instability": True}, "G3"),
        ({"alignment": "deformity", "posterolateral": "bilateral"}, "G4"),
        ({"infection": True}, "G5"),
        ({"trauma": True}, "G0"),
        ({"pain_vas": 1}, "G6"),
        ({"escc": "1a"}, "G7"),
        ({"escc": None, "infection": None}, "unknown: G2, G5"),
    ):
        assert step(one(**changes), "status").inputs["first_deciding"]["value"] == gate


def test_the_trace_shows_every_default_fact() -> None:
    names = {name for found in one().trace for name in found.inputs} | {"coagulopathy_uncorrected", "location"}
    ignored = {"body_involved_over_half"}
    assert (set(PATIENT) | set(LEVEL)) - ignored <= names | {"alignment"}


def test_the_name_of_a_level_comes_from_who_gave_it() -> None:
    def origins(*, confirmed: bool | None) -> set[str]:
        image = None if confirmed is None else spine(vertebra(1, "L3", loss=30), confirmed=confirmed)
        found = at(decide(record("L3"), image), "L3")
        rules = ("G6.exam", "G7.level", "preference.junction")
        return {step(found, rule).inputs["level"]["from"] for rule in rules}

    assert origins(confirmed=False) == {"image"}, "the record mentions the level, the software named the vertebra"
    assert origins(confirmed=True) == {"reader"}
    assert origins(confirmed=None) == {"reader"}
    outside = spine(vertebra(1, "L3"), confirmed=False)
    beyond = at(decide(record("L3", exam_levels=("T5",)), outside), "T5")
    assert step(beyond, "G7.level").inputs["level"] == {"value": "T5", "from": "reader"}
