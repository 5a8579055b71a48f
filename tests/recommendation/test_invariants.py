"""The safety invariants, proved by enumeration of the categorical inputs and searched by random cases."""

import functools
import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recommendation.level_cases import CANDIDATE_NAMES, LEVEL, OF_LEVEL, PATIENT, decide
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.recommendation.recommendation import Decision

FLAG = (True, False, None)
BLOCKING: dict[str, tuple[Any, ...]] = {
    "clinical_cord_compression": FLAG,
    "escc": ("0", "1b", "2", None),
    "infection": FLAG,
    "coagulopathy_uncorrected": FLAG,
    "cancer": FLAG,
    "pain_vas": (4.0, 3.9, None),
    "pain_positional": FLAG,
    "exam_levels": (("L3",), ("T9",), None),
    "stir_edema": FLAG,
}
"""Every blocking input that is not a SINS item, with all it can say; the deficit is enumerated with the cord below."""

SINS: dict[str, tuple[Any, ...]] = {
    "bone_quality": ("lytic", "mixed", "blastic", None),
    "alignment": ("normal", "deformity", "translation", None),
    "posterolateral": ("none", "unilateral", "bilateral", None),
    "body_involved_over_half": FLAG,
    "surgeon_stable": FLAG,
    "loss_percent": (5, 19.9, 20, 44, 50, 50.1, 90, None),
}
CONCERN = {"EMERGENCY_REVIEW": 4, "SURGICAL_REVIEW": 3, "CONTRAINDICATED": 2, "OUT_OF_SCOPE": 1}
URGENCY = {"emergency": 3, "urgent": 2, "soon": 1, "unscreened": 0, "routine": 0}


def fast(level: str, facts: dict[str, Any]) -> Decision:
    """Decide on default facts with ``facts``, without the validation that reading a file does."""
    mine = LEVEL | {key: value for key, value in facts.items() if key in OF_LEVEL}
    patient = {"exam_levels": (level,)} | PATIENT
    patient |= {key: value for key, value in facts.items() if key not in OF_LEVEL}
    return decide(ClinicalInputs.model_construct(**patient, levels={level: LevelInputs.model_construct(**mine)}))


@functools.cache
def every_blocking_state() -> dict[tuple[Any, ...], tuple[str, str]]:
    """(status, priority class) of every combination of :data:`BLOCKING`."""
    table = {}
    for values in itertools.product(*BLOCKING.values()):
        decision = fast("L3", dict(zip(BLOCKING, values, strict=True)))
        table[values] = decision.recommendations[0].status.value, decision.priority.class_
    return table


def test_no_candidate_while_a_blocking_input_is_unknown() -> None:
    for values, (status, _) in every_blocking_state().items():
        if None in values:
            assert status not in CANDIDATE_NAMES, values


def test_a_candidate_is_exactly_the_favourable_state() -> None:
    """Written out on its own: what must hold, and nothing else, for a candidate."""
    for values, (status, _) in every_blocking_state().items():
        state = dict(zip(BLOCKING, values, strict=True))
        favourable = (
            state["clinical_cord_compression"] is False
            and state["escc"] in ("0", "1b")
            and state["infection"] is False
            and state["coagulopathy_uncorrected"] is False
            and state["cancer"] is True
            and state["pain_vas"] == 4.0
            and state["pain_positional"] is True
            and state["exam_levels"] == ("L3",)
            and state["stir_edema"] is True
        )
        assert (status in CANDIDATE_NAMES) is favourable, state


def test_the_status_follows_the_published_order() -> None:
    """An independent statement of the order of evaluation over the whole enumeration."""
    for values, (status, _) in every_blocking_state().items():
        state = dict(zip(BLOCKING, values, strict=True))
        indication = [
            state["cancer"],
            None if state["pain_vas"] is None else state["pain_vas"] >= 4,
            state["pain_positional"],
            None if state["exam_levels"] is None else state["exam_levels"] == ("L3",),
            state["stir_edema"],
        ]
        blockers = (state["clinical_cord_compression"], state["escc"], state["infection"])
        if state["clinical_cord_compression"]:
            expected = "EMERGENCY_REVIEW"
        elif state["escc"] == "2":
            expected = "SURGICAL_REVIEW"
        elif state["infection"] or state["coagulopathy_uncorrected"]:
            expected = "CONTRAINDICATED"
        elif state["cancer"] is False:
            expected = "OUT_OF_SCOPE"
        elif False in indication:
            expected = "NOT_INDICATED"
        elif None in indication or None in (*blockers, state["coagulopathy_uncorrected"]):
            expected = "INDETERMINATE"
        else:
            expected = "CANDIDATE_MDT" if state["escc"] == "1b" else "CANDIDATE"
        assert status == expected, state


def test_cord_and_deficit_in_every_pair() -> None:
    for cord, deficit in itertools.product(FLAG, FLAG):
        found = fast("L3", {"clinical_cord_compression": cord, "new_neurological_deficit": deficit}).recommendations[0]
        if cord or deficit:
            assert found.status == "EMERGENCY_REVIEW"
        else:
            assert found.status == ("CANDIDATE" if cord is False and deficit is False else "INDETERMINATE")


