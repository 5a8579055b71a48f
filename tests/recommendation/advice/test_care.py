"""Biopsy, consults, conditions and notes around the procedure."""

from typing import Any

import pytest

from tests.recommendation.level_cases import codes, decide, one, record


@pytest.mark.parametrize(
    ("changes", "biopsy"),
    [
        ({}, "routine"),
        ({"primaries": ("breast",)}, "routine"),
        ({"primaries": ("breast", "lung")}, "paramount"),
        ({"primaries": ("breast", " Breast ")}, "routine"),
        ({"first_metastasis": True}, "paramount"),
        ({"first_metastasis": True, "latency_years": 5}, "paramount"),
        ({"first_metastasis": True, "latency_years": 4.9}, "routine"),
        ({"first_metastasis": False, "latency_years": 20}, "routine"),
        ({"first_metastasis": None, "latency_years": 20}, "routine"),
        ({"histology_known": True}, "routine"),
        ({"histology_known": True, "primaries": ("breast", "lung")}, "paramount"),
    ],
)
def test_biopsy(changes: dict[str, Any], biopsy: str) -> None:
    assert one(**changes).biopsy == biopsy


@pytest.mark.parametrize("loss", [5, 30, 60, None])
def test_no_image_class_suppresses_the_biopsy(loss: float | None) -> None:
    assert one(loss_percent=loss).biopsy == "routine"
    assert one(loss_percent=loss, infection=None).biopsy == "routine"


def test_known_histology_is_noted_and_changes_nothing() -> None:
    assert "histology_known" in codes(one(histology_known=True).notes)


@pytest.mark.parametrize(("dose", "noted"), [(15.9, False), (20, True), (30, True), (None, False)])
def test_a_radiation_dose_flags_bone_quality(dose: float | None, noted: bool) -> None:
    found = one(prior_rt_gy=dose)
    assert ("rt_dose" in codes(found.notes)) is noted
    assert "39" not in " ".join(text.text for text in found.notes)


@pytest.mark.parametrize(
    ("dose", "fractions", "noted"),
    [(16, 1, True), (15.9, 1, False), (16, None, True), (16, 2, False), (20, 10, True), (19.9, 10, False)],
)
def test_less_radiation_harms_in_one_fraction(dose: float, fractions: int | None, noted: bool) -> None:
    found = one(prior_rt_gy=dose, prior_rt_fractions=fractions)
    assert ("rt_dose" in codes(found.notes)) is noted
    assert any("39 %" in note.text for note in found.notes) is (noted and fractions == 1)


def test_fracture_age_excludes_nothing_and_says_so() -> None:
    found = one(fracture_age_weeks=60)
    assert found.status == "CANDIDATE"
    assert "fracture_age" in codes(found.notes)


def test_a_candidate_carries_options_and_risks() -> None:
    notes = codes(one().notes)
    assert {"ablation", "instead_of_open_surgery", "risks", "rt_marrow", "if_biopsy_benign", "preference_only"} <= notes


def test_the_board_is_asked_for_relative_gates() -> None:
    assert "tumour_board" in codes(one(escc="1b").consults)
    assert "tumour_board" not in codes(one().consults)


@pytest.mark.parametrize(
    ("changes", "consult"),
    [
        ({"clinical_cord_compression": True}, "emergency_neurology"),
        ({"escc": "3"}, "spine_surgery_review"),
    ],
)
def test_grave_statuses_name_who_is_called(changes: dict[str, Any], consult: str) -> None:
    found = one(**changes)
    assert consult in codes(found.consults)
    assert "radiation_oncology" in codes(found.consults)
    assert ("noms" in codes(found.consults)) is ("escc" in changes)


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"coagulopathy_uncorrected": True}, True),
        ({"pain_vas": 2}, True),
        ({"pain_vas": 2, "stir_edema": False, "loss_percent": 5, "exam_levels": ("T3",)}, False),
        ({"cancer": False}, False),
        ({"cancer": None}, True),
        ({"biopsy_result": "benign", "biopsy_level": "L3"}, False),
        ({"biopsy_result": "benign", "biopsy_level": "L4"}, True),
        ({"biopsy_result": "malignant", "biopsy_level": "L3"}, True),
    ],
)
def test_radiation_oncology_is_asked_for_a_painful_or_fractured_level_in_cancer(
    changes: dict[str, Any], asked: bool
) -> None:
    assert ("radiation_oncology" in codes(one(**changes).consults)) is asked


@pytest.mark.parametrize(
    ("result", "biopsy", "note"),
    [("malignant", None, "biopsy_malignant"), ("benign", "routine", "biopsy_benign"), ("nondiagnostic", "routine", "")],
)
def test_only_a_malignant_biopsy_of_the_level_replaces_another(result: str, biopsy: str | None, note: str) -> None:
    found = one(biopsy_result=result, biopsy_level="L3")
    assert found.biopsy == biopsy
    assert not note or note in codes(found.notes)
    assert one(biopsy_result=result, biopsy_level="L4").biopsy == "routine"


def test_the_operator_can_decompress_or_a_surgeon_is_there() -> None:
    (operator,) = (text.text for text in one().conditions if text.code == "operator")
    assert operator.startswith("An operator experienced enough to decompress at once, or else a spine surgeon")


def test_relative_gates_ask_for_neuromonitoring() -> None:
    assert "relative_care" in codes(one(escc="1b").notes)
    assert "relative_care" not in codes(one().notes)


def test_the_case_for_and_against_augmentation_is_told() -> None:
    told = one().for_against
    assert any("outpatient" in sentence for sentence in told.augmentation)
    assert any("does not replace radiation" in sentence for sentence in told.augmentation)
    assert any("embolism" in sentence for sentence in told.augmentation_against)
    assert one(infection=True, coagulopathy_uncorrected=True).for_against.augmentation == ()


def test_men_are_not_asked_about_pregnancy() -> None:
    assert "confirm_pregnancy" not in codes(one(sex="M", pregnancy=None).conditions)
    assert "confirm_pregnancy" in codes(one(sex="F", age=55, pregnancy=None).conditions)
    assert "confirm_pregnancy" not in codes(one(sex="F", age=56, pregnancy=None).conditions)
    assert "confirm_pregnancy" in codes(one(age=None, pregnancy=None).conditions)


def test_every_decision_carries_guidance_and_disclaimer() -> None:
    notes = codes(decide(record()).notes)
    assert {"guidance_imwg_2008", "guidance_imwg_2019", "guidance_nass", "guidance_cafe", "guidance_sir_2014"} <= notes
    assert {"guidance_acr_2022", "guidance_paper_evidence", "guidance_paper_chronic", "disclaimer"} <= notes


def test_supine_imaging_is_cautioned() -> None:
    assert "supine" in codes(one().notes)


def test_a_malignant_biopsy_of_the_level_stands_for_another() -> None:
    found = one(biopsy_result="malignant", biopsy_level="L3")
    assert found.biopsy is None
    assert "biopsy_malignant" in codes(found.notes)
    assert "if_biopsy_benign" not in codes(found.notes)
    for changes in ({"biopsy_level": "L2"}, {"biopsy_result": "benign"}, {"biopsy_result": "nondiagnostic"}):
        assert one(**({"biopsy_result": "malignant", "biopsy_level": "L3"} | changes)).biopsy == "routine"


def test_a_cancer_of_the_history_makes_biopsy_paramount_while_a_first_metastasis_is_not_excluded() -> None:
    assert one(cancer_history=True).biopsy == "paramount"
    assert one(cancer_history=True, first_metastasis=False).biopsy == "routine"
