"""What a record implies, as a status: shorthand sentences, contradictions, dangers that nobody could read."""

from typing import Any

import pytest

from tests.recommendation.level_cases import at, codes, decide, record
from vcfimg.clinical.inputs import Remark, SharedLevelInputs

UNSAID = {"clinical_cord_compression": None, "new_neurological_deficit": None}


@pytest.mark.parametrize(
    ("changes", "status", "alert"),
    [
        (UNSAID | {"neurology_normal": True}, "CANDIDATE", None),
        (UNSAID | {"neurology_normal": False}, "INDETERMINATE", "neurology_abnormal"),
        ({"neurology_normal": True, "clinical_cord_compression": True}, "EMERGENCY_REVIEW", "cord_compression"),
        ({"exam_levels": None, "exam_tenderness": False}, "NOT_INDICATED", None),
        ({"exam_tenderness": False}, "INDETERMINATE", "conflict"),
        ({"cancer": None, "biopsy_result": "malignant"}, "CANDIDATE", None),
        ({"cancer": False, "primaries": ("breast",)}, "INDETERMINATE", "conflict"),
        ({"primaries": ("solitary plasmacytoma",)}, "CANDIDATE_MDT", "relative_plasmacytoma"),
    ],
)
def test_what_a_record_implies(changes: dict[str, Any], status: str, alert: str | None) -> None:
    found = at(decide(record(**changes)), "L3")
    assert found.status == status
    assert alert is None or alert in codes(found.alerts)


def test_an_examination_without_a_tender_level_says_nothing_about_the_numbering() -> None:
    found = at(decide(record(exam_levels=None, exam_tenderness=False)), "L3")
    assert "recheck_numbering" not in codes(found.alerts)


def test_a_sentence_about_all_levels_fills_those_named_and_its_danger_wins() -> None:
    clinical = record(("L1", "L3"), escc=None)
    for value, status in (("0", "CANDIDATE"), ("3", "SURGICAL_REVIEW")):
        said = clinical.model_copy(update={"all_levels": SharedLevelInputs(escc=value)})
        assert {found.status.value for found in decide(said).recommendations} == {status}
    against = record("L3").model_copy(update={"all_levels": SharedLevelInputs(escc="2")})
    found = at(decide(against), "L3")
    assert found.status == "SURGICAL_REVIEW"
    assert "conflict" in codes(found.alerts)


def test_an_unreadable_danger_is_named_by_its_field() -> None:
    remark = Remark(code="danger_unreadable", field="infection", text="infection cannot be read")
    found = at(decide(record(infection=None).model_copy(update={"remarks": (remark,)})), "L3")
    assert found.status == "INDETERMINATE"
    assert any(note.code == "danger_unreadable" and "infection" in note.text for note in found.alerts)
