"""Orders of level names along one person's spine, with and without transitional vertebrae."""

from collections.abc import Iterator
from typing import Final

from vcfimg.level_names import LEVELS

USUAL_C2_TO_L5: Final = 22
"""Steps from C2 to L5 in a spine with the common count."""

LUMBAR_BELOW_T12: Final = 18
"""Steps from C2 to L1 plus one: presacral count minus this is the number of lumbar-type vertebrae."""


def ladder(*, without: frozenset[str] = frozenset({"T13", "L6"})) -> tuple[str, ...]:
    """Level names from head to foot, leaving out those this person does not have."""
    return tuple(level for level in LEVELS if level not in without)


def ladders_for(named: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Ladders that a person whose levels include ``named`` may have, the most usual first.

    T13 and L6 are present when named; failing that, each variant with one vertebra more (T13 or L6) or one fewer
    (no T12, or no L5) follows.
    """
    base = frozenset({"T13", "L6"} - named)
    yield ladder(without=base)
    for extra in sorted(base):
        yield ladder(without=base - {extra})
    for absent in ("L5", "T12"):
        if absent not in named:
            yield ladder(without=base | {absent})


def name_at(names: tuple[str, ...], index: int) -> str | None:
    """The name at ``index``; None beyond either end."""
    return names[index] if 0 <= index < len(names) else None
