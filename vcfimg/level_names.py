"""Names and order of the vertebral levels, C1 to S1, with the transitional T13 and L6."""

from typing import Final

LEVELS: Final[tuple[str, ...]] = (
    *(f"C{i}" for i in range(1, 8)),
    *(f"T{i}" for i in range(1, 14)),
    *(f"L{i}" for i in range(1, 7)),
    "S1",
)
"""Every level name that vcfimg accepts, from head to foot. T13 and L6 exist only in transitional anatomy."""

STANDARD_LEVELS: Final[tuple[str, ...]] = tuple(level for level in LEVELS if level not in {"T13", "L6"})
"""The levels of a spine with the common count: 7 cervical, 12 thoracic, 5 lumbar, S1."""

_INDEX: Final[dict[str, int]] = {level: i for i, level in enumerate(LEVELS)}


def is_level(name: object) -> bool:
    """Whether ``name`` is one of :data:`LEVELS`."""
    return isinstance(name, str) and name in _INDEX


def level_index(level: str) -> int:
    """Position of ``level`` in :data:`LEVELS`; raises ``ValueError`` with the offending name."""
    try:
        return _INDEX[level]
    except KeyError:
        raise ValueError(f"not a vertebral level: {level!r}") from None


def canonical(level: str) -> str:
    """The level whose rules apply: T13 counts as T12, L6 as L5 (clinical.md section 3)."""
    return {"T13": "T12", "L6": "L5"}.get(level, level)


def is_above(level: str, other: str) -> bool:
    """Whether ``level`` lies nearer to the head than ``other``."""
    return level_index(level) < level_index(other)


def steps_between(level: str, other: str, present: tuple[str, ...] = ()) -> int:
    """Number of steps from ``level`` to ``other`` along one patient's levels.

    Parameters
    ----------
    present
        The levels this patient has, where known: T13 and L6 count as a step only if they are listed, in
        ``present`` or as one of the two arguments.
    """
    optional = {"T13", "L6"} - set(present) - {level, other}
    ladder = [name for name in LEVELS if name not in optional]
    return abs(ladder.index(level) - ladder.index(other))


def unnamed(vertebra_id: object) -> str:
    """What a vertebra without a level is called everywhere: ``#7`` by its id."""
    return f"#{vertebra_id}"