def test_adding_a_danger_never_lowers_status_or_priority() -> None:
    table = every_blocking_state()
    names = list(BLOCKING)
    dangers = {
        "clinical_cord_compression": (True,),
        "escc": ("1b", "2"),
        "infection": (True,),
        "coagulopathy_uncorrected": (True,),
    }
    for values, (status, class_) in table.items():
        for name, worse in dangers.items():
            place = names.index(name)
            for value in worse:
                if values[place] in (value, "2"):
                    continue
                other, other_class = table[(*values[:place], value, *values[place + 1 :])]
                assert CONCERN.get(other, 0) >= CONCERN.get(status, 0), (values, name)
                assert URGENCY[other_class] >= URGENCY[class_], (values, name)


def test_every_completion_of_a_candidates_sins_items_is_a_candidate() -> None:
    """What may be unknown in a candidate, filled in every way, leaves a candidate: SINS items and loss."""
    for level in ("T4", "T12", "L3"):
        table = {
            values: fast(level, dict(zip(SINS, values, strict=True))).recommendations[0].status.value
            for values in itertools.product(*SINS.values())
        }
        assert any(status in CANDIDATE_NAMES and None in values for values, status in table.items())
        for values, status in table.items():
            if status not in CANDIDATE_NAMES:
                continue
            # the surgeon's word is not a SINS item: a later 'not stable' is a new danger, not a completion
            options = [
                known[:-1] if value is None and name != "surgeon_stable" else (value,)
                for value, (name, known) in zip(values, SINS.items(), strict=True)
            ]
            for completion in itertools.product(*options):
                assert table[completion] in CANDIDATE_NAMES, (level, values, completion)


def test_a_candidate_stays_one_for_every_loss_within_its_uncertainty() -> None:
    for level, alignment, loss in itertools.product(
        ("T4", "T8", "T12", "L3", "L5"), ("normal", "deformity"), (10, 19, 20, 39, 40, 45, 48, 50, 51, 56, 79, 80)
    ):
        facts = {"alignment": alignment, "loss_percent": loss, "loss_uncertainty": 6}
        if fast(level, facts).recommendations[0].status in CANDIDATE_NAMES:
            for other in (loss - 6, loss - 3, loss + 3, loss + 6):
                within = facts | {"loss_percent": other, "loss_uncertainty": 0}
                assert fast(level, within).recommendations[0].status in CANDIDATE_NAMES, (level, facts, other)


def test_every_level_and_threshold_side() -> None:
    """Exhaustive over levels and collapse: the preference changes at the thresholds only, the status at T5 only."""
    from vcfimg.level_names import LEVELS, is_above

    for level in (name for name in LEVELS if name not in ("C1", "S1")):
        seen = {
            loss: fast(level, {"loss_percent": loss, "loss_uncertainty": 0}).recommendations[0]
            for loss in (0, 19.999, 20, 20.001, 39.999, 40, 40.001, 50, 50.001, 79.999, 80, 100)
        }
        for same in ((0, 19.999), (20, 20.001, 39.999), (40, 40.001, 50, 50.001, 79.999, 80, 100)):
            assert len({seen[loss].preference for loss in same}) == 1
        board = is_above(level, "T5")
        assert {found.status == "CANDIDATE_MDT" for loss, found in seen.items() if loss < 80} == {board}
        assert seen[80].status == "CANDIDATE_MDT"


PATIENT_STRATEGY = {
    name: st.sampled_from(FLAG)
    for name in (
        "clinical_cord_compression",
        "new_neurological_deficit",
        "overt_instability",
        "surgeon_stable",
        "infection",
        "coagulopathy_uncorrected",
        "cement_allergy",
        "pregnancy",
        "trauma",
        "primary_bone_tumour",
        "cancer",
        "pain_positional",
        "first_metastasis",
        "histology_known",
    )
} | {
    "age": st.sampled_from((None, 17, 18, 39, 40, 65)),
    "pain_vas": st.sampled_from((None, 0, 3.9, 4, 10)),
    "exam_levels": st.sampled_from((None, (), ("T12",), ("L1",), ("L4",), ("C2", "T11"))),
    "planned_levels": st.sampled_from((None, 0, 3, 4)),
}
LEVEL_STRATEGY = {
    "index": st.sampled_from(FLAG),
    "escc": st.sampled_from((None, "0", "1a", "1c", "2", "3")),
    "bone_quality": st.sampled_from((None, "lytic", "mixed", "blastic")),
    "alignment": st.sampled_from((None, "normal", "deformity", "translation")),
    "posterolateral": st.sampled_from((None, "none", "unilateral", "bilateral")),
    "posterior_wall": st.sampled_from((None, "intact", "disrupted")),
    "body_involved_over_half": st.sampled_from(FLAG),
    "instrumented": st.sampled_from(FLAG),
    "stir_edema": st.sampled_from(FLAG),
    "retropulsion_mm": st.sampled_from((None, 0, 2.9, 3)),
    "canal_narrowing_percent": st.sampled_from((None, 0, 24.9, 25)),
    "loss_percent": st.sampled_from((None, -5, 0, 19.9, 20, 39.9, 40, 48, 50, 50.1, 80, 100)),
    "loss_uncertainty": st.sampled_from((None, 0, 6, 30)),
}
DANGERS: tuple[dict[str, Any], ...] = (
    {"clinical_cord_compression": True},
    {"new_neurological_deficit": True},
    {"overt_instability": True},
    {"surgeon_stable": False},
    {"infection": True},
    {"coagulopathy_uncorrected": True},
    {"cement_allergy": True},
    {"pregnancy": True},
    {"trauma": True},
    {"primary_bone_tumour": True},
    {"age": 17},
    {"escc": "2"},
    {"escc": "3"},
    {"alignment": "translation"},
    {"posterolateral": "bilateral"},
    {"instrumented": True},
    {"loss_percent": 100},
    {"retropulsion_mm": 3},
    {"canal_narrowing_percent": 25},
)
records = st.tuples(
    st.fixed_dictionaries(PATIENT_STRATEGY),
    st.dictionaries(st.sampled_from(("T4", "T12", "L1", "L4")), st.fixed_dictionaries(LEVEL_STRATEGY), max_size=2),
)


