from pathlib import Path
from typing import Any

import pytest

from tests.reports import examples
from vcfimg.base import Note
from vcfimg.recommendation.recommendation import Question
from vcfimg.reports import write
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.worklist import HEADER, rank, worklist_document, worklist_entry, worklist_rows

MADE = "2026-01-10T08:00:00+00:00"
ORIGIN = ListOrigin(made=MADE)


def entry(uid: str, name: str, score: float, date: str | None = "2026-01-05"):
    return worklist_entry(
        examples.result(study=examples.study(uid, date=date), priority=examples.priority(name, score))
    )


ORDER = [
    ("emergency, higher score", ("1.9", "emergency", 80.0)),
    ("emergency, lower score", ("1.8", "emergency", 10.0)),
    ("urgent", ("1.7", "urgent", 99.0)),
    ("soon, equal score, older", ("1.6", "soon", 50.0, "2025-01-01")),
    ("soon, equal score, newer", ("1.5", "soon", 50.0, "2026-01-01")),
    ("unscreened, no date: may be the oldest", ("1.4", "unscreened", 0.0, None)),
    ("unscreened, older, whatever its score", ("1.3", "unscreened", 0.0, "2024-01-01")),
    ("unscreened, newer", ("1.2", "unscreened", 90.0, "2025-06-01")),
    ("routine, highest score there is", ("1.1", "routine", 100.0)),
    ("routine, same, later uid", ("1.10", "routine", 0.0)),
]


@pytest.mark.parametrize("turn", range(len(ORDER)))
def test_studies_are_ranked_whatever_order_they_come_in(turn: int) -> None:
    expected = [values[0] for _, values in ORDER]
    entries = [entry(*values) for _, values in ORDER]
    entries = entries[turn:] + entries[:turn]
    assert [item.study.study_instance_uid for item in rank(entries)] == expected
    assert [item.study.study_instance_uid for item in rank(entries[::-1])] == expected


def row_of(result, out_dir: Path) -> dict[str, Any]:
    return dict(zip(HEADER, next(iter(worklist_rows([worklist_entry(result)], out_dir, MADE))), strict=True))


def test_rows_carry_reasons_and_both_priority_systems(tmp_path: Path) -> None:
    row = row_of(examples.no_stir(), tmp_path)
    assert row["rank"] == 1
    assert (row["priority_class"], row["fhir_priority"], row["dicom_priority"]) == ("urgent", "asap", "HIGH")
    assert row["reasons"] == "cord unknown with collapse"
    assert row["flagged_levels"] == "#2 (T12?)"
    assert row["missing"] == "vertebrae.2.stir_edema;pain_vas;clinical_cord_compression;vertebrae.2.escc"


@pytest.mark.parametrize("formats", [("json", "csv"), ("json", "html")])
def test_a_report_is_named_only_where_it_was_written(tmp_path: Path, formats: tuple[str, ...]) -> None:
    result = examples.result()
    write(result, tmp_path, formats=formats)
    expected = "studies/1.2.826.1.1/report.html" if "html" in formats else None
    (study,) = worklist_document([worklist_entry(result)], tmp_path, origin=ORIGIN, skipped_files={}, problems=())[
        "studies"
    ]
    assert study["report"] == row_of(result, tmp_path)["report"] == expected
    assert study["result"] == "studies/1.2.826.1.1/result.json"


def test_a_failure_is_named(tmp_path: Path) -> None:
    row = row_of(examples.failed(), tmp_path)
    assert row["failure"] == "missing_slice: Slice 7 of 11 is missing in the T2 series."
    assert row["priority_class"] == "unscreened"


def test_the_document_counts_classes_and_keeps_the_disclaimer(tmp_path: Path) -> None:
    ranked = rank([worklist_entry(examples.healthy()), worklist_entry(examples.result())])
    document = worklist_document(ranked, tmp_path, origin=ORIGIN, skipped_files={"not_dicom": 2}, problems=())
    assert [study["rank"] for study in document["studies"]] == [1, 2]
    assert document["studies"][0]["priority"]["class"] == "soon"
    assert document["counts"] == {"emergency": 0, "urgent": 0, "soon": 1, "unscreened": 0, "routine": 1}
    assert "not a medical device" in document["disclaimer"]


def test_questions_and_the_best_outcome_stand_in_rows_and_document(tmp_path: Path) -> None:
    question = Question(ask="Is the neurological examination normal?", field="neurology_normal")
    level = examples.recommendation(status="INDETERMINATE", would_be="CANDIDATE", questions=(question,))
    result = examples.result(recommendations=(level, level.model_copy(update={"level": "L3"})))
    row = row_of(result, tmp_path)
    assert (row["questions"], row["would_be"], row["made"]) == ("neurology_normal", "CANDIDATE;CANDIDATE", MADE)
    document = worklist_document([worklist_entry(result)], tmp_path, origin=ORIGIN, skipped_files={}, problems=())
    assert document["made"] == MADE
    (study,) = document["studies"]
    assert [one["field"] for one in study["questions"]] == ["neurology_normal"]
    assert study["levels"][0]["would_be"] == "CANDIDATE"


def test_what_the_images_leave_open_is_named_on_the_list() -> None:
    note = Note(code="edema_not_assessed", text="Edema was not assessed.")
    assert "edema_not_assessed" in worklist_entry(examples.result(notes=(note,))).alerts
