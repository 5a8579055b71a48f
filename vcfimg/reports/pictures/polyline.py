"""Lines with fewer corners."""

import numpy as np
from numpy.typing import NDArray


def simplified(points: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """Leave out corners as Douglas and Peucker do, so that none left out lies further than ``tolerance`` from the line.

    scikit-image does the same (``approximate_polygon``), but its import takes half a second of a study's six.

    Parameters
    ----------
    points
        Corners, shape ``(n, 2)``; the first equals the last where the line is closed.
    tolerance
        In the unit of the points.
    """
    if len(points) < 3:
        return points
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        away = _distances(points[first + 1 : last], points[first], points[last])
        if away.size and away.max() > tolerance:
            furthest = first + 1 + int(np.argmax(away))
            kept[furthest] = True
            spans += [(first, furthest), (furthest, last)]
    return points[kept]


def _distances(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far each point lies from the segment between two others."""
    along = end - start
    squared = float(along @ along)
    share = np.clip((points - start) @ along / squared, 0, 1) if squared > 0 else np.zeros(len(points))
    return np.asarray(np.hypot(*(points - start - share[:, None] * along).T))
