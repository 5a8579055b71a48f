"""What a record says about one level: its own facts, and what sentences about many levels add (10.3, 10.6)."""

from dataclasses import dataclass
from typing import Final

from vcfimg.clinical.dangers import is_danger, worse
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs, SharedLevelInputs

_NONE: Final = LevelInputs()


@dataclass(frozen=True, slots=True)
class LevelWords:
    """The facts of one level, with the paths on which the record contradicts itself."""

    facts: LevelInputs
    stable: bool | None
    """The stable word that counts for this level."""
    conflicts: tuple[str, ...]


def level_words(record: ClinicalInputs, level: str) -> LevelWords:
    """A level's facts, filled field by field from ``other_levels`` (where it is not listed) and ``all_levels``.

    A dangerous value of such a sentence against the level's own: the worse holds, and is a conflict. A fact left open
    by a remark is filled only with a danger. The caller knows which levels the study shows; without images those named.
    """
    own = record.levels.get(level, _NONE)
    groups = [record.all_levels] if level in record.levels else [record.other_levels, record.all_levels]
    changes: dict[str, str] = {}
    conflicts: list[str] = []
    for group in groups:
        if group is not None:
            _fill(record, level, own, group, changes, conflicts)
    stable, contradicted = _stable(record, level, own)
    if contradicted:
        conflicts.append(f"levels.{level}.surgeon_stable")
    facts = own.model_copy(update=changes) if changes else own
    return LevelWords(facts, stable, tuple(dict.fromkeys(conflicts)))


def _fill(
    record: ClinicalInputs,
    level: str,
    own: LevelInputs,
    group: SharedLevelInputs,
    changes: dict[str, str],
    conflicts: list[str],
) -> None:
    for name in SharedLevelInputs.model_fields:
        said = getattr(group, name)
        if said is None:
            continue
        known, path = changes.get(name, getattr(own, name)), f"levels.{level}.{name}"
        dangerous = is_danger(name, said)
        if known is None:
            if dangerous or not record.doubts(path):
                changes[name] = said
        elif dangerous and (worst := worse(name, known, said)) != known:
            changes[name] = worst
            conflicts.append(path)


def _stable(record: ClinicalInputs, level: str, own: LevelInputs) -> tuple[bool | None, bool]:
    """The stable word of a level, and whether another one contradicts it (10.3).

    The patient's false holds at every level; the patient's true only where one level is named in the record.
    """
    if record.surgeon_stable is False:
        return False, own.surgeon_stable is True
    if own.surgeon_stable is not None:
        return own.surgeon_stable, own.surgeon_stable is False and record.surgeon_stable is True
    sole = list(record.levels) == [level]
    return (True if record.surgeon_stable is True and sole else None), False
