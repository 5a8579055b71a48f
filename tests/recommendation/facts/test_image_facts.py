"""What the images may say: they raise gates, never clear them, and a reader decides."""

import datetime

import pytest

from tests.recommendation.level_cases import AS_OF, at, codes, decide, record, spine, vertebra
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.imaging.measurement import Canal, SpineReport, StirFinding, WallFinding


@pytest.mark.parametrize(
    ("fraction", "status", "confirm"),
    [
        (0.15, "CANDIDATE", True),
        (0.6, "CANDIDATE", True),
        (0.149, "INDETERMINATE", True),
        (0.051, "INDETERMINATE", True),
        (0.05, "INDETERMINATE", True),
        (0.0, "INDETERMINATE", True),
        (None, "INDETERMINATE", False),
    ],
)
def test_edema_from_the_image_indicates_but_its_absence_never_excludes(
    fraction: float | None, status: str, confirm: bool
) -> None:
    found = at(decide(record("L3", stir_edema=None), spine(vertebra(1, "L3", loss=30, fraction=fraction))), "L3")
    assert found.status == status
    assert ("edema_to_be_confirmed" in codes(found.conditions)) is confirm
    assert ("levels.L3.stir_edema" in found.missing) is (status == "INDETERMINATE")


def test_a_reader_decides_over_the_image() -> None:
    found = at(decide(record("L3"), spine(vertebra(1, "L3", loss=30, fraction=0.0))), "L3")
    assert found.status == "CANDIDATE"
    assert "edema_to_be_confirmed" not in codes(found.conditions)


def test_edema_that_derivation_left_open_stays_open() -> None:
    stir = StirFinding(edema_fraction=0.9, edema=None, reasons=("diffuse_marrow",))
    found = at(decide(record("L3", stir_edema=None), spine(vertebra(1, "L3", loss=30, stir=stir))), "L3")
    assert found.status == "INDETERMINATE"


def test_a_substitute_for_stir_is_said() -> None:
    stir = StirFinding(edema_fraction=0.5, edema=True, substitute="t2_fs")
    found = at(decide(record("L3", stir_edema=None), spine(vertebra(1, "L3", loss=30, stir=stir))), "L3")
    assert "stir_substitute" in codes(found.notes)


@pytest.mark.parametrize(("image", "alert"), [(37, True), (36, False), (20, False)])
def test_a_worse_loss_on_the_image_is_an_alert_beyond_its_uncertainty(image: float, alert: bool) -> None:
    found = at(decide(record("L3", loss_percent=30), spine(vertebra(1, "L3", loss=image, uncertainty=6))), "L3")
    assert ("image_disagrees" in codes(found.alerts)) is alert
    assert found.preference == "BKP_GENERAL"


def test_edema_only_on_the_image_is_an_alert_and_ranks() -> None:
    decision = decide(record("L3", stir_edema=False), spine(vertebra(1, "L3", loss=30, fraction=0.5)))
    found = at(decision, "L3")
    assert found.status == "NOT_INDICATED"
    assert "image_disagrees" in codes(found.alerts)


def test_the_priority_takes_the_worse_loss() -> None:
    patient = record("L3", loss_percent=10, clinical_cord_compression=None, pain_vas=2)
    assert decide(patient, spine(vertebra(1, "L3", loss=12))).priority.class_ == "soon"
    assert decide(patient, spine(vertebra(1, "L3", loss=60))).priority.class_ == "urgent"


def test_retropulsion_beyond_the_readers_is_an_alert() -> None:
    image = spine(vertebra(1, "L3", loss=30, wall=WallFinding(retropulsion_mm=4.0)))
    assert "image_disagrees" in codes(at(decide(record("L3", retropulsion_mm=0.0), image), "L3").alerts)
    assert "image_disagrees" not in codes(at(decide(record("L3", retropulsion_mm=3.2), image), "L3").alerts)


