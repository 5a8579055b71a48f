"""Linear interpolation on regular grids, axis by axis."""

import numpy as np
from numpy.typing import NDArray


def along(values: NDArray[np.floating], positions: NDArray[np.floating], axis: int) -> NDArray[np.float64]:
    """Sample ``values`` at fractional indices of one axis; positions beyond the ends take the end value."""
    last = values.shape[axis] - 1
    at = np.clip(np.asarray(positions, np.float64), 0, last)
    low = np.minimum(at.astype(np.intp), max(last - 1, 0))
    shape = [1] * values.ndim
    shape[axis] = len(at)
    share = (at - low).reshape(shape)
    lower, upper = values.take(low, axis), values.take(np.minimum(low + 1, last), axis)
    return np.asarray(lower * (1 - share) + upper * share)


def sample(
    values: NDArray[np.floating], rows: NDArray[np.floating], columns: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Sample the first two axes of ``values`` at every pair of fractional ``rows`` and ``columns``."""
    return along(along(values, rows, 0), columns, 1)


def stretch(values: NDArray[np.floating], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Stretch the first two axes of ``values`` to ``shape``, corner points on corner points."""
    rows, columns = (np.arange(n) * ((m - 1) / max(n - 1, 1)) for n, m in zip(shape, values.shape[:2], strict=True))
    return sample(values, rows, columns)
