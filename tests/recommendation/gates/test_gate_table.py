"""One case per gate and branch, reasoned from the clinical reference."""

from typing import Any

import pytest

from tests.recommendation.level_cases import at, codes, decide, one, record
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.policy import load_policy
from vcfimg.recommendation.gates.gate_table import GATES


@pytest.mark.parametrize(
    ("changes", "status", "alert"),
    [
        ({"clinical_cord_compression": True}, "EMERGENCY_REVIEW", "cord_compression"),
        ({"new_neurological_deficit": True}, "EMERGENCY_REVIEW", "neurological_deficit"),
        ({"clinical_cord_compression": None, "new_neurological_deficit": True}, "EMERGENCY_REVIEW", "cord_unknown"),
        ({"escc": "2"}, "SURGICAL_REVIEW", "epidural_high_grade"),
        ({"escc": "3"}, "SURGICAL_REVIEW", "epidural_high_grade"),
        ({"overt_instability": True}, "SURGICAL_REVIEW", "overt_instability"),
        ({"surgeon_stable": False}, "SURGICAL_REVIEW", "surgeon_unstable"),
        ({"alignment": "translation"}, "SURGICAL_REVIEW", "translation"),
        ({"overt_instability": True, "surgeon_stable": False}, "SURGICAL_REVIEW", "surgeon_unstable"),
        ({"posterolateral": "bilateral", "alignment": "deformity"}, "SURGICAL_REVIEW", "sins_unstable"),
        ({"infection": True}, "CONTRAINDICATED", "infection"),
        ({"coagulopathy_uncorrected": True}, "CONTRAINDICATED", "coagulopathy"),
        ({"cement_allergy": True}, "CONTRAINDICATED", "cement_allergy"),
        ({"pregnancy": True}, "CONTRAINDICATED", "pregnancy"),
        ({"age": 17}, "OUT_OF_SCOPE", "age_out_of_scope"),
        ({"age": 17.9}, "OUT_OF_SCOPE", "age_out_of_scope"),
        ({"instrumented": True}, "OUT_OF_SCOPE", "instrumented"),
        ({"trauma": True}, "OUT_OF_SCOPE", "trauma"),
        ({"primary_bone_tumour": True}, "OUT_OF_SCOPE", "primary_bone_tumour"),
        ({"escc": "1a"}, "CANDIDATE_MDT", "relative_escc"),
        ({"escc": "1b"}, "CANDIDATE_MDT", "relative_escc"),
        ({"escc": "1c"}, "CANDIDATE_MDT", "relative_escc"),
        ({"retropulsion_mm": 3.0}, "CANDIDATE_MDT", "relative_retropulsion"),
        ({"canal_narrowing_percent": 25}, "CANDIDATE_MDT", "relative_canal"),
        ({"loss_percent": 80}, "CANDIDATE_MDT", "relative_loss"),
        ({"bone_quality": "blastic"}, "CANDIDATE_MDT", "relative_blastic"),
        ({"age": 39}, "CANDIDATE_MDT", "relative_age"),
        ({"age": 18}, "CANDIDATE_MDT", "relative_age"),
        ({"planned_levels": 4}, "CANDIDATE_MDT", "relative_levels"),
    ],
)
def test_each_danger_decides_and_is_listed(changes: dict[str, Any], status: str, alert: str) -> None:
    found = one(**changes)
    assert found.status == status
    assert alert in codes(found.alerts)


