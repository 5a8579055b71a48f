from tests.reports import examples
from vcfimg.recommendation.recommendation import Plan
from vcfimg.reports.tables.vertebra_rows import HEADER, summary_rows


def rows(result) -> list[dict]:
    return [dict(zip(HEADER, row, strict=True)) for row in summary_rows(result)]


def test_a_row_per_vertebra_from_head_to_foot() -> None:
    result = examples.result()
    shuffled = result.model_copy(update={"vertebrae": result.vertebrae[::-1]})
    assert [row["level"] for row in rows(shuffled)] == ["T11", "T12", "L1", "L2"]


def test_measurement_and_recommendation_stand_in_one_row() -> None:
    row = rows(examples.result())[1]
    assert (row["loss_index_percent"], row["loss_uncertainty_percent_points"]) == (48.0, 6.0)
    assert (row["genant_grade"], row["stir_edema"], row["stir_edema_fraction"]) == (3, True, 0.46)
    assert (row["status"], row["preference"]) == ("CANDIDATE", "BKP_FAVOURED")
    assert (row["sins_min"], row["sins_max"]) == (10, 10)
    assert (row["expected_posterior_mm"], row["height_uncertainty_middle_mm"]) == (25.0, 0.8)


def test_a_level_without_recommendation_has_no_status() -> None:
    row = rows(examples.result())[0]
    assert row["status"] is None
    assert row["preference"] is None


def test_unknown_stays_empty() -> None:
    border, collapsed, *_ = rows(examples.no_stir())
    assert border["measured"] is False
    assert border["quality_reasons"] == "border"
    assert border["loss_index_percent"] is None
    assert collapsed["stir_edema"] is None
    assert collapsed["level"] is None
    assert collapsed["level_guess"] == "T12"
    assert collapsed["borderline"] == "40"
    assert collapsed["missing"] == "vertebrae.2.stir_edema;pain_vas;clinical_cord_compression;vertebrae.2.escc"


def test_a_level_named_without_images_is_not_lost() -> None:
    named = examples.recommendation(vertebra_id=None, level="T4")
    row = rows(examples.result(recommendations=(named,)))[-1]
    assert (row["level"], row["vertebra_id"], row["measured"], row["status"]) == ("T4", None, False, "CANDIDATE")


def test_a_failed_study_has_a_row() -> None:
    (row,) = rows(examples.failed())
    assert (row["study_status"], row["quality_reasons"], row["level"]) == ("failed", "missing_slice", None)


def test_a_study_without_vertebrae_has_a_row() -> None:
    (row,) = rows(examples.result(vertebrae=(), recommendations=(), plan=Plan()))
    assert row["priority_class"] == "soon"
