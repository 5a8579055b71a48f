"""The ranked worklist as lines for a terminal; studies by UID, never by patient."""

import json
from typing import Any, Final

from vcfimg.recommendation.recommendation import Question
from vcfimg.reports.tables.flagged import FlaggedLevel
from vcfimg.reports.wording.question_list import question_lines

SHOWN_MISSING: Final = 3
"""Missing facts named per level; all of them are in the files."""


def worklist_text(document: str) -> str:
    """Lines of a ``worklist.json``: rank, class, score, study, then a line per flagged level and per reason."""
    worklist = json.loads(document)
    lines: list[str] = []
    for study in worklist["studies"]:
        lines += _study(study)
    if worklist["problems"]:
        lines.append(f"{len(worklist['problems'])} problems with records or files: see worklist.json")
    lines.append(worklist["disclaimer"])
    return "\n".join(lines)


def _study(study: dict[str, Any]) -> list[str]:
    priority = study["priority"]
    alone = "  (images alone)" if priority["images_alone"] else ""
    head = (
        f"{study['rank']:>3}. {priority['class']:<10} {priority['score']:>5.1f}  {study['study']['study_instance_uid']}"
    )
    lines = [f"{_plain(head)}{alone}"]
    for level in study["levels"]:
        flagged = FlaggedLevel.model_validate(level)
        findings = f"loss {flagged.loss_words}, {flagged.edema_words}"
        lines.append(_plain(f"       {flagged.level}: {flagged.status} / {flagged.preference}, {findings}"))
        if flagged.would_be:
            lines.append(_plain(f"         at best: {flagged.would_be}"))
        if level["missing"] and flagged.status == "INDETERMINATE" and not flagged.questions:
            lines.append(_plain(f"         missing: {_few(level['missing'])}"))
    asked = question_lines(Question.model_validate(one) for one in study.get("questions", ()))
    lines += [f"       ? {_plain(line)}" for text in asked for line in text.splitlines()]
    lines += [_plain(f"       - {reason}") for reason in priority["reasons"]]
    return lines


def _few(names: list[str]) -> str:
    """The first names, which matter most, and how many more there are."""
    shown = ", ".join(names[:SHOWN_MISSING])
    return shown if len(names) <= SHOWN_MISSING else f"{shown} and {len(names) - SHOWN_MISSING} more"


def _plain(text: str) -> str:
    """Text from files made safe for a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
