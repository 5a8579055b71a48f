"""A reported SINS against its items, and a reader's word on the collapse against the loss."""

from typing import Any

import pytest

from tests.recommendation.level_cases import codes, one


@pytest.mark.parametrize(
    ("reported", "changes", "status", "alert"),
    [
        (14, {}, "SURGICAL_REVIEW", "conflict"),
        (14, {"surgeon_stable": True}, "CANDIDATE_MDT", "conflict"),
        (5, {}, "CANDIDATE", "sins_reported_below"),
        (9, {}, "CANDIDATE", None),
        (10, {"posterolateral": None, "alignment": None}, "CANDIDATE", None),
        (13, {"posterolateral": None, "alignment": None}, "SURGICAL_REVIEW", "sins_unstable"),
        (12, {"posterolateral": None, "loss_percent": 48, "bone_quality": None}, "CANDIDATE", None),
    ],
)
def test_reported_sins(reported: int, changes: dict[str, Any], status: str, alert: str | None) -> None:
    found = one("L3", sins_reported=reported, **changes)
    assert found.status == status
    assert alert is None or alert in codes(found.alerts)


def test_a_reported_score_narrows_single_items() -> None:
    sins = one("L3", sins_reported=10, posterolateral=None, alignment=None).sins
    assert sins is not None
    assert (sins.min, sins.max) == (10, 10)
    assert sins.items["alignment"]["max"] == 1
    assert sins.items["posterolateral"]["max"] == 1


def test_a_score_that_only_translation_makes_is_translation() -> None:
    found = one("T8", sins_reported=12, alignment=None, loss_percent=30)
    assert found.status == "SURGICAL_REVIEW"
    assert "translation" in codes(found.alerts)


@pytest.mark.parametrize(
    ("loss", "word", "expected", "conflict"),
    [
        (48, "under_half", (2, 2), False),
        (48, "over_half", (3, 3), False),
        (48, "none", (2, 2), True),
        (15, "none", (1, 1), False),
        (15, "under_half", (2, 2), False),
        (5, "over_half", (3, 3), True),
        (70, "under_half", (3, 3), True),
        (None, "over_half", (3, 3), False),
        (None, "under_half", (2, 2), False),
    ],
)
def test_collapse_word(loss: float | None, word: str, expected: tuple[int, int], conflict: bool) -> None:
    found = one("L3", loss_percent=loss, collapse=word)
    assert found.sins is not None
    item = found.sins.items["collapse"]
    assert (item["min"], item["max"]) == expected
    assert ("conflict" in codes(found.alerts)) is conflict


def test_a_word_alone_gives_the_preference_only_where_it_says_enough() -> None:
    assert one("L3", loss_percent=None, collapse="over_half").preference == "BKP_FAVOURED"
    assert one("L3", loss_percent=None, collapse="under_half").preference == "UNDETERMINED"


def test_a_loss_of_19_percent_may_be_a_collapse() -> None:
    found = one("L1", loss_percent=19, loss_uncertainty=0.5, alignment="deformity", posterolateral="unilateral")
    assert found.status == "INDETERMINATE"
