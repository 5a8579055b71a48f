"""How well names fit what the shape of the column says of each vertebra."""

from collections.abc import Mapping, Sequence
from typing import Final

from vcfimg.levels import STANDARD_LEVELS

LEVELS: Final = ("L5", "L4", "L3", "L2", "L1", "T12", "T11")
"""What is told apart, upwards; the last one stands for itself and all above."""
FLOOR: Final = -5.0
"""A level is never less likely than this (natural logarithm): one odd body does not outvote the column."""

_L5: Final = STANDARD_LEVELS.index("L5")


def level_at(place: int) -> str:
    """The level so many places above L5."""
    return STANDARD_LEVELS[_L5 - place]


def column_fit(likelihood: Mapping[int, Sequence[float]], names: Mapping[int, str | None], shift: int = 0) -> float:
    """How well names fit the shape: the sum of logarithms over the bodies, all names moved by ``shift`` places.

    Parameters
    ----------
    likelihood
        Vertebra id → natural logarithm of how likely each of :data:`LEVELS` is.
    names
        Vertebra id → level; those without a standard name take no part, and S1 is as unlikely as can be.
    shift
        +1 = every body is one place nearer to the head than its name says.
    """
    total = 0.0
    for i, said in likelihood.items():
        name = names.get(i)
        if name in STANDARD_LEVELS:
            at = _L5 - STANDARD_LEVELS.index(name) + shift
            total += FLOOR if at < 0 else said[min(at, len(LEVELS) - 1)]
    return total


def names_support(likelihood: Mapping[int, Sequence[float]], names: Mapping[int, str | None]) -> float:
    """How much better names fit the shape than the same names moved by one place do; negative where they fit worse."""
    return column_fit(likelihood, names) - max(column_fit(likelihood, names, shift) for shift in (-1, 1))