@pytest.mark.parametrize(
    "changes",
    [
        {"retropulsion_mm": 2.9},
        {"canal_narrowing_percent": 24.9},
        {"loss_percent": 79.9},
        {"age": 40},
        {"planned_levels": 3},
        {"bone_quality": "mixed"},
        {"cement_allergy": None},
        {"pregnancy": None},
        {"age": None},
        {"trauma": None},
        {"primary_bone_tumour": None},
        {"instrumented": None},
        {"overt_instability": None},
        {"overt_instability": False},
        {"surgeon_stable": True},
        {"posterior_wall": None},
        {"posterior_wall": "disrupted"},
        {"index": None},
        {"fracture_age_weeks": 52},
        {"prior_rt_gy": 30},
        {"primaries": ("multiple myeloma",)},
        {"primaries": ("Lymphoma",), "primary_bone_tumour": None},
    ],
)
def test_what_does_not_block_leaves_a_plain_candidate(changes: dict[str, Any]) -> None:
    assert one(**changes).status == "CANDIDATE"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"clinical_cord_compression": None}, "clinical_cord_compression"),
        ({"new_neurological_deficit": None}, "new_neurological_deficit"),
        ({"escc": None}, "levels.L3.escc"),
        ({"infection": None}, "infection"),
        ({"coagulopathy_uncorrected": None}, "coagulopathy_uncorrected"),
        ({"cancer": None}, "cancer"),
        ({"pain_vas": None}, "pain_vas"),
        ({"pain_positional": None}, "pain_positional"),
        ({"exam_levels": None}, "exam_levels"),
        ({"exam_levels": ()}, "exam_levels"),
        ({"stir_edema": None}, "levels.L3.stir_edema"),
    ],
)
def test_each_blocking_unknown_blocks_and_is_named(changes: dict[str, Any], path: str) -> None:
    found = one(**changes)
    assert found.status == "INDETERMINATE"
    assert found.missing == (path,)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"pain_vas": 3.9}, "pain_below_threshold"),
        ({"pain_vas": 0}, "pain_below_threshold"),
        ({"pain_positional": False}, "pain_not_positional"),
        ({"exam_levels": ("L5",)}, "exam_mismatch"),
        ({"stir_edema": False}, "no_stir_edema"),
    ],
)
@pytest.mark.parametrize("unknown", ["clinical_cord_compression", "escc", "infection", "pain_vas", "stir_edema"])
def test_one_false_indication_decides_over_any_unknown(changes: dict[str, Any], note: str, unknown: str) -> None:
    found = one(**({unknown: None} | changes))
    assert found.status == "NOT_INDICATED"
    assert note in codes(found.notes)
    assert found.biopsy is None


def test_no_edema_by_a_reader_leaves_the_board_a_word() -> None:
    assert "chronic_fracture_board" in codes(one(stir_edema=False).notes)


@pytest.mark.parametrize(
    ("dangers", "status"),
    [
        ({"escc": "3", "infection": True, "trauma": True, "clinical_cord_compression": True}, "EMERGENCY_REVIEW"),
        ({"escc": "3", "infection": True, "trauma": True}, "SURGICAL_REVIEW"),
        ({"overt_instability": True, "infection": True}, "SURGICAL_REVIEW"),
        ({"infection": True, "trauma": True, "age": 12}, "CONTRAINDICATED"),
        ({"trauma": True, "pain_vas": 1}, "OUT_OF_SCOPE"),
    ],
)
def test_the_most_concerning_gate_decides_and_the_others_stay_listed(dangers: dict[str, Any], status: str) -> None:
    found = one(**dangers)
    assert found.status == status
    assert len(found.alerts) >= len(dangers) - ("pain_vas" in dangers)


@pytest.mark.parametrize("danger", ["infection", "coagulopathy_uncorrected", "cement_allergy", "pregnancy"])
def test_contraindications_ask_to_reassess(danger: str) -> None:
    assert "reassess" in codes(one(**{danger: True}).conditions)


def test_overt_instability_with_a_surgeons_stable_stays_with_a_conflict() -> None:
    found = one(overt_instability=True, surgeon_stable=True)
    assert found.status == "SURGICAL_REVIEW"
    assert "instability_conflict" in codes(found.alerts)


def test_translation_with_a_surgeons_stable_is_for_the_board() -> None:
    low = one("L3", alignment="translation", surgeon_stable=True, loss_percent=9)
    assert (low.status, low.sins and low.sins.max) == ("CANDIDATE_MDT", 12)
    assert "relative_translation" in codes(low.alerts)
    assert "relative_sins" not in codes(one("T8", alignment="translation", surgeon_stable=True).alerts)
    high = one("T12", alignment="translation", surgeon_stable=True)
    assert high.status == "CANDIDATE_MDT"
    assert "relative_sins" in codes(high.alerts)


def test_unknown_instability_is_confirmed_not_blocked() -> None:
    assert "confirm_instability" in codes(one().conditions)
    assert "confirm_instability" not in codes(one(surgeon_stable=True).conditions)
    assert "confirm_instability" not in codes(one(overt_instability=False).conditions)
    assert "confirm_instability" in codes(one(overt_instability=False, alignment=None).conditions)


