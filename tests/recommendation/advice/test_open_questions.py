"""Answering all questions leads to what the level would be, and no fewer do: on 2,000 random patients."""

import datetime
import itertools
import random
from typing import Any

import pytest

from tests.recommendation.level_cases import (
    AS_OF,
    CANDIDATE_NAMES,
    PATIENT,
    decide,
    one,
    record,
    spine,
    vertebra,
)
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.level_names import LEVELS
from vcfimg.recommendation.advice.question_words import QUESTIONS
from vcfimg.recommendation.recommendation import Recommendation

BEST: dict[str, tuple[Any, ...]] = {
    "neurology_normal": (True,),
    "clinical_cord_compression": (False,),
    "new_neurological_deficit": (False,),
    "escc": ("0",),
    "infection": (False,),
    "coagulopathy_uncorrected": (False,),
    "cancer": (True,),
    "pain_vas": (8.0,),
    "pain_positional": (True,),
    "stir_edema": (True,),
    "surgeon_stable": (True,),
    "alignment": ("normal", "deformity"),
    "posterolateral": ("none",),
    "bone_quality": ("mixed", "blastic", "lytic"),
    "loss_percent": (0.0,),
    "collapse": ("none", "under_half"),
    "body_involved_over_half": (False,),
    "exam_tenderness": (True,),
}
"""Answers to try for each field; the least concerning status among them counts."""
DATE = {
    "neurology_normal": "neurology_date",
    "clinical_cord_compression": "neurology_date",
    "new_neurological_deficit": "neurology_date",
    "infection": "labs_date",
    "coagulopathy_uncorrected": "labs_date",
    "pain_vas": "pain_vas_date",
    "exam_levels": "exam_date",
}
LEAST = ("CANDIDATE", "CANDIDATE_MDT")
OLD = AS_OF - datetime.timedelta(days=31)


def random_record(dice: random.Random) -> ClinicalInputs:
    """One to four levels of a default patient, with a random part of the facts unknown, too old or bad."""

    def of(good: Any, *others: Any) -> Any:
        return dice.choice((good, good, None, *others)) if dice.random() < unknown else good

    unknown = dice.choice((0.2, 0.5, 0.9))
    levels = {
        level: LevelInputs(
            escc=of("0", "1b"),
            bone_quality=of("lytic", "mixed", "blastic"),
            alignment=of("normal", "deformity"),
            posterolateral=of("none", "unilateral", "bilateral"),
            body_involved_over_half=of(True, False),
            stir_edema=of(True),
            loss_percent=of(dice.choice((5, 8, 15, 30, 45, 55, 85))),
            loss_uncertainty=dice.choice((1, 6, 12.5)),
            collapse=of(None, "none", "under_half", "over_half"),
            sins_reported=of(None, 9, 12),
            surgeon_stable=of(None, True),
        )
        for level in dice.sample(("T4", "T8", "T12", "L1", "L3"), dice.choice((1, 1, 1, 2, 4)))
    }
    facts: dict[str, Any] = {name: of(value) for name, value in PATIENT.items()}
    facts |= {"exam_levels": of(tuple(levels)), "surgeon_stable": of(None, True), "planned_levels": of(None, 3)}
    facts |= {"overt_instability": of(False), "neurology_normal": of(None, True), "primaries": of(None, ("breast",))}
    facts |= {"neurology_date": of(AS_OF, OLD), "labs_date": of(AS_OF, OLD), "pain_vas_date": of(AS_OF, OLD)}
    return ClinicalInputs(**facts, levels=levels)


def answered(clinical: ClinicalInputs, field: str, value: Any) -> ClinicalInputs:
    """The record with one question answered, on the day of the decision."""
    head, _, name = field.rpartition(".")
    if not head:
        dated = {DATE[name]: AS_OF} if name in DATE else {}
        return clinical.model_copy(update={name: value, **dated})
    level = head.removeprefix("levels.")
    facts = clinical.levels.get(level, LevelInputs()).model_copy(update={name: value})
    return clinical.model_copy(update={"levels": {**clinical.levels, level: facts}})


def best_of(clinical: ClinicalInputs, level: str, fields: tuple[str, ...]) -> str:
    """The least concerning status that answers to these fields give the level."""
    place = LEVELS.index(level)
    examined = tuple((LEVELS[other],) for other in (place, place - 1, place + 1))
    tried = [examined if field == "exam_levels" else BEST[field.rpartition(".")[2]] for field in fields]
    found = set()
    for values in itertools.product(*tried):
        other = clinical
        for field, value in zip(fields, values, strict=True):
            other = answered(other, field, value)
        found.add(at(other, level).status.value)
    return next((status for status in LEAST if status in found), sorted(found)[0])


def at(clinical: ClinicalInputs, level: str) -> Recommendation:
    return next(found for found in decide(clinical).recommendations if found.level == level)


def plain(found: Recommendation) -> tuple[str, ...]:
    return tuple(question.field for question in found.questions if not question.alternatives)


