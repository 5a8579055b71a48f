"""How well names fit what the shape of the column says of each vertebra."""

from collections.abc import Mapping, Sequence
from typing import Final

from vcfimg.level_names import STANDARD_LEVELS

LEVELS: Final = ("L5", "L4", "L3", "L2", "L1", "T12", "T11")
"""What is distinguished, upwards; the last one stands for itself and all above."""
FLOOR: Final = -5.0
"""A level is never less likely than this (natural logarithm): one odd body does not outvote the column."""

_L5: Final = STANDARD_LEVELS.index("L5")


def column_fit(likelihood: Mapping[int, Sequence[float]], names: Mapping[int, str]) -> float:
    """How well names fit the shape: the sum of logarithms over the bodies.

    Parameters
    ----------
    likelihood
        Vertebra id → natural logarithm of how likely each of :data:`LEVELS` is.
    names
        Vertebra id → level; S1 is as unlikely as can be.
    """
    total = 0.0
    for i, said in likelihood.items():
        at = _L5 - STANDARD_LEVELS.index(names[i])
        total += FLOOR if at < 0 else said[min(at, len(LEVELS) - 1)]
    return total
