"""One record as a reader found it, read field by field: canonical values, and what could not be used."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vcfimg.clinical.dangers import DANGERS, GUARDED_NAMES, LEVEL_DANGERS, PATIENT_DANGERS, is_danger, worse
from vcfimg.clinical.inputs import CONFLICT, DANGER_UNREADABLE, IDENTIFIERS, Remark
from vcfimg.clinical.printable import MAX_SHOWN, shown
from vcfimg.clinical.spelling.danger_words import facts_named, near, squashed, texts_in
from vcfimg.clinical.spelling.spellings import UnreadableError, level, plain
from vcfimg.clinical.spelling.value_kinds import FLAGS, GROUPS, LEVEL_FIELDS, PATIENT_FIELDS, READERS, SHARED_FIELDS

Fault = tuple[str, str]
"""Path of a field and what is wrong with it."""

GROUP_WORDS: Final = {
    **dict.fromkeys(("all", "alle", "all levels", "alle level", "every level"), "all_levels"),
    **dict.fromkeys(("other", "others", "other levels", "andere", "rest"), "other_levels"),
}
"""What may stand for a level's name and means many."""


MAX_HINTS: Final = 100
"""Unknown keys of one record for which a likely name is looked up."""


@dataclass
class Reading:
    """What was read of one record.

    ``faults`` refuse it; ``complaints`` are reported and only leave their fact unknown.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    complaints: list[Fault] = field(default_factory=list)
    unread: list[Fault] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    misplaced: list[tuple[str, str, Any]] = field(default_factory=list)
    """Place, danger and value of keys that missed a danger's name, or stood at the wrong place."""

    def alternatives(self) -> list[dict[str, Any]]:
        """Records that hold what such keys may have meant."""
        found = []
        for prefix, name, value in self.misplaced:
            if name in PATIENT_DANGERS and not (prefix.startswith("levels.") and name in LEVEL_DANGERS):
                found.append({name: value})
            elif prefix:
                found.append(nested(prefix + name, value))
            else:
                found.extend(nested(f"levels.{level}.{name}", value) for level in self.facts.get("levels") or ())
        return found


class _Table:
    """The names that may stand at one place."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self.by_key = {squashed(name): name for name in self.names}
        self.exact = {name: name for name in self.names}

    def name_of(self, key: str) -> str | None:
        return self.exact.get(key) or self.by_key.get(squashed(key))


_PATIENT: Final = _Table((*PATIENT_FIELDS, "levels", *GROUPS))
_LEVEL: Final = _Table(LEVEL_FIELDS)
_SHARED: Final = _Table(SHARED_FIELDS)

_NEIGHBOUR: Final = {"clinical_cord_compression": "neurology_normal", "new_neurological_deficit": "neurology_normal"}
"""A sentence that would answer for this fact."""


def read_record(facts: Mapping[Any, Any], doubts: Iterable[Remark] = ()) -> Reading:
    """Read one record; ``doubts`` are remarks of the file's reader that leave their facts unknown."""
    reading = Reading()
    for key, value in facts.items():
        name = _PATIENT.exact.get(key) or (_PATIENT.name_of(key) if isinstance(key, str) else None)
        if name is None:
            _unknown_key(reading, "", str(key), value, _PATIENT)
        elif name == "levels":
            _levels(reading, value)
        elif name in GROUPS:
            _group(reading, name, value)
        else:
            _put(reading, reading.facts, "", name, value)
    reading.remarks.extend(doubts)
    for remark in dict.fromkeys(reading.remarks):
        if remark.code != CONFLICT and remark.code != "answered":
            _leave_open(reading.facts, remark.field)
    return reading


def known_column(key: str, extra: Mapping[str, str]) -> str | None:
    """The field that a column's heading names, ``extra`` headings included."""
    return _PATIENT.name_of(key) or _LEVEL.name_of(key) or extra.get(squashed(key))


def judge_key(key: str, value: Any) -> tuple[str | None, tuple[str, ...]]:
    """The danger that an unknown key misses by a letter, and the dangers that it or its text speaks of."""
    meant = near(key, GUARDED_NAMES)
    return meant, () if meant else facts_named(key, *texts_in(value))


def nested(path: str, value: Any) -> dict[str, Any]:
    """A record that holds only this fact."""
    for part in reversed(path.split(".")):
        value = {part: value}
    return value  # type: ignore[no-any-return]


def unreadable(path: str) -> Remark:
    """The remark that a danger could not be read."""
    return Remark(
        code=DANGER_UNREADABLE,
        field=path,
        text=f"what the record says about {path} cannot be read: it counts as unknown",
    )


