"""SINS as an interval: every item, known and unknown."""

from typing import Any

import pytest

from tests.recommendation.level_cases import codes, one


def item(name: str, level: str = "L3", **changes: Any) -> tuple[int, int]:
    sins = one(level, **changes).sins
    assert sins is not None
    return sins.items[name]["min"], sins.items[name]["max"]


@pytest.mark.parametrize(
    ("levels", "points"),
    [
        (("C1", "C2", "C7", "T1", "T2", "T11", "T12", "T13", "L1", "L5", "L6", "S1"), 3),
        (("C3", "C4", "C5", "C6", "L2", "L3", "L4"), 2),
        (("T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10"), 1),
    ],
)
def test_location(levels: tuple[str, ...], points: int) -> None:
    assert {item("location", level) for level in levels} == {(points, points)}


@pytest.mark.parametrize(
    ("positional", "vas", "expected"),
    [
        (True, 7, (3, 3)),
        (True, None, (3, 3)),
        (False, 7, (1, 1)),
        (False, 0.1, (1, 1)),
        (False, 0, (0, 0)),
        (False, None, (0, 1)),
        (None, None, (0, 3)),
        (None, 7, (1, 3)),
        (None, 0, (0, 3)),
        (True, 0, (3, 3)),
    ],
)
def test_pain(positional: bool | None, vas: float | None, expected: tuple[int, int]) -> None:
    assert item("pain", pain_positional=positional, pain_vas=vas) == expected


@pytest.mark.parametrize(
    ("name", "key", "value", "expected"),
    [
        ("bone_quality", "bone_quality", "lytic", (2, 2)),
        ("bone_quality", "bone_quality", "mixed", (1, 1)),
        ("bone_quality", "bone_quality", "blastic", (0, 0)),
        ("bone_quality", "bone_quality", None, (0, 2)),
        ("alignment", "alignment", "translation", (4, 4)),
        ("alignment", "alignment", "deformity", (2, 2)),
        ("alignment", "alignment", "normal", (0, 0)),
        ("alignment", "alignment", None, (0, 4)),
        ("posterolateral", "posterolateral", "bilateral", (3, 3)),
        ("posterolateral", "posterolateral", "unilateral", (1, 1)),
        ("posterolateral", "posterolateral", "none", (0, 0)),
        ("posterolateral", "posterolateral", None, (0, 3)),
    ],
)
def test_named_items(name: str, key: str, value: str | None, expected: tuple[int, int]) -> None:
    assert item(name, **{key: value}) == expected


@pytest.mark.parametrize(
    ("loss", "involved", "expected"),
    [
        (50.1, None, (3, 3)),
        (50, None, (2, 2)),
        (20, None, (2, 2)),
        (19.9, True, (1, 2)),
        (19.9, False, (0, 2)),
        (10, None, (0, 2)),
        (9.9, True, (1, 1)),
        (9.9, False, (0, 0)),
        (9.9, None, (0, 1)),
        (-3, False, (0, 0)),
        (None, None, (0, 3)),
        (None, True, (1, 3)),
        (None, False, (0, 3)),
    ],
)
def test_collapse(loss: float | None, involved: bool | None, expected: tuple[int, int]) -> None:
    assert item("collapse", loss_percent=loss, body_involved_over_half=involved) == expected


def test_exactly_50_percent_is_flagged() -> None:
    assert "sins_collapse_exactly_at_limit" in codes(one(loss_percent=50).notes)
    assert "sins_collapse_exactly_at_limit" not in codes(one(loss_percent=50.5).notes)


def test_pain_that_contradicts_itself_is_flagged() -> None:
    assert "sins_pain_conflict" in codes(one(pain_vas=0).notes)


@pytest.mark.parametrize(
    ("changes", "consult"),
    [
        ({"loss_percent": 8, "bone_quality": "mixed", "body_involved_over_half": False}, False),
        ({"loss_percent": 8}, True),
    ],
)
def test_seven_and_more_asks_a_surgeon(changes: dict[str, Any], consult: bool) -> None:
    assert ("spine_surgery" in codes(one(**changes).consults)) is consult


def test_the_printed_score_leaves_the_loss_uncertainty_out() -> None:
    sins = one("L3", loss_percent=48, loss_uncertainty=20).sins
    assert sins is not None
    assert sins.items["collapse"]["max"] == 2
