"""Open questions as a person reads them."""

from tests.reports import examples
from vcfimg.recommendation.recommendation import Alternative, Question, Status
from vcfimg.reports.wording.question_list import question_lines, study_questions

NEUROLOGY = Question(ask="Is the neurological examination normal?", field="neurology_normal")


def grade(level: str) -> Question:
    return Question(ask="Which epidural grade?", field=f"levels.{level}.escc")


def stability(level: str) -> Question:
    ways = (
        Alternative(fields=(f"levels.{level}.surgeon_stable",), status=Status.CANDIDATE_MDT),
        Alternative(fields=(f"levels.{level}.alignment", f"levels.{level}.posterolateral"), status=Status.CANDIDATE),
    )
    return Question(ask="Is the level stable?", field=f"levels.{level}.surgeon_stable", alternatives=ways)


def test_what_several_levels_ask_of_the_patient_is_asked_once() -> None:
    levels = [
        examples.recommendation(level=level, status=Status.INDETERMINATE, questions=(NEUROLOGY, grade(level)))
        for level in ("T12", "L3")
    ]
    assert study_questions(levels) == (NEUROLOGY, grade("T12"), grade("L3"))


def test_one_fact_at_several_levels_is_one_line() -> None:
    assert question_lines([NEUROLOGY, grade("T12"), grade("L3"), grade("T12")]) == [
        "Is the neurological examination normal?",
        "Which epidural grade? [T12, L3]",
    ]


def test_a_vertebra_without_a_name_is_asked_for_by_its_number() -> None:
    assert question_lines([Question(ask="Which level?", field="vertebrae.7.level")]) == ["Which level? [#7]"]


def test_alternatives_say_what_each_way_leads_to() -> None:
    (line,) = question_lines([stability("T12"), stability("L3")])
    head, first, second = line.splitlines()
    assert head == "Is the level stable? [T12, L3]"
    assert first.strip().startswith("a) ")
    assert first.endswith("at best candidate, tumour board first")
    assert " and " in second
    assert second.endswith("at best candidate for augmentation")