def test_retropulsion_on_the_image_raises_the_gate_where_no_reader_speaks() -> None:
    image = spine(vertebra(1, "L3", loss=30, wall=WallFinding(retropulsion_mm=3.0)))
    found = at(decide(record("L3"), image), "L3")
    assert found.status == "CANDIDATE_MDT"
    assert "image_disagrees" in codes(found.alerts)


def test_canal_narrowing_comes_from_wall_or_canal() -> None:
    report = SpineReport(canal=(Canal(vertebra_id=1, level="L3", narrowing_percent=30),))
    for image in (
        spine(vertebra(1, "L3", wall=WallFinding(canal_narrowing_percent=30))),
        spine(vertebra(1, "L3"), report=report),
    ):
        assert "relative_canal" in codes(at(decide(record("L3"), image), "L3").alerts)
        assert "image_disagrees" in codes(at(decide(record("L3", canal_narrowing_percent=5), image), "L3").alerts)


def test_a_loss_that_fits_the_neighbour_asks_to_recheck_the_numbering() -> None:
    image = spine(vertebra(1, "T12", loss=48, fraction=0.5), vertebra(2, "L1", loss=3, fraction=0.0))
    found = at(decide(record("L1", loss_percent=50), image), "L1")
    assert "recheck_numbering" in codes(found.alerts)
    fits = spine(vertebra(1, "T12", loss=48, fraction=0.5), vertebra(2, "L1", loss=46, fraction=0.5))
    assert "recheck_numbering" not in codes(at(decide(record("L1", loss_percent=50), fits), "L1").alerts)


def test_edema_that_fits_the_neighbour_asks_to_recheck_the_numbering() -> None:
    image = spine(vertebra(1, "T12", loss=3, fraction=0.5), vertebra(2, "L1", loss=30, fraction=0.0))
    assert "recheck_numbering" in codes(at(decide(record("L1", loss_percent=30), image), "L1").alerts)


def test_a_neighbour_the_reader_describes_too_explains_itself() -> None:
    image = spine(vertebra(1, "T12", loss=30, fraction=0.5), vertebra(2, "L1", loss=30, fraction=0.0))
    found = at(decide(record(("T12", "L1"), loss_percent=30), image), "L1")
    assert "recheck_numbering" not in codes(found.alerts)


@pytest.mark.parametrize("there", [{}, {"escc": "0"}, {"loss_percent": 8.0}, {"stir_edema": False}])
def test_a_neighbour_that_is_only_mentioned_explains_nothing(there: dict[str, object]) -> None:
    image = spine(vertebra(1, "T12", loss=48, fraction=0.5), vertebra(2, "L1", loss=8, fraction=0.0))
    base = record("L1", loss_percent=48)
    swapped = base.model_copy(update={"levels": {**base.levels, "T12": LevelInputs(**there)}})
    assert "recheck_numbering" in codes(at(decide(swapped, image), "L1").alerts)


def test_levels_nobody_confirmed_are_to_be_confirmed() -> None:
    image = spine(vertebra(1, "L3", loss=30, fraction=0.5), vertebra(2, "L5", loss=30), confirmed=False)
    decision = decide(record("L3"), image)
    assert all("confirm_level" in codes(found.conditions) for found in decision.recommendations)
    confirmed = decide(record("L3"), image, levels_confirmed=True)
    assert not any("confirm_level" in codes(found.conditions) for found in confirmed.recommendations)


def test_recommended_are_the_fractured_the_edematous_and_the_named() -> None:
    image = spine(
        vertebra(1, "T10", loss=19.9, fraction=0.14),
        vertebra(2, "T11", loss=20),
        vertebra(3, "T12", loss=2, fraction=0.15),
        vertebra(4, "L1"),
        vertebra(5, "L2"),
        vertebra(6, "L3"),
    )
    decision = decide(ClinicalInputs(exam_levels=("L1",), levels={"L2": LevelInputs(), "L5": LevelInputs()}), image)
    assert [found.level for found in decision.recommendations] == ["T11", "T12", "L1", "L2", "L5"]
    assert "level_not_in_images" in codes(at(decision, "L5").notes)