def build(patient: dict[str, Any], levels: dict[str, dict[str, Any]]) -> ClinicalInputs:
    return ClinicalInputs(**patient, levels={name: LevelInputs(**facts) for name, facts in levels.items()})


def blocking_unknown(patient: dict[str, Any], facts: dict[str, Any]) -> bool:
    named = ("clinical_cord_compression", "new_neurological_deficit", "infection", "coagulopathy_uncorrected")
    indication = ("cancer", "pain_vas", "pain_positional")
    return (
        any(patient[name] is None for name in (*named, *indication))
        or not patient["exam_levels"]
        or facts["escc"] is None
        or facts["stir_edema"] is None
    )


@settings(max_examples=300, deadline=None)
@given(records)
def test_no_random_record_with_a_blocking_unknown_is_a_candidate(case: tuple[Any, Any]) -> None:
    patient, levels = case
    for found in decide(build(patient, levels)).recommendations:
        if found.level in levels and blocking_unknown(patient, levels[found.level]):
            assert found.status not in CANDIDATE_NAMES


@settings(max_examples=400, deadline=None)
@given(records, st.sampled_from(DANGERS))
def test_no_random_danger_lowers_concern(case: tuple[Any, Any], danger: dict[str, Any]) -> None:
    patient, levels = case
    before = decide(build(patient, levels))
    name, value = next(iter(danger.items()))
    if name in PATIENT_STRATEGY:
        after = decide(build(patient | danger, levels))
    else:
        order = {"escc": ("0", "1a", "1c", "2", "3"), "alignment": ("normal", "deformity", "translation")}
        for facts in levels.values():
            if name in order and facts[name] is not None and order[name].index(facts[name]) > order[name].index(value):
                return
        after = decide(build(patient, {level: facts | danger for level, facts in levels.items()}))
    if patient["surgeon_stable"] is True and name == "surgeon_stable":
        assert after.priority.class_ in ("urgent", "emergency")
    for old, new in zip(before.recommendations, after.recommendations, strict=True):
        assert CONCERN.get(new.status.value, 0) >= CONCERN.get(old.status.value, 0), danger
    assert URGENCY[after.priority.class_] >= URGENCY[before.priority.class_], danger


@settings(max_examples=200, deadline=None)
@given(records)
def test_a_refused_record_is_never_a_candidate_and_keeps_its_dangers(case: tuple[Any, Any]) -> None:
    whole = build(*case)
    refused = whole.model_copy(update={"refused": True})
    for old, new in zip(decide(whole).recommendations, decide(refused).recommendations, strict=True):
        assert new.status not in (*CANDIDATE_NAMES, "NOT_INDICATED", "OUT_OF_SCOPE")
        if CONCERN.get(old.status.value, 0) >= 2:
            assert CONCERN.get(new.status.value, 0) >= CONCERN[old.status.value]


@settings(max_examples=200, deadline=None)
@given(records)
def test_a_decision_survives_json(case: tuple[Any, Any]) -> None:
    text = decide(build(*case)).model_dump_json(by_alias=True)
    assert Decision.model_validate_json(text).model_dump_json(by_alias=True) == text


@settings(max_examples=200, deadline=None)
@given(records)
def test_an_unknown_never_reads_as_false_in_the_trace(case: tuple[Any, Any]) -> None:
    for found in decide(build(*case)).recommendations:
        for step in found.trace:
            for entry in step.inputs.values():
                if entry.get("from") == "unknown":
                    assert entry["value"] is None
            single = [entry for entry in step.inputs.values() if entry.get("from") not in ("policy", "rule", None)]
            if step.rule.startswith(("G1", "G2", "G6")) and len(single) == 1 and single[0]["value"] is None:
                assert step.outcome.startswith("unknown")
