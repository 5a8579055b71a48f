"""The open questions of a study: the union over its levels, one line for each fact whatever the level."""

from collections.abc import Iterable

from vcfimg.recommendation.recommendation import Alternative, Question, Recommendation
from vcfimg.reports.wording.decision_words import STATUS
from vcfimg.reports.wording.input_words import INPUT, place_of, plain


def study_questions(recommendations: Iterable[Recommendation]) -> tuple[Question, ...]:
    """Every question once, in the order in which the levels ask it."""
    return tuple(dict.fromkeys(question for one in recommendations for question in one.questions))


def question_lines(questions: Iterable[Question]) -> list[str]:
    """A line for each question, with the levels it is asked for; questions that differ only in the level share one."""
    places: dict[tuple[str, str], list[str]] = {}
    for question in questions:
        found = places.setdefault((question.ask, _ways(question)), [])
        place = place_of(question.field)
        if place and place not in found:
            found.append(place)
    return [f"{ask}{_at(names)}{ways}" for (ask, ways), names in places.items()]


def _at(names: list[str]) -> str:
    return f" [{', '.join(names)}]" if names else ""


def _ways(question: Question) -> str:
    return "".join(f"\n  {letter}) {_way(way)}" for letter, way in zip("abc", question.alternatives, strict=False))


def _way(way: Alternative) -> str:
    fields = (path.rpartition(".")[2] for path in way.fields)
    facts = " and ".join(INPUT[name].noun if name in INPUT else plain(name) for name in fields)
    return f"{facts}: at best {STATUS[way.status].label.casefold()}"
