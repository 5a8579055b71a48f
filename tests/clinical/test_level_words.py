"""What a record says about one level."""

from typing import Any

import pytest

from vcfimg.clinical import ClinicalInputs, LevelInputs, Remark, level_words

UNREADABLE = Remark(code="danger_unreadable", field="levels.T12.escc", text="")

FILLED: list[tuple[dict[str, Any], str, dict[str, Any], tuple[str, ...]]] = [
    ({"all_levels": {"escc": "0", "alignment": "normal"}, "levels": {"T12": {"alignment": "deformity"}}}, "T12",
     {"escc": "0", "alignment": "deformity"}, ()),
    ({"all_levels": {"escc": "2"}, "levels": {"T12": {"escc": "0"}}}, "T12", {"escc": "2"}, ("levels.T12.escc",)),
    ({"all_levels": {"escc": "1a"}, "levels": {"T12": {"escc": "3"}}}, "T12", {"escc": "3"}, ()),
    ({"all_levels": {"posterior_wall": "disrupted"}, "levels": {"T12": {"posterior_wall": "intact"}}}, "T12",
     {"posterior_wall": "disrupted"}, ("levels.T12.posterior_wall",)),
    ({"other_levels": {"escc": "0"}, "levels": {"T12": {}}}, "T12", {}, ()),
    ({"other_levels": {"escc": "0"}, "levels": {"T12": {}}}, "L1", {"escc": "0"}, ()),
    ({"other_levels": {"escc": "0"}, "all_levels": {"escc": "1b"}}, "L1", {"escc": "1b"}, ("levels.L1.escc",)),
    ({"all_levels": {"escc": "0"}, "levels": {"T12": {}}, "remarks": [UNREADABLE]}, "T12", {}, ()),
    ({"all_levels": {"escc": "2"}, "levels": {"T12": {}}, "remarks": [UNREADABLE]}, "T12", {"escc": "2"}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("record", "level", "facts", "conflicts"), FILLED, ids=lambda value: str(value)[:40])
def test_sentences_about_many_levels(
    record: dict[str, Any], level: str, facts: dict[str, Any], conflicts: tuple[str, ...]
) -> None:
    found = level_words(ClinicalInputs.model_validate(record), level)
    assert found.facts == LevelInputs(**facts)
    assert found.conflicts == conflicts


STABLE: list[tuple[bool | None, dict[str, bool | None], bool | None, bool]] = [
    (None, {"T12": None}, None, False),
    (None, {"T12": True, "L1": None}, True, False),
    (True, {"T12": None}, True, False),
    (True, {"T12": None, "L1": None}, None, False),
    (True, {"L1": None}, None, False),
    (True, {}, None, False),
    (False, {"T12": None, "L1": None}, False, False),
    (False, {"T12": True}, False, True),
    (True, {"T12": False}, False, True),
]


@pytest.mark.parametrize(("patient", "levels", "stable", "contradicted"), STABLE)
def test_the_stable_word(
    patient: bool | None, levels: dict[str, bool | None], stable: bool | None, contradicted: bool
) -> None:
    named = {level: LevelInputs(surgeon_stable=word) for level, word in levels.items()}
    found = level_words(ClinicalInputs(surgeon_stable=patient, levels=named), "T12")
    assert found.stable is stable
    assert found.conflicts == (("levels.T12.surgeon_stable",) if contradicted else ())
