"""Collapses a vertebral body in a real image: no real fracture of known loss is at hand, but real texture is.

In the body's own frame its rows are pressed together towards the lower endplate. Both endplates keep the thickness of
their dark line, the disc above takes up what the endplate sinks in, and everything further up follows in one piece,
tilted forward after a wedge as a spine is.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, distance_transform_edt, gaussian_filter, map_coordinates

from vcfimg.evaluation.traced_heights import upright_turn

PLATE_MM: Final = 2.5
"""Depth below the upper and above the lower endplate that is moved but not pressed together."""
DISC_MM: Final = 8.0
"""Height of the disc above where no next body is traced."""
DISC_SHARE: Final = 0.7
"""Share of the disc's height that takes up a sunken middle."""
SMOOTH_MM: Final = 3.0
"""Smoothing of the traced borders: the traces are jagged, endplates are not."""
ROUNDED: Final = 0.8
"""A column shows both endplates where the body is at least this share of its usual height."""
SOFTER: Final = 0.5
"""Beside the body the same shortening is spread over this much more height per distance: soft tissue has no edge."""
LEAST_LEFT: Final = 0.15
"""Share of its height that a body keeps everywhere."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Collapse:
    """Share of the height lost at the anterior wall, in the middle and at the posterior wall."""

    anterior: float
    middle: float
    posterior: float

    def across(self, share: Array) -> Array:
        """Loss at ``share`` of the depth, 0 at the anterior and 1 at the posterior wall: a parabola through the three,
        level beyond the walls."""
        x = np.clip(share, 0, 1)
        weights = np.stack([2 * (x - 0.5) * (x - 1), 4 * x * (1 - x), 2 * x * (x - 0.5)])
        lost = np.array([self.anterior, self.middle, self.posterior])
        return np.asarray(np.clip(np.tensordot(lost, weights, axes=1), 0, 1 - LEAST_LEFT))


def random_collapse(rng: np.random.Generator, most: float = 0.65) -> Collapse:
    """A wedge, a biconcave or a crush fracture (Genant's shapes) that has lost a quarter of the height or more, at
    ``most`` this share."""
    worst = float(rng.uniform(0.25, most))
    kind = rng.integers(3)
    if kind == 0:
        return Collapse(worst, worst * float(rng.uniform(0.5, 0.7)), float(rng.uniform(0.0, 0.1)))
    if kind == 1:
        return Collapse(worst * float(rng.uniform(0.1, 0.5)), worst, worst * float(rng.uniform(0.1, 0.4)))
    return Collapse(worst, worst * float(rng.uniform(0.9, 1.0)), worst * float(rng.uniform(0.7, 1.0)))


def collapse_field(mask: NDArray[np.integer], label: int, lost: Collapse, pixel_mm: float) -> NDArray[np.float32]:
    """Where every pixel of the collapsed image comes from.

    Parameters
    ----------
    mask
        One number per body, ``(slices, rows, columns)``: rows to the feet, columns to the back, square pixels of
        ``pixel_mm``.
    label
        The body to collapse.

    Returns
    -------
    Rows and columns of the original, ``(slices, 2, rows, columns)``.

    Raises
    ------
    ValueError
        If the mask does not hold ``label``.
    """
    body = mask == label
    if not body.any():
        raise ValueError(f"the mask holds no body {label}")
    turn, centre = _frame(body)
    upright = [_turned(m, turn, centre) for m in (body, (mask > 0) & ~body)]
    source = _source_rows(upright[0], upright[1], pixel_mm, lost)
    down = source - np.arange(source.shape[1], dtype=np.float64)[None, :, None]
    here = np.indices(mask.shape[1:], dtype=np.float64)
    from_centre = here - centre[:, None, None]
    upright_at = np.tensordot(turn.T, from_centre, axes=1) + centre[:, None, None]
    out = np.empty((len(mask), *here.shape), np.float32)
    for k in range(len(mask)):
        moved = map_coordinates(down[k], upright_at, order=1, mode="nearest")
        out[k] = here + turn[:, :1, None] * moved
    return out


def shown(
    array: NDArray[np.generic], field: NDArray[np.float32], *, order: int, outside: float | None = None
) -> NDArray[Any]:
    """``array`` after the collapse; ``order`` 0 for masks, 3 for images; beyond its edge ``outside``, or the edge."""
    mode, fill = ("nearest", 0.0) if outside is None else ("constant", outside)
    slices = [map_coordinates(a, at, order=order, mode=mode, cval=fill) for a, at in zip(array, field, strict=True)]
    return np.asarray(np.maximum(np.stack(slices), 0))


def blank_rows(field: NDArray[np.float32]) -> int:
    """How many rows at the top show nothing, at least in part."""
    return max(0, int(np.ceil(-field[:, 0, 0].min())))


def _frame(body: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Rotation from the body's own (down, back) to (rows, columns), and the centre it turns about."""
    rows, columns = np.nonzero(body[int(body.sum(axis=(1, 2)).argmax())])
    centre = np.array([rows.mean(), columns.mean()])
    return upright_turn(rows - centre[0], columns - centre[1]).T, centre


def _turned(mask: NDArray[np.bool_], turn: Array, centre: Array) -> NDArray[np.bool_]:
    offset = centre - turn @ centre
    turned = [affine_transform(m.astype(np.float32), turn, offset, order=1) > 0.5 for m in mask]
    return np.asarray(np.stack(turned))


def _source_rows(body: NDArray[np.bool_], others: NDArray[np.bool_], pixel_mm: float, lost: Collapse) -> Array:
    """For every pixel in the body's frame the row that it shows after the collapse."""
    rows, depth = np.arange(body.shape[1], dtype=np.float64)[None, :, None], np.arange(body.shape[2])
    tall = body.sum(axis=1)
    seen = tall >= ROUNDED * np.median(tall[tall > 0])
    top = _everywhere(body.argmax(axis=1) - 0.5, seen, pixel_mm)
    bottom = _everywhere(body.shape[1] - 0.5 - body[:, ::-1].argmax(axis=1), seen, pixel_mm)
    disc = _disc(others, seen, top, pixel_mm)
    columns = np.flatnonzero(seen.any(axis=0))
    share = (depth - columns[0]) / max(columns[-1] - columns[0], 1)
    height = float(np.median((bottom - top)[seen]))
    plate = min(PLATE_MM / pixel_mm, 0.1 * height)
    sunk = lost.across(share) * (bottom - top)
    # what lies above goes down in one piece: along the line through the two walls
    whole = height * (lost.anterior + np.clip(share, 0, 1) * (lost.posterior - lost.anterior))
    away = SOFTER * np.maximum(np.maximum(columns[0] - depth, depth - columns[-1]), 0)
    top, bottom = top - away, bottom + away
    came_from = np.stack([top - disc, top, top + plate, bottom - plate])[:, :, None, :]
    moved = [top - disc + whole, top + sunk, top + plate + sunk, bottom - plate]
    at = np.maximum.accumulate(np.stack(moved), axis=0)[:, :, None, :]
    out = np.broadcast_to(rows, body.shape)
    for i in range(3):
        stretch = (came_from[i + 1] - came_from[i]) / np.maximum(at[i + 1] - at[i], 1e-6)
        out = np.where((rows >= at[i]) & (rows < at[i + 1]), came_from[i] + (rows - at[i]) * stretch, out)
    return np.where(rows < at[0], rows - (at[0] - came_from[0]), out)


def _disc(others: NDArray[np.bool_], seen: NDArray[np.bool_], top: Array, pixel_mm: float) -> float:
    """Rows of the disc above that may be stretched; those of the next body keep their shape."""
    rows = np.arange(others.shape[1])[None, :, None]
    lowest = np.where(others & (rows < top[:, None, :]), rows, -1).max(axis=1)
    gap = (top - 0.5 - lowest)[seen & (lowest >= 0)]
    return DISC_SHARE * (float(np.percentile(gap, 20)) if len(gap) else DISC_MM / pixel_mm)


def _everywhere(values: NDArray[np.floating], seen: NDArray[np.bool_], pixel_mm: float) -> Array:
    """Values of the columns that were seen, continued to all others and smoothed."""
    z, c = distance_transform_edt(~seen, return_distances=False, return_indices=True)
    return np.asarray(gaussian_filter(values[z, c].astype(np.float64), SMOOTH_MM / pixel_mm, mode="nearest"))