def test_a_recorded_absence_of_overt_instability_does_not_settle_sins() -> None:
    found = one("L1", loss_percent=55, posterolateral=None, overt_instability=False)
    assert found.status == "INDETERMINATE"
    assert found.missing[0] == "levels.L1.surgeon_stable"


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("cement_allergy", "confirm_cement_allergy"),
        ("pregnancy", "confirm_pregnancy"),
        ("age", "confirm_age"),
        ("instrumented", "confirm_not_instrumented"),
        ("trauma", "confirm_no_trauma"),
        ("primary_bone_tumour", "confirm_no_primary_bone_tumour"),
    ],
)
def test_unknowns_that_do_not_block_are_confirmed(name: str, condition: str) -> None:
    assert condition in codes(one(**{"age": 55, name: None}).conditions)


def test_a_loss_within_its_uncertainty_of_50_can_straddle_sins() -> None:
    straddling = one("T12", loss_percent=48, alignment="deformity")
    assert straddling.status == "INDETERMINATE"
    assert straddling.sins is not None
    assert (straddling.sins.min, straddling.sins.max) == (12, 12)
    assert straddling.missing[0] == "levels.T12.surgeon_stable"
    assert one("T12", loss_percent=44, alignment="deformity").status == "CANDIDATE"
    assert one("T12", loss_percent=48, alignment="deformity", surgeon_stable=True).status == "CANDIDATE_MDT"


@pytest.mark.parametrize("level", ["T8", "L3"])
def test_an_unknown_alignment_blocks_since_translation_would_decide(level: str) -> None:
    found = one(level, loss_percent=8, alignment=None)
    assert found.sins is not None
    assert found.sins.max < 13
    assert found.status == "INDETERMINATE"
    assert found.missing == (f"levels.{level}.surgeon_stable", f"levels.{level}.alignment")
    assert one(level, loss_percent=3, alignment=None, surgeon_stable=True).status == "CANDIDATE"


@pytest.mark.parametrize("name", ["posterolateral", "bone_quality", "body_involved_over_half"])
def test_other_unknown_sins_items_below_13_do_not_block(name: str) -> None:
    found = one("L3", loss_percent=8, **{name: None})
    assert (found.status, found.missing) == ("CANDIDATE", ())


def test_images_alone_with_an_mri_lack_the_way_out_of_sins() -> None:
    found = one("T12", loss_percent=55, bone_quality=None, alignment=None, posterolateral=None)
    assert found.status == "INDETERMINATE"
    assert found.missing[:3] == ("levels.T12.surgeon_stable", "levels.T12.alignment", "levels.T12.posterolateral")


@pytest.mark.parametrize(
    ("level", "status"),
    [
        ("C2", "CANDIDATE_MDT"),
        ("C7", "CANDIDATE_MDT"),
        ("T1", "CANDIDATE_MDT"),
        ("T4", "CANDIDATE_MDT"),
        ("T5", "CANDIDATE"),
        ("T12", "CANDIDATE"),
        ("T13", "CANDIDATE"),
        ("L6", "CANDIDATE"),
    ],
)
def test_levels_above_t5_go_to_the_board(level: str, status: str) -> None:
    assert one(level).status == status


@pytest.mark.parametrize(
    ("exam", "status", "exact"),
    [
        ("L3", "CANDIDATE", True),
        ("L2", "CANDIDATE", False),
        ("L4", "CANDIDATE", False),
        ("L1", "NOT_INDICATED", False),
        ("L5", "NOT_INDICATED", False),
    ],
)
def test_the_exam_matches_within_one_level(exam: str, status: str, exact: bool) -> None:
    found = one("L3", exam_levels=(exam,))
    assert found.status == status
    assert ("exam_adjacent" in codes(found.notes)) is (status == "CANDIDATE" and not exact)


def test_one_of_several_examined_levels_is_enough() -> None:
    assert one("L3", exam_levels=("T4", "L3")).status == "CANDIDATE"


def test_transitional_levels_count_as_steps_only_where_they_exist() -> None:
    assert one("L1", exam_levels=("T12",)).status == "CANDIDATE"
    patient = record(("T12", "T13", "L1"), exam_levels=("T12",))
    assert at(decide(patient), "L1").status == "NOT_INDICATED"


def test_four_candidates_go_to_the_board_three_do_not() -> None:
    three, four = ("T6", "T8", "L3"), ("T6", "T8", "L3", "L5")
    assert {found.status for found in decide(record(three)).recommendations} == {"CANDIDATE"}
    assert {found.status for found in decide(record(four)).recommendations} == {"CANDIDATE_MDT"}


def test_the_planned_number_replaces_the_count() -> None:
    four = ("T6", "T8", "L3", "L5")
    assert {found.status for found in decide(record(four, planned_levels=3)).recommendations} == {"CANDIDATE"}


