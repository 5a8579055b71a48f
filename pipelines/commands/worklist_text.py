"""The ranked worklist as lines for a terminal; studies by UID, never by patient."""

import json
from typing import Any, Final

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
        edema = {True: ", edema", False: ", no edema", None: ", edema not known"}[level["edema"]]
        lines.append(
            _plain(f"       {level['level']}: {level['status']} / {level['preference']}, {_loss(level)}{edema}")
        )
        if level["missing"]:
            lines.append(_plain(f"         missing: {_few(level['missing'])}"))
    lines += [_plain(f"       - {reason}") for reason in priority["reasons"]]
    return lines


def _loss(level: dict[str, Any]) -> str:
    if level["loss_percent"] is None:
        return "loss unknown"
    spread = "" if level["loss_uncertainty"] is None else f" ± {level['loss_uncertainty']:.0f}"
    return f"loss {level['loss_percent']:.0f}{spread} %"


def _few(names: list[str]) -> str:
    """The first names, which matter most, and how many more there are."""
    shown = ", ".join(names[:SHOWN_MISSING])
    return shown if len(names) <= SHOWN_MISSING else f"{shown} and {len(names) - SHOWN_MISSING} more"


def _plain(text: str) -> str:
    """Text from files made safe for a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
