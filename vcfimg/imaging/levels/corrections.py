"""A person's corrections of the levels: given names hold, the rest follow by counting, contradictions are refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vcfimg.base import Note
from vcfimg.errors import VcfimgError
from vcfimg.imaging.levels.counting import Count, reachable
from vcfimg.imaging.levels.ladder import ladders_for, name_at
from vcfimg.imaging.levels.spacing import Spacing
from vcfimg.imaging.raw import Anchor, RawVertebra
from vcfimg.level_names import LEVELS, is_level


@dataclass(frozen=True)
class Corrected:
    """The count that follows from the corrections and the places it implies."""

    count: Count
    positions: Mapping[int, int]


def apply_corrections(
    vertebrae: Sequence[RawVertebra],
    spacing: Spacing,
    anchors: Sequence[Anchor],
    corrections: Mapping[int, str],
) -> Corrected:
    """Name every vertebra from the names a person gave.

    Parameters
    ----------
    vertebrae
        From head to foot.
    corrections
        Vertebra id → level.

    Raises
    ------
    VcfimgError
        ``levels_unknown_id``, ``levels_bad_name``, ``levels_duplicate``, or ``levels_inconsistent`` when counting from
        one given name contradicts another.
    """
    _check(vertebrae, corrections)
    order = {v.id: i for i, v in enumerate(vertebrae)}
    given = sorted(corrections.items(), key=lambda item: order[item[0]])
    for names in _candidate_ladders(given, order, anchors):
        missing = _missing_between(given, order, names, spacing)
        if missing is not None:
            return _named(vertebrae, Spacing(tuple(missing), spacing.crowded), anchors, given, names)
    said = ", ".join(f"{i} = {level}" for i, level in given)
    raise VcfimgError(
        "levels_inconsistent",
        f"the given levels cannot all be true for the vertebrae found in this order: {said}; "
        "correct one of them, or name fewer",
    )


def _check(vertebrae: Sequence[RawVertebra], corrections: Mapping[int, str]) -> None:
    known = {v.id for v in vertebrae}
    for i, level in corrections.items():
        if i not in known:
            raise VcfimgError("levels_unknown_id", f"no vertebra has id {i}; ids are {sorted(known)}")
        if not is_level(level):
            raise VcfimgError("levels_bad_name", f"not a vertebral level: {level!r}; levels are {', '.join(LEVELS)}")
    if len(set(corrections.values())) < len(corrections):
        raise VcfimgError("levels_duplicate", "the same level was given to two vertebrae")


def _candidate_ladders(
    given: Sequence[tuple[int, str]], order: Mapping[int, int], anchors: Sequence[Anchor]
) -> list[tuple[str, ...]]:
    """Ladders in order of preference; one where the last body above a seen sacrum would be S1 comes last."""
    ladders = list(ladders_for(frozenset(level for _, level in given)))
    adjacent = next((a.adjacent_id for a in anchors if a.kind == "sacrum" and a.adjacent_id is not None), None)
    last_above_sacrum = None if adjacent is None else order.get(adjacent)
    if last_above_sacrum is None:
        return ladders
    first, level = given[-1]

    def reaches_s1(names: tuple[str, ...]) -> bool:
        return level in names and names.index(level) + last_above_sacrum - order[first] >= names.index("S1")

    return sorted(ladders, key=reaches_s1)


def _missing_between(
    given: Sequence[tuple[int, str]], order: Mapping[int, int], names: tuple[str, ...], spacing: Spacing
) -> list[int] | None:
    """Bodies missing in each interval if ``names`` is this person's ladder; None when the given names contradict it.

    A vertebra may be missing between two given ones only where the spacing shows a gap; two given names that leave no
    room overrule a gap.
    """
    missing = list(spacing.missing)
    for (above, upper), (below, lower) in pairwise(given):
        if upper not in names or lower not in names:
            return None
        between = range(order[above], order[below])
        extra = names.index(lower) - names.index(upper) - len(between)
        gaps = [i for i in between if spacing.missing[i]]
        if extra == 0:
            for i in gaps:
                missing[i] = 0
        elif extra > 0 and len(gaps) == 1:
            missing[gaps[0]] = extra
        elif extra < 0 or sum(spacing.missing[i] for i in gaps) != extra:
            return None
    return missing if all(level in names for _, level in given) else None


def _named(
    vertebrae: Sequence[RawVertebra],
    spacing: Spacing,
    anchors: Sequence[Anchor],
    given: Sequence[tuple[int, str]],
    names: tuple[str, ...],
) -> Corrected:
    positions, at = {}, 0
    for i, vertebra in enumerate(vertebrae):
        at += (1 + spacing.missing[i - 1]) if i else 0
        positions[vertebra.id] = at
    first, level = given[0]
    offset = names.index(level) - positions[first]
    counted = {i: name_at(names, offset + p) for i, p in positions.items()}
    sure = Spacing(spacing.missing, (False,) * len(spacing.missing))
    certain = frozenset[int]().union(*(reachable(i, vertebrae, sure) for i, _ in given))
    low, high = positions[given[0][0]], positions[given[-1][0]]
    certain |= {i for i, p in positions.items() if low <= p <= high}
    return Corrected(Count("user", counted, certain, tuple(_landmark_warnings(anchors, counted, names))), positions)


def _landmark_warnings(
    anchors: Sequence[Anchor], counted: Mapping[int, str | None], names: tuple[str, ...]
) -> list[Note]:
    warnings = []
    for anchor in anchors:
        if anchor.adjacent_id is None or anchor.adjacent_id not in counted:
            continue
        name = counted[anchor.adjacent_id]
        if anchor.kind == "sacrum" and name != "L5":
            text = f"by the given levels the last vertebra above the sacrum is {name or 'beyond S1'}"
            warnings.append(Note(code="transitional_anatomy", text=text))
        if anchor.kind == "c2" and name != "C2":
            text = f"the vertebra seen as C2 is {name or 'unnamed'} by the given levels"
            warnings.append(Note(code="user_disagrees_with_c2", text=text))
    if not {"L5", "T12"} <= set(names):
        absent = next(level for level in ("L5", "T12") if level not in names)
        warnings.append(Note(code="transitional_anatomy", text=f"the given levels leave no {absent}"))
    return warnings
