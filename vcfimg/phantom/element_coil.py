"""A spine coil of several elements: sensitivity that rises and falls along the spine, more so near the coil."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

DEPTH_MM: Final = 110.0
"""Distance over which the modulation falls to 1/e, away from the coil (design: elements as wide as they are apart)."""

GREATEST: Final = 0.7
"""Share by which no tissue is modulated more, however near it lies to the coil."""

UNEVEN: Final = 0.1
"""Relative SD of the gain of each element."""


@dataclass(frozen=True)
class ElementCoil:
    """Elements in a row behind the spine.

    Parameters
    ----------
    spacing_mm
        Distance of the elements along the spine, the period of the modulation.
    modulation
        Swing about the mean at the vertebral bodies: 0.35 = from 0.65 to 1.35.
    phase
        Where the first element lies, as a share of the spacing.
    seed
        Of the gains of the elements.

    Raises
    ------
    ValueError
        When the spacing is not positive, or the modulation not within 0 to :data:`GREATEST`.
    """

    spacing_mm: float
    modulation: float
    phase: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.spacing_mm <= 0 or not 0 <= self.modulation <= GREATEST:
            raise ValueError(f"no such coil: spacing {self.spacing_mm} mm, modulation {self.modulation}")

    def at(self, z: NDArray[np.float64], behind: NDArray[np.float64]) -> NDArray[np.float32]:
        """Sensitivity at points ``z`` (LPS mm) along the spine, ``behind`` mm behind the axis of the bodies."""
        place = z / self.spacing_mm + self.phase
        swing = np.minimum(self.modulation * np.exp(behind / DEPTH_MM), GREATEST)
        first = int(np.floor(place.min())) - 1
        count = int(np.ceil(place.max())) + 2 - first
        gains = np.exp(np.random.default_rng([self.seed, 20119]).normal(0, UNEVEN, count))
        gain = np.interp(place, first + np.arange(count), gains)
        return np.asarray((1 + swing * np.cos(2 * np.pi * place)) * gain, np.float32)
