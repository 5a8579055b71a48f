"""Where a vertebral body stands: its own sagittal axes from its mask and from its neighbours' centres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry
from vcfimg.imaging.segmentation import LabelMap

MAX_TILT_FROM_SPINE_DEG: Final = 40.0
"""Largest in-plane angle searched between a body's axis and the line through its neighbours' centres."""

MAX_LATERAL_TILT_DEG: Final = 35.0
"""Lateral tilts above this are not believed (a mask that leaks sideways, not a scoliosis)."""

MIN_SAGITTAL_COSINE: Final = 0.8
"""A stack whose slice normal is further than about 37 degrees from left-right cannot be measured as sagittal."""

MIN_BODY_AREA_MM2: Final = 60.0
"""A body with a smaller largest section is a fragment, not a vertebra."""

BORDER_PIXELS: Final = 2
"""A mask that ends this near to the edge of the image counts as cut by it: the true endplate may lie outside."""

FIELD_LEVEL: Final = 0.03
"""Share of the range of an image by which a pixel differs from its line; noise and compression of padding do not."""

FIELD_SHARE: Final = 0.08
"""Share of such pixels from which a line holds an image; a mark burnt into the padding is smaller."""

STACK_END_SHARE: Final = 0.5
"""Share of its largest section that the first or last slice of the stack has to show for a body to go on beyond it."""

WALL_PULL: Final = 3.0
"""Share by which the box of a body may be larger per squared slope of its walls: the smallest box of a steep wedge lies
along its sunken endplate."""

SPINE_PULL: Final = 0.15
"""The same of the line through the neighbours' centres."""

WALL_SLAB_MM: Final = 4.0
"""Slices this near to the middle show walls; further out there are pedicles."""
WALL_FROM: Final = 0.15
WALL_TO: Final = 0.85
"""Part of the height of a body over which its walls are followed."""
WALL_BINS: Final = 8

_POSTERIOR_LPS: Final = np.array([0.0, 1.0, 0.0])
_SUPERIOR_LPS: Final = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, eq=False)
class Grid:
    """Millimetre geometry of one stack of sagittal slices.

    In-plane positions are written ``(x, y)``: millimetres along the columns and rows from voxel (0, 0) of a slice.
    """

    geometry: Geometry

    @property
    def spacing(self) -> NDArray[np.float64]:
        """(column, row, slice) spacing, mm."""
        return self.geometry.spacing

    @property
    def axes(self) -> NDArray[np.float64]:
        """Unit LPS vectors of x, y and the slice direction, as columns."""
        return self.geometry.axes

    @property
    def sagittal(self) -> bool:
        """Whether the slices are sagittal enough to be measured."""
        return bool(abs(self.axes[0, 2]) >= MIN_SAGITTAL_COSINE)

    @property
    def along(self) -> int:
        """Which in-plane axis runs from front to back: 0 the columns, as scanners write them, or 1 the rows."""
        return int(abs(self.axes[1, 1]) > abs(self.axes[1, 0]))

    def upright(self, array: NDArray[Any]) -> NDArray[Any]:
        """A view of ``(slices, rows, columns)`` whose last axis runs along the front-to-back axis."""
        return array.swapaxes(1, 2) if self.along else array

    def to_lps(self, xyz: NDArray[np.float64]) -> NDArray[np.float64]:
        """``(…, 3)`` millimetres along the grid axes → LPS."""
        return np.asarray(xyz @ self.axes.T + self.geometry.affine[:3, 3])

    def in_plane(self, direction: NDArray[np.float64]) -> NDArray[np.float64]:
        """Unit (x, y) components of an LPS direction."""
        flat = self.axes[:, :2].T @ direction
        return np.asarray(flat / max(float(np.linalg.norm(flat)), 1e-9))


@dataclass(frozen=True, eq=False)
class Body:
    """One vertebral body on one series, before any edge is located.

    ``centre`` is in grid millimetres (x, y, z); ``u`` (towards posterior) and ``v`` (towards inferior) are unit
    in-plane vectors; ``tilt_deg`` is the angle of the body's own vertical out of the slice plane (scoliosis);
    ``areas`` is the section area (mm²) on each slice of ``slices``.
    """

    id: int
    centre: NDArray[np.float64]
    u: NDArray[np.float64]
    v: NDArray[np.float64]
    tilt_deg: float
    slices: NDArray[np.intp]
    areas: NDArray[np.float64]
    box: tuple[slice, slice, slice]
    on_border: bool
    width_mm: float
    beyond_stack: bool = False
    """The first or the last slice shows much of it: a side of the body lies outside the stack."""
    labelled_mm: float | None = None
    """Width over all slices that are labelled, where the outermost of them shows much of it: there the body goes on
    without labels. None where they end with the body."""
    fragment: bool = False
    """Too small to be measured: most of the vertebra lies outside the image, or the label is a splinter."""


