"""The ranked worklist as lines for a terminal; studies by UID, never by patient."""

import json
from typing import Any


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
        loss = "loss unknown" if level["loss_percent"] is None else f"loss {level['loss_percent']:.0f} %"
        missing = f"; missing {', '.join(level['missing'])}" if level["missing"] else ""
        lines.append(_plain(f"       {level['level']}: {level['status']} / {level['preference']}, {loss}{missing}"))
    lines += [_plain(f"       - {reason}") for reason in priority["reasons"]]
    return lines


def _plain(text: str) -> str:
    """Text from files made safe for a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
