"""The engine from the command line."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.commands import deciding
from vcfimg.policy import load_policy

DATE = datetime.date(2026, 11, 24)
GOOD: dict[str, Any] = {
    "patient_id": "P1",
    "cancer": True,
    "pain_vas": 8,
    "pain_positional": True,
    "exam_levels": ["T12"],
    "clinical_cord_compression": False,
    "levels": {"T12": {"escc": "0", "stir_edema": True, "loss_percent": 48}},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clinical.json"
    refused = {"patient_id": "P2", "pain_vas": 11, "clinical_cord_compression": True, "levels": {"L1": {}}}
    path.write_text(json.dumps([GOOD, refused]))
    return path


def test_the_document_holds_every_patient_and_every_error(file: Path) -> None:
    document = json.loads(deciding.decide_records(file, load_policy(), DATE).to_json())
    assert set(document) == {"patients", "errors", "unread"}
    assert [patient["patient_id"] for patient in document["patients"]] == ["P1", "P2"]
    first, second = document["patients"]
    assert {"recommendations", "plan", "priority", "notes"} <= set(first)
    assert first["recommendations"][0]["missing"]
    assert (first["priority"]["class"], second["priority"]["class"]) == ("soon", "emergency")
    assert second["recommendations"][0]["status"] == "EMERGENCY_REVIEW"
    assert document["errors"] == [
        {"file": "clinical.json", "patient": "P2", "field": "pain_vas", "message": "must be at most 10, got 11"}
    ]


def test_every_patient_carries_the_disclaimer(file: Path) -> None:
    for patient in json.loads(deciding.decide_records(file, load_policy(), DATE).to_json())["patients"]:
        assert any("not a medical device" in note["text"] for note in patient["notes"])


def test_json_explains_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "answer_of", None)
    answer = deciding.decide_records(file, load_policy(), DATE)
    assert answer.to_json()
    with pytest.raises(TypeError):
        answer.to_text()


def test_the_text_tells_what_would_change(file: Path) -> None:
    text = deciding.decide_records(file, load_policy(), DATE).to_text(everything=True)
    assert "What would change this?" in text
    assert text.endswith("refused: clinical.json, P2, pain_vas: must be at most 10, got 11")


def test_no_patient_is_a_valid_document(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("[]")
    answer = deciding.decide_records(tmp_path / "none.json", load_policy(), DATE)
    assert json.loads(answer.to_json()) == {"patients": [], "errors": [], "unread": []}
