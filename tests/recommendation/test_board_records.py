"""The realistic records against the answers of a board."""

import datetime
import json
from pathlib import Path

import pytest

from tests.recommendation.board_records import BUNDLES, ENGLISH, ENGLISH_BOARD, GERMAN, GERMAN_BOARD, LETTERS, Board
from vcfimg.clinical import ClinicalFile, read_clinical
from vcfimg.policy import load_policy
from vcfimg.recommendation import recommend
from vcfimg.recommendation.recommendation import Decision, Status
from vcfimg.reports.wording.question_list import study_questions

AS_OF = datetime.date(2026, 1, 10)
FEW = 2
"""Questions that a person answers at once."""


def decisions(file: ClinicalFile) -> dict[str, Decision]:
    assert file.errors == ()
    return {one.patient_id or "": recommend(None, one, load_policy(), AS_OF) for one in file.records}


def letters(folder: Path) -> list[tuple[str, Board, Decision]]:
    found = []
    for number, (name, record, board) in enumerate((*LETTERS, *BUNDLES)):
        document = record if "resourceType" in record else {"patients": [{"patient_id": name, **record}]}
        path = folder / f"{number}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        (decision,) = decisions(read_clinical(path, as_of=AS_OF)).values()
        found.append((name, board, decision))
    return found


def sheets(folder: Path) -> list[tuple[str, Board, Decision]]:
    german, english = folder / "export.csv", folder / "export-2.csv"
    german.write_bytes(GERMAN.encode("cp1252"))
    english.write_bytes(ENGLISH.encode("utf-8-sig"))
    found = []
    for path, boards in ((german, GERMAN_BOARD), (english, ENGLISH_BOARD)):
        by_patient = decisions(read_clinical(path, as_of=AS_OF))
        assert by_patient.keys() == boards.keys()
        found += [(patient, boards[patient], decision) for patient, decision in by_patient.items()]
    return found


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Board, Decision]]:
    folder = tmp_path_factory.mktemp("records")
    return letters(folder) + sheets(folder)


def asked(decision: Decision) -> tuple[str, ...]:
    return tuple(question.field for question in study_questions(decision.recommendations))


def test_every_record_gets_the_answer_of_the_board(cases: list[tuple[str, Board, Decision]]) -> None:
    wrong = []
    for name, board, decision in cases:
        levels = {one.level: one.status.value for one in decision.recommendations}
        if levels != board.levels or decision.priority.class_ != board.priority:
            wrong.append((name, levels, decision.priority.class_))
        if board.asks is not None and asked(decision) != board.asks:
            wrong.append((name, asked(decision)))
    assert wrong == []


def test_at_least_half_are_decided_or_ask_little(cases: list[tuple[str, Board, Decision]]) -> None:
    settled = [
        name
        for name, _, decision in cases
        if decision.recommendations
        and (
            len(asked(decision)) <= FEW
            or all(one.status is not Status.INDETERMINATE for one in decision.recommendations)
        )
    ]
    assert len(cases) >= 20
    assert 2 * len(settled) >= len(cases)


def test_two_healthy_ones_are_routine(cases: list[tuple[str, Board, Decision]]) -> None:
    assert sum(decision.priority.class_ == "routine" for _, _, decision in cases) >= 2
