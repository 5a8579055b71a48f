"""The native slices on which a body is measured, and the mask's outline in each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, spline_filter

from vcfimg.imaging.body_axes import Body, Grid
from vcfimg.imaging.robust import legendre, robust_fit
from vcfimg.imaging.segmentation import LabelMap, Tissue

MID_SLAB_MM: Final = 4.0
"""Slices whose centre lies this near to the body's centre are measured (as the reference readings are)."""

WANTED_SLICES: Final = 3
"""With thick slices the nearest ones are added up to this many."""

MAX_OFFSET_MM: Final = 8.0
"""... but never further from the body's centre than this."""

MIN_RELATIVE_AREA: Final = 0.6
"""A section much smaller than the body's largest is cut through the body's side."""

COLUMNS: Final = 45
"""Positions along an endplate."""

ROWS: Final = 25
"""Positions along a wall."""

SPAN: Final = 1.04
"""Half-range of the positions, in half-widths (half-heights) of the body."""

MARGIN_MM: Final = 9.0
"""Image kept around a body: room for the profiles across its edges."""

_MASK_STEP_MM: Final = 0.5

WALL_SHARE: Final = 0.72
"""Share of the height, about its middle, over which the walls are fitted before they are continued to the corners."""

WALL_FLOOR_MM: Final = 0.7
"""Residuals of a wall below this are roughness."""

LIP_MM: Final = 1.0
"""How far the rim may stand out of the continued wall; what stands out further is a spur."""

SPUR_MM: Final = 1.5
"""A rim (all but its outermost 2 %) that stands out of the continued wall by more than this is a spur, and has lifted
the endplate beside it."""

STRAIGHT_SHARE: Final = 0.5
"""Share of the height, about its middle, over which the anterior wall is continued in a straight line: rims that carry
spurs can bend a curve, but hardly this line."""

WAIST_MM: Final = 1.2
"""How far the rims of a body usually stand out of that line."""

BEAK_MM: Final = 3.2
"""A rim that stands out of that line by more than this carries a spur; a waisted body without one stays below."""

_WALL_RIDGE: Final = np.array([0.0, 0.0, 0.02]) + 1e-6


@dataclass(frozen=True, eq=False)
class Section:
    """One body on one slice, in the body's in-plane frame (u towards posterior, v towards inferior, mm).

    ``origin`` is the (x, y) of the frame's origin in the slice; ``columns`` and ``rows`` are the u and v positions at
    which the outline was read; ``top``, ``bottom`` (v at each column) and ``front``, ``back`` (u at each row) are the
    mask's outline, NaN where the mask has none. ``low`` and ``high`` are the u of the anterior and posterior limits;
    ``ends`` are the same for the superior and the inferior endplate alone, ``[[low, high], [low, high]]``: they differ
    in a sheared body.
    """

    body: Body
    slice: int
    offset_mm: float
    origin: NDArray[np.float64]
    low: float
    high: float
    ends: NDArray[np.float64]
    spurs: NDArray[np.bool_]
    """``[[anterior, posterior], …]`` of the superior and the inferior endplate: a spur stands out of that corner."""
    columns: NDArray[np.float64]
    rows: NDArray[np.float64]
    top: NDArray[np.float64]
    bottom: NDArray[np.float64]
    front: NDArray[np.float64]
    back: NDArray[np.float64]
    room: NDArray[np.float64]
    """``(2, columns)``: distance (mm) from the superior and inferior outline to the next body or the sacrum, infinite
    where there is none near."""
    image: NDArray[np.float32]
    """Cubic spline coefficients of the image around the body."""
    corner: NDArray[np.float64]
    """(x, y) of the first pixel of ``image``, mm."""
    pixel: NDArray[np.float64]
    """(x, y) pixel spacing, mm."""

    @property
    def width(self) -> float:
        """Anterior-posterior extent, mm."""
        return self.high - self.low

    def sample(self, u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float32]:
        """Image value at body-frame positions (cubic interpolation; the nearest value outside)."""
        xy = self.origin + u[..., None] * self.body.u + v[..., None] * self.body.v
        index = (xy - self.corner) / self.pixel
        at = np.stack([index[..., 1], index[..., 0]])
        return np.asarray(map_coordinates(self.image, at, order=3, mode="nearest", prefilter=False))