def test_levels_that_are_no_candidates_do_not_count() -> None:
    patient = record(("T6", "T8", "L3", "L5"))
    closed = patient.levels["L5"].model_copy(update={"stir_edema": False})
    patient = patient.model_copy(update={"levels": {**patient.levels, "L5": closed}})
    assert at(decide(patient), "T6").status == "CANDIDATE"


@pytest.mark.parametrize(
    "name",
    [
        "chordoma",
        "Giant-cell tumour",
        "osteosarcoma",
        "Sarcoma",
        "Chordoma of the sacrum",
        "osteosarcoma, left femur",
        "Ewing\u2019s sarcoma",
    ],
)
def test_a_listed_primary_bone_tumour_is_out_of_scope(name: str) -> None:
    assert one(primaries=(name,)).status == "OUT_OF_SCOPE"


@pytest.mark.parametrize("name", ["Kaposi sarcoma", "soft tissue sarcoma", "leiomyosarcoma", "chordomata"])
def test_a_sarcoma_that_may_be_of_soft_tissue_is_left_to_be_confirmed(name: str) -> None:
    found = one(primaries=(name,))
    assert found.status == "CANDIDATE"
    assert "confirm_no_primary_bone_tumour" in codes(found.conditions)


@pytest.mark.parametrize("name", ["myeloma", "Multiple myeloma", "Plasmozytom", "lymphoma"])
def test_marrow_cancers_are_cancer(name: str) -> None:
    assert one(primaries=(name,), primary_bone_tumour=False).status == "CANDIDATE"


def test_a_primary_bone_tumour_that_lists_myeloma_is_a_conflict() -> None:
    found = one(primaries=("myeloma",), primary_bone_tumour=True)
    assert found.status == "OUT_OF_SCOPE"
    assert "primary_bone_tumour_conflict" in codes(found.alerts)


def test_a_named_malignancy_stands_in_for_cancer_and_contradicts_its_absence() -> None:
    assert one(primaries=("breast",), cancer=None).status == "CANDIDATE"
    assert one(primaries=("?",), cancer=None).status == "INDETERMINATE"
    found = one(primaries=("breast",), cancer=False)
    assert found.status == "INDETERMINATE"
    assert found.missing == ("cancer",)
    assert "conflict" in codes(found.alerts)


@pytest.mark.parametrize(("wall", "backup"), [("intact", False), ("disrupted", True), (None, True)])
def test_an_unknown_wall_counts_as_disrupted(wall: str | None, backup: bool) -> None:
    found = one(posterior_wall=wall)
    assert ("decompression_backup" in codes(found.conditions)) is backup
    operator = next(text.text for text in found.conditions if text.code == "operator")
    assert ("the posterior wall is" in operator) is backup


def test_unknown_relative_gates_are_noted() -> None:
    note = next(text.text for text in one(age=None, bone_quality=None).notes if text.code == "relative_unknown")
    for what in ("retropulsion", "canal narrowing", "bone quality", "age"):
        assert what in note


def test_the_table_stands_in_the_order_of_the_reference() -> None:
    assert [gate.id for gate in GATES] == ["G1", "G2", "G3", "G4", "G5", "G0", "G6", "G7", "G8"]


def test_every_input_of_a_gate_is_a_field_of_the_record() -> None:
    for gate in GATES:
        for entry in gate.inputs:
            model = LevelInputs if entry.at_level else ClinicalInputs
            assert entry.name in model.model_fields, (gate.id, entry.name)
            assert entry.answers(load_policy(), "L3"), (gate.id, entry.name)


def test_what_blocks_is_an_input_whose_first_answer_lets_a_level_through() -> None:
    for entry in (entry for gate in GATES for entry in gate.inputs if entry.blocks):
        if entry.name == "surgeon_stable":
            continue
        assert one(**{entry.name: None}).status == "INDETERMINATE", entry.name
        assert one(**{entry.name: entry.answers(load_policy(), "L3")[0]}).status == "CANDIDATE", entry.name


def test_what_blocks_is_asked_for_in_a_sentence() -> None:
    for entry in (entry for gate in GATES for entry in gate.inputs if entry.blocks):
        assert entry.ask.endswith("?"), entry.name


def test_every_check_of_a_gate_has_an_answer_in_the_trace() -> None:
    steps = [(step.gate, step.rule) for step in one().trace if step.gate is not None]
    assert steps == [(gate.id, check.rule.id) for gate in GATES for check in gate.checks]
