"""Reference heights of a traced body: corner and mid heights read from its mask.

The traced border runs through the centre of the dark endplate line, so these heights follow the same edge convention as
the measurement. Definition: in each sagittal slice within 4 mm of the body's centre, resampled to 1 mm pixels, the body
is turned until its bounding box is smallest; straight lines fitted to the front and back third of each border give the
corner heights 5 % inside the walls, the median over the middle quarter gives the mid height; the reference is the
median over the slices.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vcfimg.imaging.raw import POSITIONS, Heights, Position

NEAR_CENTRE_MM: Final = 4.0
_MIN_PIXELS: Final = 60
_MIN_COLUMNS: Final = 8
_TURNS: Final = np.array(
    [[[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] for a in np.deg2rad(np.arange(-50.0, 51.0, 2.0))]
)


def traced_heights(mask: NDArray[np.bool_], spacing: tuple[float, float, float]) -> Heights:
    """Heights in mm of one body.

    Parameters
    ----------
    mask
        Shape ``(slices, rows, columns)``: sagittal slices, rows towards the feet, columns towards the back.
    spacing
        Millimetres between (columns, rows, slices).
    """
    where = np.nonzero(mask.any(axis=(1, 2)))[0]
    if not len(where):
        return Heights()
    counts = mask.sum(axis=(1, 2))
    center = float(np.average(np.arange(len(mask)), weights=counts))
    read: dict[Position, list[float]] = {x: [] for x in POSITIONS}
    for k in where:
        if abs(k - center) * spacing[2] <= NEAR_CENTRE_MM:
            heights = slice_heights(_to_millimetres(mask[k], spacing[0], spacing[1]))
            for x, value in (heights or {}).items():
                read[x].append(value)
    return Heights(**{x: float(np.median(values)) if values else None for x, values in read.items()})


def slice_heights(mask: NDArray[np.bool_]) -> dict[Position, float] | None:
    """Heights in mm of one body in one sagittal slice of 1 mm pixels; None when too little of it is seen."""
    rows, columns = np.nonzero(mask)
    if len(rows) < _MIN_PIXELS:
        return None
    rows, columns = rows - rows.mean(), columns - columns.mean()
    down, back = upright_turn(rows, columns) @ np.stack([rows, columns])
    front_wall, back_wall = np.percentile(back, 1) - 0.3, np.percentile(back, 99) + 0.3
    depth = back_wall - front_wall
    at, top, bottom = _borders(down, back, front_wall + 0.1 * depth, back_wall - 0.1 * depth)
    if len(at) < _MIN_COLUMNS:
        return None

    corners = {}
    for x, place in (("anterior", front_wall + 0.05 * depth), ("posterior", back_wall - 0.05 * depth)):
        near = np.abs(at - place) <= 0.33 * depth
        if near.sum() < 2:
            return None
        corners[x] = float(np.polyval(np.polyfit(at[near], (bottom - top)[near], 1), place))
    middle = np.abs(at - 0.5 * (front_wall + back_wall)) <= 0.12 * depth
    if not middle.any():
        return None
    return {
        "anterior": corners["anterior"],
        "middle": float(np.median((bottom - top)[middle])),
        "posterior": corners["posterior"],
    }


def upright_turn(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """The turn that makes the box around the central 98 % of a body's pixels smallest.

    Parameters
    ----------
    rows, columns
        The pixels, relative to any centre; square pixels.

    Returns
    -------
    ``(2, 2)``: (towards feet, towards back) = turn @ (row, column).
    """
    sides = np.ptp(np.percentile(_TURNS @ np.stack([rows, columns]), (1, 99), axis=2), axis=0)
    return np.asarray(_TURNS[int(np.argmin(sides.prod(axis=1)))])


def _borders(
    down: NDArray[np.float64], back: NDArray[np.float64], start: float, stop: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Upper and lower border in columns of 1 mm; a column needs three pixels."""
    at, top, bottom = [], [], []
    for left in np.arange(start, stop, 1.0):
        inside = down[(back >= left) & (back < left + 1.0)]
        if len(inside) >= 3:
            at.append(left + 0.5)
            top.append(inside.min() - 0.5)
            bottom.append(inside.max() + 0.5)
    return np.array(at), np.array(top), np.array(bottom)


def _to_millimetres(mask: NDArray[np.bool_], column_mm: float, row_mm: float) -> NDArray[np.bool_]:
    """The slice on 1 mm pixels."""
    if abs(column_mm - 1.0) < 1e-3 and abs(row_mm - 1.0) < 1e-3:
        return mask
    shape = (max(1, round(mask.shape[0] * row_mm)), max(1, round(mask.shape[1] * column_mm)))
    # Pixel centres of the new grid in pixels of the old one.
    rows = (np.arange(shape[0]) + 0.5) / row_mm - 0.5
    columns = (np.arange(shape[1]) + 0.5) / column_mm - 0.5
    grid = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(ndimage.map_coordinates(mask.astype(np.float32), grid, order=1, mode="nearest") >= 0.5)