def test_an_examined_level_out_of_view_is_listed() -> None:
    image = spine(vertebra(1, "L1"), vertebra(2, "L2", loss=30))
    for patient in (ClinicalInputs(exam_levels=("T6",)), record("L2", exam_levels=("T6",))):
        decision = decide(patient, image)
        assert [found.level for found in decision.recommendations] == ["T6", "L2"]
        assert "level_not_in_images" in codes(at(decision, "T6").notes)


def test_a_record_without_levels_is_judged_where_it_was_examined() -> None:
    decision = decide(ClinicalInputs(exam_levels=("L1", "L1")))
    assert [found.level for found in decision.recommendations] == ["L1"]
    named = decide(record("T9", exam_levels=("L4",)))
    assert [found.level for found in named.recommendations] == ["T9"]


def test_images_alone_reach_no_candidate_and_say_so() -> None:
    decision = decide(None, spine(vertebra(1, "T12", loss=48, fraction=0.5)))
    found = at(decision, "T12")
    assert (found.status, found.preference) == ("INDETERMINATE", "BKP_FAVOURED")
    assert found.missing[:3] == ("clinical_cord_compression", "new_neurological_deficit", "levels.T12.escc")
    assert "images_alone" in codes(decision.notes)
    assert decision.priority.images_alone
    assert "cord_unknown" not in codes(found.alerts)


def test_a_vertebra_without_a_name_leaves_the_exam_open() -> None:
    patient = ClinicalInputs(**{**record("L3").model_dump(exclude={"levels", "refused"})})
    found = decide(patient, spine(vertebra(7, None, loss=45, fraction=0.5))).recommendations[0]
    assert found.status == "INDETERMINATE"
    assert "vertebrae.7.level" in found.missing
    assert "vertebrae.7.escc" in found.missing
    assert found.sins is not None
    assert (found.sins.items["location"]["min"], found.sins.items["location"]["max"]) == (1, 3)


@pytest.mark.parametrize(("days", "status"), [(60, "CANDIDATE"), (61, "INDETERMINATE")])
def test_an_mri_over_60_days_no_longer_indicates(days: int, status: str) -> None:
    date = AS_OF - datetime.timedelta(days=days)
    decision = decide(record("L3"), spine(vertebra(1, "L3", loss=30, fraction=0.5)), study_date=date)
    found = at(decision, "L3")
    assert found.status == status
    assert found.preference == "BKP_GENERAL"
    assert ("mri_stale" in codes(decision.notes)) is (days > 60)
    assert found.missing == (("study_date", "levels.L3.escc", "levels.L3.stir_edema") if days > 60 else ())


def test_an_old_mri_still_warns() -> None:
    date = AS_OF - datetime.timedelta(days=200)
    image = spine(vertebra(1, "L3", loss=30, fraction=0.5))
    assert at(decide(record("L3", escc="3"), image, study_date=date), "L3").status == "SURGICAL_REVIEW"


def test_the_worklist_follows_the_image_where_it_is_worse() -> None:
    denied = decide(record("L3", stir_edema=False), spine(vertebra(1, "L3", loss=30, fraction=0.5)))
    assert at(denied, "L3").status == "NOT_INDICATED"
    assert denied.priority.class_ == "soon"
    assert "worse than the reader" in denied.priority.reasons[0]
    small = record("T12", loss_percent=30, alignment="deformity")
    unstable = decide(small, spine(vertebra(1, "T12", loss=60, fraction=0.5)))
    assert at(unstable, "T12").status == "CANDIDATE"
    assert unstable.priority.class_ == "urgent"


def test_a_worse_image_never_moves_a_candidate_down() -> None:
    tight = record("T12", loss_percent=5, loss_uncertainty=3, alignment="deformity", posterolateral="unilateral")
    assert decide(tight).priority.class_ == "soon"
    assert decide(tight, spine(vertebra(1, "T12", loss=18, uncertainty=5))).priority.class_ == "soon"
