"""The ``--levels`` file: which vertebra of which study a person has named (docs/level_corrections.md)."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from vcfimg.errors import VcfimgError
from vcfimg.given_file import NotGiven, read_given
from vcfimg.level_names import is_level

Corrections = dict[str, dict[int, str]]
"""Study UID to vertebra id to level."""

COLUMNS: Final = ("study_instance_uid", "vertebra_id", "level")

MAX_BYTES: Final = 64 * 2**20


class CorrectionsError(VcfimgError):
    """The corrections file cannot be used; nothing of it is applied."""


def read_corrections(path: Path) -> Corrections:
    """Read level corrections from JSON or CSV.

    Raises
    ------
    CorrectionsError
        ``levels_unreadable`` or ``levels_invalid``; the message names file and place.
    """
    try:
        text = read_given(path, MAX_BYTES).decode("utf-8-sig")
    except (NotGiven, UnicodeDecodeError) as error:
        reason = error.reason if isinstance(error, NotGiven) else "not UTF-8 text"
        raise CorrectionsError("levels_unreadable", f"{path.name}: cannot be read ({reason})") from error
    triples = _from_json(text, path.name) if text.lstrip()[:1] == "{" else _from_csv(text, path.name)
    corrections: Corrections = {}
    for where, uid, identity, level in triples:
        study = corrections.setdefault(uid, {})
        number = _vertebra_id(identity, f"{path.name}: {where}")
        if not isinstance(level, str) or not is_level(level):
            raise CorrectionsError("levels_invalid", f"{path.name}: {where}: not a vertebral level: {level!r:.20}")
        if number in study or level in study.values():
            raise CorrectionsError("levels_invalid", f"{path.name}: {where}: vertebra {number} or {level} occurs twice")
        study[number] = level
    return corrections


def _from_json(text: str, file: str) -> Iterable[tuple[str, str, object, object]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CorrectionsError("levels_unreadable", f"{file}: not valid JSON") from error
    for number, (uid, levels) in enumerate(document.items(), start=1):
        if not isinstance(levels, Mapping):
            message = f"{file}: study {number}: must be an object that maps vertebra ids to levels"
            raise CorrectionsError("levels_invalid", message)
        for identity, level in levels.items():
            yield f"study {number}", uid, identity, level


def _from_csv(text: str, file: str) -> Iterable[tuple[str, str, object, object]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        if tuple(name.strip() for name in reader.fieldnames or ()) != COLUMNS:
            raise CorrectionsError("levels_invalid", f"{file}: the first line must be {','.join(COLUMNS)}")
        reader.fieldnames = COLUMNS
        for row in reader:
            values = [(row[name] or "").strip() for name in COLUMNS]
            if None in row or not all(values):
                raise CorrectionsError("levels_invalid", f"{file}: line {reader.line_num}: needs exactly three values")
            yield f"line {reader.line_num}", values[0], values[1], values[2]
    except csv.Error as error:
        raise CorrectionsError("levels_unreadable", f"{file}: line {reader.line_num}: not valid CSV") from error


def _vertebra_id(value: object, where: str) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0):
        raise CorrectionsError("levels_invalid", f"{where}: not a vertebra id: {text!r:.20}")
    return int(text)
