"""The stored form of clinical facts."""

import datetime
import json

import pytest

from vcfimg.clinical import ClinicalInputs, LevelInputs, clinical_sha256, from_dict, to_dict
from vcfimg.errors import ClinicalInputError

FACTS = ClinicalInputs(
    patient_id="Mü",
    pain_vas=8,
    pain_vas_date=datetime.date(2026, 1, 2),
    exam_levels=("T12",),
    levels={"T12": LevelInputs(escc="0"), "L1": LevelInputs()},
)


@pytest.mark.parametrize("facts", [FACTS, FACTS.model_copy(update={"refused": True}), ClinicalInputs()])
def test_round_trip(facts: ClinicalInputs) -> None:
    assert from_dict(json.loads(json.dumps(to_dict(facts)))) == facts


def test_unknown_is_null() -> None:
    assert to_dict(ClinicalInputs())["infection"] is None


def test_equal_facts_have_equal_hashes() -> None:
    assert clinical_sha256(ClinicalInputs(age=8, sex="F")) == clinical_sha256(ClinicalInputs(sex="F", age=8.0))
    turned = FACTS.model_copy(update={"levels": dict(reversed(FACTS.levels.items()))})
    assert clinical_sha256(turned) == clinical_sha256(FACTS)


def test_different_facts_have_different_hashes() -> None:
    hashes = {
        clinical_sha256(facts)
        for facts in (
            FACTS,
            FACTS.model_copy(update={"refused": True}),
            FACTS.model_copy(update={"infection": False}),
            ClinicalInputs(),
        )
    }
    assert len(hashes) == 4


def test_no_facts_have_no_hash() -> None:
    assert clinical_sha256(None) is None


@pytest.mark.parametrize("facts", [{"age": "8"}, {"unknown": 1}, {"levels": {"L9": {}}}])
def test_what_was_not_stored_by_us_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ClinicalInputError) as error:
        from_dict(facts)
    assert error.value.code == "invalid_stored_facts"


def test_a_value_object_coerces_nothing() -> None:
    for facts in ({"age": "8"}, {"infection": 1}, {"age": True}, {"exam_levels": ["L9"]}):
        with pytest.raises(ValueError, match="1 validation error"):
            ClinicalInputs.model_validate(facts)
