"""What is still honoured of a refused record."""

from typing import Any

import pytest

from vcfimg.clinical import ClinicalInputs, LevelInputs
from vcfimg.clinical.dangers import dangers_of, has_danger, union_of_dangers
from vcfimg.clinical.record import RawRecord, validate_record

BAD = {"pain_vas_date": "yesterday"}


def refused(facts: dict[str, Any]) -> ClinicalInputs:
    read = validate_record(RawRecord({"patient_id": "P", **facts, **BAD}, "record 1"), "f.json")
    assert [error.field for error in read.errors] == ["pain_vas_date"]
    return read.inputs


@pytest.mark.parametrize(
    "name",
    [
        "clinical_cord_compression",
        "new_neurological_deficit",
        "overt_instability",
        "infection",
        "coagulopathy_uncorrected",
        "cement_allergy",
        "pregnancy",
        "pain_positional",
    ],
)
def test_true_is_kept_and_false_is_unknown(name: str) -> None:
    assert refused({name: True}) == ClinicalInputs(patient_id="P", refused=True, **{name: True})
    assert refused({name: False}) == ClinicalInputs(patient_id="P", refused=True)


def test_only_an_unstable_judgement_is_kept() -> None:
    assert refused({"surgeon_stable": False}).surgeon_stable is False
    assert refused({"surgeon_stable": True}).surgeon_stable is None


@pytest.mark.parametrize(
    ("name", "kept", "dropped"),
    [
        ("escc", ["1a", "1b", "1c", "2", "3"], ["0"]),
        ("alignment", ["translation", "deformity"], ["normal"]),
        ("bone_quality", ["lytic", "mixed"], ["blastic"]),
        ("posterolateral", ["unilateral", "bilateral"], ["none"]),
        ("body_involved_over_half", [True], [False]),
        ("surgeon_stable", [False], [True]),
        ("sins_reported", [13], [0]),
        ("collapse", ["under_half", "over_half"], ["none"]),
        ("loss_percent", [55.0, 20.0], [0.0, -3.0]),
    ],
)
def test_level_dangers(name: str, kept: list[Any], dropped: list[Any]) -> None:
    for value in kept:
        assert refused({"levels": {"T12": {name: value}}}).levels == {"T12": LevelInputs(**{name: value})}
    for value in dropped:
        assert refused({"levels": {"T12": {name: value}}}).levels == {"T12": LevelInputs()}


def test_pain_counts_for_the_score() -> None:
    assert refused({"pain_vas": 7}).pain_vas == 7
    assert refused({"pain_vas": 0}).pain_vas is None
    assert refused({"pain_vas": 7}).pain_vas_date is None


@pytest.mark.parametrize(
    "facts",
    [
        {"age": 70, "sex": "F", "cancer": True, "primaries": ["breast"], "trauma": True},
        {"levels": {"T12": {"index": True, "stir_edema": True, "posterior_wall": "intact", "retropulsion_mm": 4}}},
        {"planned_levels": 3, "latency_years": 2, "histology_known": True, "primary_bone_tumour": False},
    ],
)
def test_everything_else_is_unknown(facts: dict[str, Any]) -> None:
    names = {level: LevelInputs() for level in facts.get("levels", {})}
    assert refused(facts) == ClinicalInputs(patient_id="P", refused=True, levels=names)


def test_an_examined_level_keeps_its_name() -> None:
    kept = refused({"exam_levels": ["T12"], "coagulopathy_uncorrected": True})
    assert (kept.exam_levels, kept.levels) == (None, {"T12": LevelInputs()})
    assert not has_danger(ClinicalInputs(exam_levels=("T12",)))


def test_the_name_of_a_level_is_no_danger() -> None:
    assert not has_danger(ClinicalInputs(levels={"T12": LevelInputs(escc="0", stir_edema=True)}))


def test_a_danger_in_a_bad_field_is_not_valid() -> None:
    facts = {"patient_id": "P", "infection": "odd", "levels": {"T12": {"escc": 7, "alignment": "translation"}}, **BAD}
    read = validate_record(RawRecord(facts, ""), "f")
    assert {error.field for error in read.errors} == {"infection", "levels.T12.escc", "pain_vas_date"}
    assert read.inputs.infection is None
    assert read.inputs.unreadable_dangers == ("infection", "levels.T12.escc")
    assert read.inputs.levels == {"T12": LevelInputs(alignment="translation")}


def test_dangers_of_dangers_are_the_same() -> None:
    record = ClinicalInputs(patient_id="P", infection=True, levels={"T1": LevelInputs(escc="2", loss_percent=4)})
    assert dangers_of(dangers_of(record)) == dangers_of(record)


def test_the_union_takes_the_worse() -> None:
    first = dangers_of(
        ClinicalInputs(
            patient_id="P",
            infection=True,
            pain_vas=3,
            surgeon_stable=False,
            levels={"T12": LevelInputs(escc="2", posterolateral="bilateral", loss_percent=60, loss_uncertainty=5)},
        )
    )
    second = dangers_of(
        ClinicalInputs(
            accession_number="A",
            pregnancy=True,
            pain_vas=8,
            levels={
                "T12": LevelInputs(escc="3", posterolateral="unilateral", loss_percent=30, loss_uncertainty=9),
                "L1": LevelInputs(alignment="translation"),
            },
        )
    )
    both = union_of_dangers(first, second)
    assert both == ClinicalInputs(
        patient_id="P",
        accession_number="A",
        infection=True,
        pregnancy=True,
        pain_vas=8,
        surgeon_stable=False,
        levels={
            "T12": LevelInputs(escc="3", posterolateral="bilateral", loss_percent=60, loss_uncertainty=9),
            "L1": LevelInputs(alignment="translation"),
        },
        refused=True,
    )


def test_has_danger() -> None:
    assert not has_danger(ClinicalInputs(patient_id="P", age=70, infection=False, surgeon_stable=True))
    assert has_danger(ClinicalInputs(surgeon_stable=False))
    assert has_danger(ClinicalInputs(levels={"T12": LevelInputs(escc="2")}))
