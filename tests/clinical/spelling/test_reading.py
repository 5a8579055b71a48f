"""Reading a record field by field: keys, levels, doubts and what is not used."""

from typing import Any

import pytest

from vcfimg.clinical import ClinicalInputs, LevelInputs, SharedLevelInputs
from vcfimg.clinical.record import RawRecord, Validated, validate_record


def validated(**facts: Any) -> Validated:
    return validate_record(RawRecord({"patient_id": "P", **facts}, "record 1"), "f.json")


def test_keys_may_be_written_otherwise() -> None:
    read = validated(**{"Pain VAS": 7, "primaryBoneTumour": "nein", "exam-levels": ["L1"]})
    assert read == Validated(ClinicalInputs(patient_id="P", pain_vas=7, primary_bone_tumour=False, exam_levels=("L1",)))


def test_an_unknown_key_is_listed_and_refuses_nothing() -> None:
    read = validated(vas=8, hobby="chess", levels={"T12": {"stir": True}})
    assert read.errors == ()
    assert [(one.field, one.message) for one in read.unread] == [
        ("vas", "is not a known key; did you mean pain_vas?"),
        ("hobby", "is not a known key"),
        ("levels.T12.stir", "is not a known key; did you mean stir_edema?"),
    ]
    assert "chess" not in str(read.unread)
    assert read.inputs.unread == ("vas", "hobby", "levels.T12.stir")


@pytest.mark.parametrize("key", ["refused", "remarks", "unread"])
def test_no_file_says_what_reading_says(key: str) -> None:
    read = validated(**{key: True})
    assert not read.inputs.refused
    assert [one.field for one in read.unread] == [key]


@pytest.mark.parametrize("value", [True, "ja"])
def test_a_key_that_misses_a_danger_is_an_error_and_the_danger_is_kept(value: Any) -> None:
    read = validated(infecton=value, infection=False)
    assert [(one.field, one.message) for one in read.errors] == [
        ("infecton", "is not a known key here; did you mean infection?")
    ]
    assert (read.inputs.refused, read.inputs.infection) == (True, True)


def test_a_danger_at_the_wrong_place_is_an_error_and_kept() -> None:
    read = validated(escc=3, levels={"T12": {"infection": True}})
    assert {one.field for one in read.errors} == {"escc", "levels.T12.infection"}
    assert read.inputs.infection is True
    assert read.inputs.levels["T12"].escc == "3"


@pytest.mark.parametrize(
    "facts",
    [
        {"cauda_signs": "see letter"},
        {"notes": "walks badly, myelopathy?"},
        {"letter": {"findings": ["cord compressed"]}},
        {"clinical_cord_compression": "perhaps"},
    ],
)
def test_a_danger_nobody_can_read_leaves_the_fact_open(facts: dict[str, Any]) -> None:
    said = {"clinical_cord_compression": False, "neurology_normal": True} | facts
    read = validated(**said)
    assert not read.inputs.refused
    assert read.inputs.clinical_cord_compression is None
    assert read.inputs.unreadable_dangers == ("clinical_cord_compression",)
    (remark,) = read.inputs.remarks
    assert "perhaps" not in remark.text
    assert bool(read.errors) is ("perhaps" in str(facts))


def test_a_danger_that_is_said_stays_beside_an_unreadable_one() -> None:
    read = validated(clinical_cord_compression=True, notes="cauda")
    assert read.inputs.clinical_cord_compression is True


def test_an_unreadable_grade_is_open_where_it_stands() -> None:
    read = validated(bilsky="?high", levels={"T12": {"escc": "0"}, "L1": {"escc": "2"}}, all_levels={"escc": "0"})
    assert read.inputs.unreadable_dangers == ("escc",)
    assert (read.inputs.levels["T12"].escc, read.inputs.levels["L1"].escc) == (None, "2")
    assert read.inputs.all_levels == SharedLevelInputs()
    assert read.inputs.doubts("levels.T12.escc")


def test_levels_may_be_written_twice() -> None:
    read = validated(levels={"T12": {"escc": "0", "index": True}, "Th12": {"escc": "1", "loss_percent": "20"}})
    assert read.errors == ()
    assert read.inputs.levels == {"T12": LevelInputs(escc="1c", index=True, loss_percent=20)}
    assert read.inputs.conflicts == ("levels.T12.escc",)


def test_a_fact_given_twice_with_other_values_is_an_error() -> None:
    read = validated(age=65, Age=66)
    assert [one.field for one in read.errors] == ["age"]


def test_all_levels_among_the_levels() -> None:
    read = validated(levels={"all": {"escc": 0}, "other levels": {"posterolateral": "keine"}})
    assert read.inputs.all_levels == SharedLevelInputs(escc="0")
    assert read.inputs.other_levels == SharedLevelInputs(posterolateral="none")
    assert read.inputs.levels == {}


def test_many_unknown_keys_are_cut_short_and_their_dangers_are_not() -> None:
    read = validated(**{f"key {number}": 1 for number in range(2000)}, cauda="?")
    assert len(read.unread) == 101
    assert read.inputs.unreadable_dangers == ("clinical_cord_compression",)
