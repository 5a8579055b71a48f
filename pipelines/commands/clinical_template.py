"""A record with just the questions of one study."""

import json
from collections.abc import Sequence
from typing import Any

from vcfimg.clinical.inputs import READ_BY_US, ClinicalInputs, LevelInputs
from vcfimg.policy import load_policy
from vcfimg.recommendation.recommendation import Question, Status
from vcfimg.reports.explain.what_if import Case
from vcfimg.reports.wording.question_list import study_questions
from vcfimg.result import ScreeningResult


def open_questions(result: ScreeningResult) -> tuple[Question, ...]:
    """The questions of a stored result; asked anew where an older version decided it without any."""
    stored = study_questions(result.recommendations)
    if stored or all(one.status is not Status.INDETERMINATE for one in result.recommendations):
        return stored
    return study_questions(Case.from_result(result, load_policy()).decide().recommendations)


def template_of(result: ScreeningResult, questions: Sequence[Question], *, with_facts: bool = False) -> str:
    """JSON of a clinical file with one record: the study's UID and every open fact as null.

    Of a question with alternatives every fact is listed; the first ones in the file are the shortest way. What no
    record can answer (a newer MRI, the name of a level) is left out.
    """
    record: dict[str, Any] = _known(result.clinical) if with_facts and result.clinical is not None else {}
    record["study_instance_uid"] = result.study.study_instance_uid
    for question in questions:
        for path in (question.field, *(path for way in question.alternatives for path in way.fields)):
            _ask(record, path)
    return json.dumps({"patients": [record]}, indent=1, ensure_ascii=False)


def _ask(record: dict[str, Any], path: str) -> None:
    where, _, name = path.rpartition(".")
    if not where:
        if name in ClinicalInputs.model_fields:
            record.setdefault(name, None)
        return
    group, level = where.split(".")
    if group == "levels" and name in LevelInputs.model_fields:
        record.setdefault("levels", {}).setdefault(level, {}).setdefault(name, None)


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    """The stored facts without what is unknown and what only reading says."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        kept = _known(value) if isinstance(value, dict) else value
        if name not in READ_BY_US and kept is not None and kept != {}:
            found[name] = kept
    return found