def test_all_questions_lead_to_what_the_level_would_be_and_no_fewer_do() -> None:
    dice = random.Random(24)
    undecided = 0
    for _ in range(2000):
        clinical = random_record(dice)
        for found in decide(clinical).recommendations:
            if found.status != "INDETERMINATE":
                assert (found.would_be, found.questions) == (None, ())
                continue
            undecided += 1
            assert found.level is not None
            standing = plain(found)
            ways = [way for question in found.questions for way in question.alternatives]
            reached = {best_of(clinical, found.level, (*standing, *way.fields)): way for way in ways} or {
                best_of(clinical, found.level, standing): None
            }
            assert found.would_be in LEAST
            assert set(reached) <= set(LEAST), (clinical, found.questions, reached)
            if len(clinical.levels) == 1:  # else an answer about the patient may raise a danger at another level
                assert found.would_be in reached, (clinical, found.questions, reached)
                for way in ways:
                    assert best_of(clinical, found.level, (*standing, *way.fields)) == way.status, (clinical, way)
            for fields in [(*standing, *way.fields) for way in ways] or [standing]:
                for left_out in fields:
                    fewer = tuple(field for field in fields if field != left_out)
                    if getattr(clinical, left_out, None) is not None and any(
                        DATE.get(field) == DATE.get(left_out) for field in fewer
                    ):
                        continue  # an aged "no" is renewed by the date of the answer beside it
                    assert best_of(clinical, found.level, fewer) not in CANDIDATE_NAMES, (clinical, left_out)
    assert undecided > 500


@pytest.mark.parametrize(
    ("changes", "fields", "would_be"),
    [
        ({"infection": None, "coagulopathy_uncorrected": None}, ("infection", "coagulopathy_uncorrected"), "CANDIDATE"),
        (
            {"clinical_cord_compression": None, "new_neurological_deficit": None, "escc": None},
            ("neurology_normal", "levels.L3.escc"),
            "CANDIDATE",
        ),
        ({"clinical_cord_compression": None}, ("clinical_cord_compression",), "CANDIDATE"),
        (
            {"neurology_normal": False, "clinical_cord_compression": None, "new_neurological_deficit": None},
            ("clinical_cord_compression", "new_neurological_deficit"),
            "CANDIDATE",
        ),
        ({"age": 39, "pain_vas": None, "cancer": None}, ("cancer", "pain_vas"), "CANDIDATE_MDT"),
    ],
)
def test_what_is_asked_in_which_order(changes: dict[str, Any], fields: tuple[str, ...], would_be: str | None) -> None:
    found = one(**changes)
    assert (plain(found), found.would_be) == (fields, would_be)


def test_a_straddling_sins_names_the_shortest_ways_out() -> None:
    found = one("L1", loss_percent=55, posterolateral=None)
    (question,) = found.questions
    assert [(way.fields, way.status) for way in question.alternatives] == [
        (("levels.L1.surgeon_stable",), "CANDIDATE_MDT"),
        (("levels.L1.posterolateral",), "CANDIDATE"),
    ]
    assert found.would_be == "CANDIDATE"


def test_a_readers_word_settles_a_loss_that_may_reach_half() -> None:
    (question,) = one("T12", loss_percent=48, alignment="deformity", loss_uncertainty=6).questions
    assert [way.fields for way in question.alternatives] == [("levels.T12.surgeon_stable",), ("levels.T12.collapse",)]


def test_only_a_surgeon_answers_where_no_item_helps() -> None:
    found = one(
        "T12",
        loss_percent=60,
        alignment="deformity",
        pain_positional=None,
        bone_quality="mixed",
        posterolateral="unilateral",
    )
    assert plain(found) == ("levels.T12.surgeon_stable", "pain_positional")
    assert found.would_be == "CANDIDATE_MDT"


def test_a_decided_level_and_a_refused_record_are_asked_nothing() -> None:
    for found in (one(), one(pain_vas=2, clinical_cord_compression=None)):
        assert (found.would_be, found.questions) == (None, ())
    refused = record(infection=None).model_copy(update={"refused": True})
    assert decide(refused).recommendations[0].questions == ()


def test_images_alone_ask_for_every_fact_once() -> None:
    (found,) = decide(None, spine(vertebra(1, "T12", loss=48, fraction=0.4))).recommendations
    fields = [question.field for question in found.questions]
    assert fields[:3] == ["neurology_normal", "levels.T12.escc", "levels.T12.surgeon_stable"]
    assert len(fields) == len(set(fields))
    assert all(question.ask in QUESTIONS.values() for question in found.questions)


def test_an_unnamed_vertebra_of_an_old_mri_asks_for_its_name_and_a_newer_one() -> None:
    old = AS_OF - datetime.timedelta(days=90)
    (found,) = decide(record(), spine(vertebra(7, None, loss=48)), study_date=old).recommendations[-1:]
    assert {"study_date", "vertebrae.7.level"} <= {question.field for question in found.questions}
