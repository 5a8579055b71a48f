"""Place on the worklist."""

from typing import Any

import pytest

from tests.recommendation.level_cases import decide, record, spine, vertebra
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.imaging.measurement import SHAPE_OR_LOSS, Quality, WallFinding
from vcfimg.recommendation import unscreened_priority


@pytest.mark.parametrize(
    ("changes", "class_"),
    [
        ({"clinical_cord_compression": True}, "emergency"),
        ({"new_neurological_deficit": True, "infection": True}, "emergency"),
        ({"escc": "3"}, "urgent"),
        ({"overt_instability": True}, "urgent"),
        ({"infection": True}, "urgent"),
        ({"clinical_cord_compression": None, "pain_vas": 2}, "urgent"),
        ({"clinical_cord_compression": None, "pain_vas": 2, "loss_percent": 19.9}, "soon"),
        ({"clinical_cord_compression": None, "stir_edema": None}, "urgent"),
        ({"clinical_cord_compression": None, "stir_edema": False}, "soon"),
        ({"neurology_normal": False, "clinical_cord_compression": None, "new_neurological_deficit": None}, "urgent"),
        ({"retropulsion_mm": 3}, "urgent"),
        ({"canal_narrowing_percent": 25}, "urgent"),
        ({"canal_narrowing_percent": 25, "stir_edema": False}, "soon"),
        ({}, "soon"),
        ({"escc": "1b"}, "soon"),
        ({"loss_percent": 5}, "soon"),
        ({"coagulopathy_uncorrected": None}, "soon"),
        ({"coagulopathy_uncorrected": None, "loss_percent": 19}, "soon"),
        ({"stir_edema": None}, "soon"),
        ({"stir_edema": None, "loss_percent": 10}, "soon"),
        ({"stir_edema": None, "loss_percent": 9}, "routine"),
        ({"loss_percent": None, "stir_edema": False}, "soon"),
        ({"loss_percent": None, "stir_edema": False, "collapse": "none"}, "routine"),
        ({"loss_percent": None, "stir_edema": False, "collapse": "under_half"}, "soon"),
        ({"pain_vas": 1}, "soon"),
        ({"cancer": False}, "soon"),
        ({"loss_percent": 4, "stir_edema": False}, "routine"),
        ({"loss_percent": 4, "stir_edema": False, "coagulopathy_uncorrected": True}, "soon"),
        ({"loss_percent": 4, "stir_edema": False, "trauma": True}, "routine"),
        ({"loss_percent": 4, "stir_edema": False, "cancer": False}, "soon"),
    ],
)
def test_class(changes: dict[str, Any], class_: str) -> None:
    assert decide(record(**changes)).priority.class_ == class_


@pytest.mark.parametrize(
    "danger", ["coagulopathy_uncorrected", "cement_allergy", "pregnancy", "trauma", "instrumented"]
)
def test_what_is_contraindicated_or_out_of_scope_with_a_finding_is_soon(danger: str) -> None:
    assert decide(record(**{danger: True})).priority.class_ == "soon"
    assert decide(record(**{danger: True, "clinical_cord_compression": None})).priority.class_ == "urgent"


def test_images_alone_rank_by_images_alone() -> None:
    def ranked(**finding: Any) -> str:
        return decide(None, spine(vertebra(1, "L1", **finding))).priority.class_

    assert ranked(loss=30, fraction=0.5) == "soon"
    assert ranked(loss=30, fraction=0.0) == "soon"
    assert ranked(loss=5, fraction=0.5) == "soon"
    assert ranked(loss=5, fraction=0.0) == "routine"
    assert ranked(loss=5, fraction=0.5, wall=WallFinding(retropulsion_mm=3.5)) == "urgent"


def test_an_empty_record_beside_a_fracture_alarms_for_the_cord_unless_edema_is_absent() -> None:
    assert decide(ClinicalInputs(), spine(vertebra(1, "L1", loss=30, fraction=None))).priority.class_ == "urgent"
    assert decide(ClinicalInputs(), spine(vertebra(1, "L1", loss=30, fraction=0.0))).priority.class_ == "soon"


def test_an_aged_no_about_the_cord_is_soon() -> None:
    aged = {"clinical_cord_compression": False, "neurology_date": "2026-10-01"}
    priority = decide(record(**aged)).priority
    assert priority.class_ == "soon"
    assert any("too old" in reason for reason in priority.reasons)


def test_recorded_dangers_rank_without_any_fracture() -> None:
    healthy = spine(vertebra(1, "L1"))
    assert decide(ClinicalInputs(clinical_cord_compression=True), healthy).priority.class_ == "emergency"
    assert decide(ClinicalInputs(infection=True), healthy).priority.class_ == "urgent"
    assert decide(ClinicalInputs(surgeon_stable=False), healthy).priority.class_ == "urgent"


def test_what_cannot_be_measured_is_unscreened_unless_it_is_worse() -> None:
    blind = spine(vertebra(1, "L1", loss=None, fraction=None, measured=False))
    assert decide(None, blind).priority.class_ == "unscreened"
    assert decide(None, spine()).priority.class_ == "unscreened"
    assert decide(None, spine()).priority.reasons == ("not measurable",)
    assert not decide(None, spine()).priority.images_alone
    assert not unscreened_priority("failed").images_alone
    assert decide(ClinicalInputs(infection=True), blind).priority.class_ == "urgent"


@pytest.mark.parametrize(
    ("changes", "fhir", "dicom"),
    [
        ({"clinical_cord_compression": True}, "stat", "STAT"),
        ({"escc": "3"}, "asap", "HIGH"),
        ({}, "urgent", "MEDIUM"),
        ({"stir_edema": False}, "routine", "LOW"),
        ({"stir_edema": None}, "urgent", "MEDIUM"),
    ],
)
def test_mapping(changes: dict[str, Any], fhir: str, dicom: str) -> None:
    priority = decide(record(**changes)).priority
    assert (priority.fhir, priority.dicom) == (fhir, dicom)


def test_the_score_grows_with_loss_edema_pain_and_levels() -> None:
    low = decide(record("L3", loss_percent=20, pain_vas=4)).priority.score
    assert decide(record("L3", loss_percent=60, pain_vas=4)).priority.score > low
    assert decide(record("L3", loss_percent=20, pain_vas=9)).priority.score > low
    assert decide(record(("L3", "T8"), loss_percent=20, pain_vas=4)).priority.score > low
    seen = decide(record("L3", loss_percent=20, pain_vas=4), spine(vertebra(1, "L3", loss=20, fraction=0.9))).priority
    assert seen.score > low
    assert 0 <= low <= 100


def test_a_height_that_may_be_shape_is_told_and_not_called_a_fracture() -> None:
    body = vertebra(5, "L5", loss=24.0, fraction=0.0)
    doubted = body.model_copy(update={"quality": Quality(measured=True, reasons=(SHAPE_OR_LOSS,))})
    plain, shape = (decide(None, spine(one)).priority for one in (body, doubted))
    assert "L5: fracture, edema absent" in plain.reasons
    assert "L5: fracture, edema absent" not in shape.reasons
    assert any("shape or fracture" in reason for reason in shape.reasons)
    assert shape.class_ == "soon", "never routine before somebody looked"
