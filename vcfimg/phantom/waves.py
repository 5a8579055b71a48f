"""Smooth random fields that can be evaluated at any point, the same from slice to slice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Waves:
    """A sum of random plane waves: zero mean, unit variance, typical scale in mm."""

    vectors: NDArray[np.float32]
    phases: NDArray[np.float32]

    @classmethod
    def draw(cls, rng: np.random.Generator, scale_mm: float, count: int = 14) -> "Waves":
        """Random waves whose features are about ``scale_mm`` wide."""
        k = rng.normal(0, 1.6 / scale_mm, (count, 3)).astype(np.float32)
        return cls(k, rng.uniform(0, 2 * np.pi, count).astype(np.float32))

    def __call__(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Value at ``(…, 3)`` points in mm."""
        p = np.asarray(points, np.float32)
        angle = p @ self.vectors.T + self.phases
        return np.asarray(np.cos(angle).sum(-1) * np.sqrt(2 / len(self.phases)), np.float32)