def choose_slices(body: Body, grid: Grid) -> list[int]:
    """Slices near the middle of the body, never chosen by their heights."""
    full = body.slices[body.areas >= MIN_RELATIVE_AREA * body.areas.max()]
    offset = np.abs(full * grid.spacing[2] - body.centre[2])
    order = np.argsort(offset, kind="stable")
    inside = [int(full[i]) for i in order if offset[i] <= MID_SLAB_MM + 1e-6]
    near = [int(full[i]) for i in order[:WANTED_SLICES] if offset[i] <= MAX_OFFSET_MM]
    chosen = inside if len(inside) >= len(near) else near
    if not chosen:
        chosen = [int(full[order[0]])]
    step = max(1, len(chosen) // 6)
    return sorted(chosen)[::step]


def cut_sections(image: NDArray[np.float32], labels: LabelMap, bodies: Sequence[Body], grid: Grid) -> list[Section]:
    """Every section to be measured on one series."""
    out = []
    for body in bodies:
        for k in choose_slices(body, grid):
            section = _cut(image, labels, body, k, grid)
            if section is not None:
                out.append(section)
    return _with_ends(out)


def _cut(image: NDArray[np.float32], labels: LabelMap, body: Body, k: int, grid: Grid) -> Section | None:
    pixel = grid.spacing[:2]
    pad = np.ceil(MARGIN_MM / pixel).astype(int)
    r0 = max(body.box[1].start - int(pad[1]), 0)
    c0 = max(body.box[2].start - int(pad[0]), 0)
    window = (k, slice(r0, body.box[1].stop + int(pad[1])), slice(c0, body.box[2].stop + int(pad[0])))
    inside = labels.instances[window] == body.id
    r, c = np.nonzero(inside)
    if len(r) < 12:
        return None
    xy = np.stack([(c + c0) * pixel[0], (r + r0) * pixel[1]], axis=1)
    origin = xy.mean(axis=0)
    u, v = (xy - origin) @ body.u, (xy - origin) @ body.v
    low, high = np.percentile(u, [1, 99]) + np.array([-0.3, 0.3])
    head, foot = np.percentile(v, [1, 99]) + np.array([-0.3, 0.3])
    if high - low < 6.0 or foot - head < 3.0:
        return None
    soft = inside.astype(np.float32)
    if labels.body_probability is not None:
        free = inside | (labels.instances[window] == 0)
        soft = np.where(free, labels.body_probability[window], 0).astype(np.float32)
        soft[inside] = np.maximum(soft[inside], 0.5)
    corner = np.array([c0 * pixel[0], r0 * pixel[1]])
    columns = 0.5 * (low + high) + np.linspace(-SPAN, SPAN, COLUMNS) * 0.5 * (high - low)
    rows = 0.5 * (head + foot) + np.linspace(-SPAN, SPAN, ROWS) * 0.5 * (foot - head)
    along_v = np.arange(v.min() - 2.0, v.max() + 2.0 + _MASK_STEP_MM, _MASK_STEP_MM)
    along_u = np.arange(u.min() - 2.0, u.max() + 2.0 + _MASK_STEP_MM, _MASK_STEP_MM)
    frame = (origin, body.u, body.v, corner, pixel)
    top, bottom = _crossings(_sample_mask(soft, columns[:, None], along_v[None, :], frame), along_v)
    front, back = _crossings(_sample_mask(soft, along_u[None, :], rows[:, None], frame), along_u)
    others = ((labels.instances[window] > 0) & ~inside) | (labels.semantic[window] == Tissue.SACRUM)
    room = _room(others.astype(np.float32), columns, np.stack([top, bottom]), frame)
    coefficients = spline_filter(image[window], order=3, output=np.float32, mode="nearest")
    return Section(
        body=body,
        slice=k,
        offset_mm=float(k * grid.spacing[2] - body.centre[2]),
        origin=origin,
        low=float(low),
        high=float(high),
        ends=_thirds(u, v, float(low), float(high)),
        spurs=np.zeros((2, 2), np.bool_),
        columns=columns,
        rows=rows,
        top=top,
        bottom=bottom,
        front=front,
        back=back,
        room=room,
        image=coefficients,
        corner=corner,
        pixel=np.asarray(pixel),
    )


def _thirds(u: NDArray[np.float64], v: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Anterior and posterior extent of the upper and of the lower third of a section."""
    third = np.percentile(v, [33, 67])
    out = []
    for part in (u[v <= third[0]], u[v >= third[1]]):
        a, b = np.percentile(part, [2, 98]) + np.array([-0.3, 0.3]) if len(part) > 8 else (low, high)
        out.append([a, b])
    return np.array(out)


def _with_ends(sections: list[Section]) -> list[Section]:
    """Set the ends of the endplates no further out than the walls, continued past spurs, allow; and note the spurs."""
    if not sections:
        return sections
    x = np.linspace(-SPAN, SPAN, ROWS)
    outline = np.concatenate([[s.front, s.back] for s in sections])
    weight = np.isfinite(outline) & (np.abs(x) <= WALL_SHARE)
    coefficients, _ = robust_fit(
        legendre(x, 2), np.nan_to_num(outline), weight.astype(float), floor=WALL_FLOOR_MM, ridge=_WALL_RIDGE
    )
    walls = (coefficients @ legendre(np.array([-0.9, 0.9]), 2).T).reshape(len(sections), 2, 2)
    fronts, beaks = _straight_fronts(x, outline[::2], weight[::2])
    out = []
    for section, (front, back), straight, beak in zip(sections, walls, fronts, beaks, strict=True):
        wall = np.stack([np.where(beak, np.maximum(front, straight), front), back], axis=1)
        beyond = (section.ends - wall) * np.array([-1.0, 1.0])
        ends = wall + np.minimum(beyond, LIP_MM) * np.array([-1.0, 1.0])
        ends = np.clip(ends, section.low, section.high)
        narrow = ends[:, 1] - ends[:, 0] < 0.5 * section.width
        ends[narrow] = [section.low, section.high]
        spurs = beyond > SPUR_MM
        spurs[:, 0] |= beak
        out.append(replace(section, ends=ends, spurs=spurs))
    return out


def _straight_fronts(
    x: NDArray[np.float64], front: NDArray[np.float64], weight: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Anterior limit at the superior and inferior rim by the straight middle of each wall, and which rims are spurs."""
    middle = weight & (np.abs(x) <= STRAIGHT_SHARE)
    line, _ = robust_fit(legendre(x, 1), np.nan_to_num(front), middle.astype(float), floor=WALL_FLOOR_MM)
    beyond = np.where(np.isfinite(front), line @ legendre(x, 1).T - front, -np.inf)
    rims = np.stack([beyond[:, x < -STRAIGHT_SHARE].max(axis=1), beyond[:, x > STRAIGHT_SHARE].max(axis=1)], axis=1)
    at_rims = line @ legendre(np.array([-0.9, 0.9]), 1).T - WAIST_MM
    return at_rims + LIP_MM, rims > BEAK_MM


def _room(
    others: NDArray[np.float32],
    columns: NDArray[np.float64],
    outline: NDArray[np.float64],
    frame: tuple[NDArray[np.float64], ...],
) -> NDArray[np.float64]:
    """Distance along v from each outline outwards to the nearest other body."""
    steps = np.arange(0.0, MARGIN_MM, _MASK_STEP_MM)
    sign = np.array([-1.0, 1.0])[:, None, None]
    v = np.nan_to_num(outline)[..., None] + sign * steps
    hit = _sample_mask(others, np.broadcast_to(columns[:, None], v.shape), v, frame) >= 0.5
    return np.where(hit.any(axis=-1), steps[hit.argmax(axis=-1)], np.inf)


def _sample_mask(
    soft: NDArray[np.float32],
    u: NDArray[np.float64],
    v: NDArray[np.float64],
    frame: tuple[NDArray[np.float64], ...],
) -> NDArray[np.float32]:
    origin, along_u, along_v, corner, pixel = frame
    x = (origin[0] + u * along_u[0] + v * along_v[0] - corner[0]) / pixel[0]
    y = (origin[1] + u * along_u[1] + v * along_v[1] - corner[1]) / pixel[1]
    return np.asarray(map_coordinates(soft, np.stack(np.broadcast_arrays(y, x)), order=1, mode="constant"))


def _crossings(lines: NDArray[np.float32], at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and last position (NaN where none) at which each line is at least one half, interpolated."""
    solid = lines >= 0.5
    any_ = solid.any(axis=1)
    n = lines.shape[1]
    index = np.arange(len(lines))
    first = np.clip(solid.argmax(axis=1), 1, n - 1)
    last = np.clip(n - 1 - solid[:, ::-1].argmax(axis=1), 0, n - 2)

    def interpolate(outer: NDArray[np.intp], inner: NDArray[np.intp]) -> NDArray[np.float64]:
        a, b = lines[index, outer], lines[index, inner]
        share = np.clip((0.5 - a) / np.maximum(b - a, 1e-6), 0, 1)
        value = at[outer] + share * (at[inner] - at[outer])
        return np.where(any_, value, np.nan)

    return interpolate(first - 1, first), interpolate(last + 1, last)
