"""Smooth random fields."""

import numpy as np
from numpy.typing import NDArray


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> NDArray[np.float32]:
    """Unit-variance noise of about ``scale`` pixels."""
    field = rng.standard_normal((int(shape[0] / scale) + 4, int(shape[1] / scale) + 4), np.float32)
    for axis, length in enumerate(shape):
        at = (np.arange(length) / scale).astype(np.float32)
        first = at.astype(np.intp)
        part = (at - first).reshape((-1, 1) if axis == 0 else (1, -1))
        field = field.take(first, axis) * (1 - part) + field.take(first + 1, axis) * part
    return np.asarray(field / max(float(field.std()), 1e-6), np.float32)