def conflict(path: str, source: str) -> Remark:
    """The remark that sources differ on a danger."""
    return Remark(code=CONFLICT, field=path, text=f"{path} differs between {source}; the danger counts")


def _put(reading: Reading, target: dict[str, Any], prefix: str, name: str, value: Any) -> None:
    if name not in target and (value is None or ((value is True or value is False) and name in FLAGS)):
        target[name] = value  # most of what is written
        return
    if value is None:
        return
    try:
        read = READERS[name](value)
    except UnreadableError as error:
        path = prefix + name
        if name in DANGERS:
            reading.complaints.append((path, f"cannot be read and counts as unknown: {error}"))
            reading.remarks.append(unreadable(path))
        else:
            got = "" if name in IDENTIFIERS or name == "primaries" else f", got {shown(value)}"
            reading.faults.append((path, f"{error}{got}"))
        return
    known = target.get(name)
    if known is None or read is None or known == read:
        target[name] = read if known is None else known
    elif is_danger(name, known) or is_danger(name, read):
        target[name] = worse(name, known, read)
        reading.remarks.append(conflict(prefix + name, "two spellings of the key"))
    else:
        reading.faults.append((prefix + name, "is given twice, with values that differ"))


def _levels(reading: Reading, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, Mapping):
        reading.faults.append(("levels", f"must be an object that maps levels to their facts, got {shown(value)}"))
        return
    levels: dict[str, Any] = reading.facts.setdefault("levels", {})
    for key, facts in value.items():
        if isinstance(key, str) and (group := GROUP_WORDS.get(plain(key).replace("_", " "))):
            _group(reading, group, facts)
            continue
        try:
            name = level(key)
        except UnreadableError as error:
            reading.faults.append((f"levels.{key}", f"{error}, got {shown(key)}"))
            continue
        if name is None:
            reading.faults.append((f"levels.{key}", "must name a level"))
            continue
        _fields(reading, levels.setdefault(name, {}), f"levels.{name}.", facts, _LEVEL)


def _group(reading: Reading, name: str, facts: Any) -> None:
    if facts is not None:
        _fields(reading, reading.facts.setdefault(name, {}), f"{name}.", facts, _SHARED)


def _fields(reading: Reading, target: dict[str, Any], prefix: str, facts: Any, table: _Table) -> None:
    if facts is None:
        return
    if not isinstance(facts, Mapping):
        reading.faults.append((prefix[:-1], f"must be an object, got {shown(facts)}"))
        return
    for key, value in facts.items():
        name = table.exact.get(key) or (table.name_of(key) if isinstance(key, str) else None)
        if name is None:
            _unknown_key(reading, prefix, str(key), value, table)
        else:
            _put(reading, target, prefix, name, value)


def _unknown_key(reading: Reading, prefix: str, key: str, value: Any, table: _Table) -> None:
    path = prefix + key
    meant, spoken_of = judge_key(key, value)
    if meant is not None and value is not None:
        # At the wrong place too: a key of a level beside the patient's, or the other way round.
        reading.faults.append((path, f"is not a known key here; did you mean {meant}?"))
        reading.misplaced.append((prefix, meant, value))
        return
    hint = _similar(key, table.names) if len(reading.unread) < MAX_HINTS else None
    reading.unread.append((path, "is not a known key" + (f"; did you mean {hint}?" if hint else "")))
    if value is None:
        return
    for fact in spoken_of:
        in_table = prefix != "" and fact in table.names
        reading.remarks.append(unreadable(prefix + fact if in_table else fact))


def _similar(key: str, names: tuple[str, ...]) -> str | None:
    near_names = [name for name in names if key in name.split("_")]
    return next(iter(near_names or difflib.get_close_matches(key[:MAX_SHOWN], names, n=1)), None)


def _leave_open(facts: dict[str, Any], path: str) -> None:
    """Make the fact unknown wherever it is said to be no danger; a danger that is said stays."""
    *place, name = path.split(".")
    targets: list[Any]
    if place:
        inner: Any = facts
        for part in place:
            inner = inner.get(part) if isinstance(inner, dict) else None
        targets = [inner]
    else:
        levels = facts.get("levels") or {}
        targets = (
            [facts, *(facts.get(group) for group in GROUPS), *levels.values()] if name != "surgeon_stable" else [facts]
        )
    for target in targets:
        if isinstance(target, dict) and name in target and not is_danger(name, target[name]):
            target[name] = None
    sentence = _NEIGHBOUR.get(name)
    if sentence is not None and facts.get(sentence) is True:
        facts[sentence] = None