def field_of_view(array: NDArray[np.float32], along: int = 0) -> tuple[slice, slice]:
    """Rows and columns that hold an image: scanners pad with even ones, and mark or compress what they pad with.

    Parameters
    ----------
    along
        :attr:`Grid.along`. From head to foot every line of an image crosses the spine, so that one with a few bright
        pixels is padding with a mark. From front to back only what is quite even is: a saturation band may lie there.
    """
    shown = array[[len(array) // 4, len(array) // 2, 3 * len(array) // 4]]
    lines = shown.swapaxes(1, 2) if along else shown
    dark, bright = np.percentile(shown[:, ::2, ::2], [1, 99])
    apart = np.abs(lines - np.median(lines, axis=2, keepdims=True)) > FIELD_LEVEL * (bright - dark)
    down = np.flatnonzero((apart.mean(axis=2) > FIELD_SHARE).any(axis=0))
    across = np.flatnonzero((np.ptp(lines, axis=1) > 0).any(axis=0))
    spans = (across, down) if along else (down, across)
    rows, columns = (slice(int(s[0]), int(s[-1]) + 1) if len(s) else slice(0, 0) for s in spans)
    return rows, columns


def find_bodies(
    labels: LabelMap,
    grid: Grid,
    boxes: Sequence[tuple[slice, slice, slice] | None],
    field: tuple[slice, slice] | None = None,
) -> dict[int, Body]:
    """Frames of all bodies of a label map, by id.

    Parameters
    ----------
    boxes
        Bounding boxes as :func:`scipy.ndimage.find_objects` gives them for ``labels.instances``.
    field
        Rows and columns that hold an image (:func:`field_of_view`); None = all.
    """
    slices, rows, columns = labels.instances.shape
    field = field or (slice(0, rows), slice(0, columns))
    clouds = {i + 1: _cloud(labels, grid, i + 1, box) for i, box in enumerate(boxes) if box is not None}
    centres = {i: cloud.mean(axis=0) for i, cloud in clouds.items()}
    out: dict[int, Body] = {}
    for i, cloud in clouds.items():
        box = boxes[i - 1]
        assert box is not None
        out[i] = _body(i, cloud, centres, grid, box, slices, field)
    return out


def _cloud(labels: LabelMap, grid: Grid, identity: int, box: tuple[slice, slice, slice]) -> NDArray[np.float64]:
    """Voxel centres of one body in grid millimetres, ``(n, 3)`` as x, y, z."""
    z, r, c = np.nonzero(labels.instances[box] == identity)
    index = np.stack([c + box[2].start, r + box[1].start, z + box[0].start], axis=1)
    return np.asarray(index * grid.spacing)


def _body(
    identity: int,
    cloud: NDArray[np.float64],
    centres: Mapping[int, NDArray[np.float64]],
    grid: Grid,
    box: tuple[slice, slice, slice],
    slice_count: int,
    field: tuple[slice, slice],
) -> Body:
    spine = _spine_direction(identity, centres, grid)
    slices, areas = _section_areas(cloud, grid)
    full = slices[areas >= 0.6 * areas.max()]
    core = cloud[np.isin(np.rint(cloud[:, 2] / grid.spacing[2]).astype(np.intp), full)]
    centre = core.mean(axis=0)
    u, v = _box_axes(core, spine[:2], grid)
    tilt = _lateral_tilt(core, v, spine, grid)
    width = len(full) * grid.spacing[2]
    edge = any(
        s.start <= f.start + BORDER_PIXELS or s.stop >= f.stop - BORDER_PIXELS
        for s, f in zip(box[1:], field, strict=True)
    )
    fragment = bool(areas.max() < MIN_BODY_AREA_MM2)
    outermost = np.isin(slices, (0, slice_count - 1))
    beyond = bool((areas[outermost] >= STACK_END_SHARE * areas.max()).any())
    ends = areas[[int(slices.argmin()), int(slices.argmax())]]
    cut = bool((ends >= STACK_END_SHARE * areas.max()).any())
    labelled = float((np.ptp(slices) + 1) * grid.spacing[2]) if cut else None
    return Body(identity, centre, u, v, tilt, slices, areas, box, edge, float(width), beyond, labelled, fragment)


def _section_areas(cloud: NDArray[np.float64], grid: Grid) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    index, counts = np.unique(np.rint(cloud[:, 2] / grid.spacing[2]).astype(np.intp), return_counts=True)
    return index, counts * grid.spacing[0] * grid.spacing[1]


def _spine_direction(identity: int, centres: Mapping[int, NDArray[np.float64]], grid: Grid) -> NDArray[np.float64]:
    """Unit vector (grid axes) towards the feet, from the neighbours' centres; straight down without neighbours."""
    order = sorted(centres)
    at = order.index(identity)
    above, below = order[max(at - 1, 0)], order[min(at + 1, len(order) - 1)]
    along = centres[below] - centres[above]
    length = float(np.linalg.norm(along))
    if length < 5.0:
        along = grid.axes.T @ -_SUPERIOR_LPS
        length = 1.0
    return np.asarray(along / length)


def _box_axes(
    core: NDArray[np.float64], down: NDArray[np.float64], grid: Grid
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """In-plane axes whose bounding box (1st to 99th percentile) around the body is smallest."""
    flat = core[:, :2] - core[:, :2].mean(axis=0)
    flat = flat[:: max(1, len(flat) // 1500)]
    down = down / max(float(np.linalg.norm(down)), 1e-9)
    base = float(np.arctan2(down[1], down[0]))

    def areas(v: NDArray[np.float64]) -> NDArray[np.float64]:
        a, b = flat @ v, flat @ np.stack([-v[1], v[0]])
        low, high = int(0.01 * len(flat)), int(np.ceil(0.99 * len(flat))) - 1
        a.partition([low, high], axis=0)
        b.partition([low, high], axis=0)
        return np.asarray((a[high] - a[low]) * (b[high] - b[low]))

    offset = np.abs(core[:, 2] - core[:, 2].mean())
    near = offset <= max(WALL_SLAB_MM, 0.6 * float(grid.spacing[2]), float(offset.min()))
    middle = core[near, :2] - core[near, :2].mean(axis=0)
    middle = middle[:: max(1, len(middle) // 1500)]

    def costs(angles: NDArray[np.float64]) -> NDArray[np.float64]:
        v = np.stack([np.cos(base + angles), np.sin(base + angles)])
        return np.asarray((areas(v) + 1e-3) * (1 + WALL_PULL * _wall_lean(middle, v)))  # a single pixel has no box

    limit = np.deg2rad(MAX_TILT_FROM_SPINE_DEG)
    coarse = np.arange(-limit, limit + 1e-9, np.deg2rad(4.0))
    # a slight pull towards the spine's direction decides between the two axes of a nearly square body
    best = coarse[np.argmin(costs(coarse) * (1 + SPINE_PULL * coarse**2))]
    fine = best + np.deg2rad(np.arange(-4.0, 4.1, 1.0))
    cost = costs(fine)
    angle = base + float(np.average(fine, weights=np.exp(-(cost / cost.min() - 1) / 0.01)))
    v = np.array([np.cos(angle), np.sin(angle)])
    u = np.array([-v[1], v[0]])
    return (u if float(u @ grid.in_plane(_POSTERIOR_LPS)) > 0 else -u), v


def _wall_lean(flat: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the straighter wall departs from each direction of ``v`` (2, n), as the square of a slope.

    One wall is enough: beside the sunken endplate of a wedge the other is short. The departure is that of all its rows
    from their mean, so a corner between wall and endplate is not a wall.
    """
    along, across = flat @ v, flat @ np.stack([-v[1], v[0]])
    low, high = np.percentile(along, [2, 98], axis=0)
    height = np.maximum(high - low, 1e-3)
    place = ((along - low) / height - WALL_FROM) / (WALL_TO - WALL_FROM)
    inside = (place >= 0) & (place < 1)
    row = np.where(inside, place * WALL_BINS, 0).astype(np.intp)[inside]
    of = np.broadcast_to(np.arange(v.shape[1]), along.shape)[inside]
    length = (WALL_TO - WALL_FROM) * height
    leans = []
    for sign in (1.0, -1.0):
        edge = np.full((v.shape[1], WALL_BINS), -np.inf)
        np.maximum.at(edge, (of, row), sign * across[inside])
        whole = np.isfinite(edge).all(axis=1)
        # Rows that lie evenly along a slope have a variance of (slope * length)^2 / 12.
        leans.append(12.0 * np.where(whole[:, None], edge, 0.0).var(axis=1) / np.square(length))
    return np.asarray(np.minimum(np.minimum(*leans), 1.0))


def _lateral_tilt(
    core: NDArray[np.float64],
    v: NDArray[np.float64],
    spine: NDArray[np.float64],
    grid: Grid,
) -> float:
    """Angle (degrees) between the body's vertical and the slice plane, seen from the front.

    Endplates lean with the body, so the mid-height of the sections drifts from slice to slice; few thick slices make
    that noisy, and the line through the neighbours' centres steadies it.
    """
    from_spine = float(np.arctan2(spine[2], np.hypot(spine[0], spine[1])))
    z = core[:, 2]
    reach = float(z.max() - z.min())
    if reach < 2 * grid.spacing[2] or reach < 10.0:
        angle = from_spine
    else:
        height = core[:, :2] @ v
        slope = float(np.polyfit(z, height, 1)[0])
        from_mask = -float(np.arctan(slope))
        trust = min(1.0, reach / 24.0) * 0.85
        angle = trust * from_mask + (1 - trust) * from_spine
    limit = np.deg2rad(MAX_LATERAL_TILT_DEG)
    return float(np.rad2deg(np.clip(angle, -limit, limit)))
