"""Everything read on one series: heights, points, wall, canal and signal of each body."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects

from vcfimg.imaging.body_axes import Body, Grid, field_of_view, find_bodies
from vcfimg.imaging.landmarks.c2 import find_c2
from vcfimg.imaging.landmarks.sacrum import find_sacrum
from vcfimg.imaging.raw import Anchor, SeriesHeights, SeriesSignal, Signal, SixPoints, Wall
from vcfimg.imaging.reading.canal_diameter import canal_diameter
from vcfimg.imaging.reading.endplates import Endplates, fit_endplates
from vcfimg.imaging.reading.quality import LOW_CONFIDENCE, as_heights, hides_collapse, reading_reasons, void_fraction
from vcfimg.imaging.reading.sections import COLUMNS, SPAN, Section, cut_sections
from vcfimg.imaging.reading.shading import estimate_shading
from vcfimg.imaging.reading.signal import BodyShape, body_signal, noise_sd, series_signal
from vcfimg.imaging.reading.wall import PROFILE_POINTS, bulge, fit_walls
from vcfimg.imaging.robust import MAD_TO_SD, Z95, robust_sd
from vcfimg.imaging.segmentation import LabelMap
from vcfimg.loaders.volume import Volume
from vcfimg.series_id import SeriesId

VOXEL_ERROR: Final = 0.12
"""Standard error of a height as a share of the in-plane pixel: what interpolation cannot bring back."""

SYSTEMATIC_MM: Final = np.array([0.32, 0.18, 0.38])
"""Standard error that no reading shows of itself (anterior, middle, posterior): where exactly the corner lies, how
thick the line is where one flank is hidden. Measured on the phantom."""

SINGLE_SLICE_MM: Final = 0.5
"""Standard error added where only one slice was read."""

TILT_ERROR_DEG: Final = 3.0
"""Standard error of a body's lateral tilt."""

SLICE_OUTLIER_MM: Final = 1.5
"""A slice whose heights lie further than this, and than three robust SD, from the others is left out."""

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BodyReading:
    """One body on one series; LPS millimetres of that series."""

    body: Body
    centre: Array
    axes: Array
    """Rows: unit vectors towards anterior, left and superior."""
    normal: Array
    """Unit vector across the slices."""
    heights: SeriesHeights
    values: Array
    """(anterior, middle, posterior) heights, mm."""
    error: Array
    """Their 95 % half-widths, mm."""
    confidence: float
    depth_mm: float
    points: Array
    """``(2, 3, 3)``: superior/inferior, anterior/middle/posterior, LPS."""
    wall: Wall | None
    canal_ap_mm: float | None
    signal: Signal | None
    void: float


@dataclass(frozen=True, eq=False)
class SeriesReading:
    """One series, read."""

    series_id: SeriesId
    role: str
    station: int
    survey: bool
    """Levels are counted on it; it is measured only where no other series shows the body."""
    bodies: dict[int, BodyReading]
    seen: dict[int, tuple[Body, Array]]
    """Every body found, measured or not, with its centre (LPS of this series)."""
    field: tuple[slice, slice]
    """Rows and columns that hold an image."""
    signal: SeriesSignal
    sacrum: Anchor | None
    c2: Anchor | None

    @property
    def key(self) -> str:
        """Key of the series, as in the label maps."""
        return self.series_id.key


def read_series(volume: Volume, labels: LabelMap, shift: Array, *, flank_offset_mm: float) -> SeriesReading:
    """Measure every body on one series.

    Parameters
    ----------
    shift
        Carries LPS points of this series into the reference frame; used for the anchors only.
    flank_offset_mm
        See :func:`vcfimg.imaging.reading.edges.locate_line`.
    """
    grid = Grid(volume.geometry)
    field = field_of_view(volume.array, grid.along)
    bodies = find_bodies(labels, grid, find_objects(labels.instances), field) if grid.sagittal else {}
    series = (volume.series_id, volume.role)
    middle = sorted({int(np.rint(b.centre[2] / grid.spacing[2])) for b in bodies.values()})
    noise = noise_sd(volume.array, middle[:: max(1, len(middle) // 3)][:3])
    shading = estimate_shading(volume.array, labels, grid)
    whole = {i: b for i, b in bodies.items() if not b.fragment}
    sections = cut_sections(volume.array, labels, list(whole.values()), grid)
    readings: dict[int, BodyReading] = {}
    if sections:
        plates = fit_endplates(sections, noise, flank_offset_mm=flank_offset_mm)
        walls = fit_walls(sections, noise, flank_offset_mm=flank_offset_mm)
        groups: dict[int, list[int]] = {}
        for i, section in enumerate(sections):
            groups.setdefault(section.body.id, []).append(i)
        raw: dict[int, tuple[BodyReading, BodyShape]] = {}
        for identity, index in groups.items():
            raw[identity] = _read_body(volume, labels, grid, sections, plates, walls, np.array(index))
        signals = {
            i: body_signal(volume.array, labels, grid, r.body, shape, shading, series) for i, (r, shape) in raw.items()
        }
        usual = _usual_marrow(signals)
        for i, (reading, _) in raw.items():
            signal = signals[i]
            void = 0.0 if signal is None else void_fraction(np.array(signal.quantiles), usual)
            readings[i] = replace(reading, signal=signal, void=void)
    return SeriesReading(
        series_id=volume.series_id,
        role=volume.role,
        station=volume.station,
        survey=volume.survey,
        bodies=readings,
        seen={i: (b, grid.to_lps(b.centre)) for i, b in bodies.items()},
        field=field,
        signal=series_signal(volume.array, labels, grid, bodies, shading, series, noise),
        sacrum=find_sacrum(labels, grid, whole, shift, field),
        c2=find_c2(labels, grid, whole, shift),
    )


def _usual_marrow(signals: dict[int, Signal | None]) -> float:
    medians = [s.quantiles[50] for s in signals.values() if s is not None]
    return float(np.quantile(medians, 0.6)) if len(medians) >= 3 else 0.0


def _read_body(
    volume: Volume,
    labels: LabelMap,
    grid: Grid,
    sections: list[Section],
    plates: Endplates,
    walls: Array,
    index: NDArray[np.intp],
) -> tuple[BodyReading, BodyShape]:
    body = sections[index[0]].body
    cosine = float(np.cos(np.deg2rad(body.tilt_deg)))
    tangent = float(np.tan(np.deg2rad(body.tilt_deg)))
    kept = index[_consistent(plates.heights[index])]
    heights = np.median(plates.heights[kept], axis=0) * cosine
    spread = _robust_sd(plates.heights[kept]) * cosine if len(kept) > 1 else None
    mask_heights = np.median(plates.mask_heights[kept], axis=0) * cosine
    confidence = float(plates.confidence[kept].mean())
    error = _error(plates.edge_error[kept], spread, float(grid.spacing[:2].max()), heights, tangent)
    # into the body's own frame: u and v from its centre, drifting sections brought back to the middle
    shift = np.array([_to_centre(sections[i], tangent) for i in kept])
    uv = np.median(plates.points[kept] + shift[:, None, None, :], axis=0)
    middle_v = 0.5 * (uv[0, :, 1] + uv[1, :, 1])
    uv[0, :, 1], uv[1, :, 1] = middle_v - 0.5 * heights / cosine, middle_v + 0.5 * heights / cosine
    points = _to_lps(uv, body, grid, cosine)
    half = 0.5 * float(np.median([sections[i].width for i in kept]))
    middle = float(np.median([0.5 * (sections[i].low + sections[i].high) for i in kept] + shift[:, 0]))
    own_u = middle + np.linspace(-SPAN, SPAN, COLUMNS) * half
    curves = np.median(
        [
            [np.interp(own_u, sections[i].columns + d[0], plates.curves[i, side] + d[1]) for side in (0, 1)]
            for i, d in zip(kept, shift, strict=True)
        ],
        axis=0,
    )
    shape = BodyShape(own_u, curves[0], curves[1], middle - half, middle + half)
    wall = _wall(sections, walls, kept, shift, uv, body, grid, cosine)
    at_middle = walls[:, walls.shape[1] // 2]
    sharpness = [plates.sharpness[i] for i in kept if np.isfinite(plates.sharpness[i])]
    sharp = float(np.median(sharpness)) if sharpness else float("nan")
    left_out = np.setdiff1d(index, kept)
    left_out = left_out[plates.confidence[left_out].mean(axis=1) >= LOW_CONFIDENCE]
    hidden = hides_collapse(heights, plates.heights[left_out] * cosine)
    record = SeriesHeights(
        series_instance_uid=volume.series_instance_uid,
        stack=volume.stack,
        role=volume.role,
        height_mm=as_heights(heights),
        slice_spread_mm=as_heights(np.full(3, np.nan) if spread is None else spread),
        edge_sharpness=sharp if np.isfinite(sharp) else None,
        points_mm=six_points(points),
        sop_instance_uids=tuple(
            volume.sop_instance_uids[sections[i].slice]
            for i in kept
            if sections[i].slice < len(volume.sop_instance_uids)
        ),
        reasons=tuple(
            reading_reasons(heights, mask_heights, spread, confidence, sharp, body.on_border, hidden_collapse=hidden)
        ),
    )
    u, v3 = grid.axes[:, :2] @ body.u, _own_vertical(body, grid)
    axes = np.stack([-u, np.cross(-v3, -u), -v3])
    reading = BodyReading(
        body=body,
        centre=grid.to_lps(body.centre),
        axes=axes,
        normal=grid.axes[:, 2],
        heights=record,
        values=heights,
        error=error,
        confidence=confidence,
        depth_mm=float(np.median([sections[i].width for i in kept])),
        points=points,
        wall=wall,
        canal_ap_mm=canal_diameter([sections[i] for i in kept], [float(at_middle[i]) for i in kept], labels),
        signal=None,
        void=0.0,
    )
    return reading, shape


def _consistent(heights: Array) -> NDArray[np.bool_]:
    """Slices whose heights agree with the others."""
    if len(heights) < 3:
        return np.ones(len(heights), np.bool_)
    deviation = np.abs(heights - np.median(heights, axis=0)).mean(axis=1)
    limit = max(SLICE_OUTLIER_MM, 3 * MAD_TO_SD * float(np.median(deviation)))
    return np.asarray(deviation <= limit)


def _robust_sd(heights: Array) -> Array:
    if len(heights) == 2:
        return np.asarray(np.abs(heights[0] - heights[1]) / np.sqrt(2))
    return robust_sd(heights)


def _error(edge: Array, spread: Array | None, pixel: float, heights: Array, tangent: float) -> Array:
    """95 % half-width of the heights from the edges, the slices, the pixel and the tilt."""
    n = len(edge)
    variance = np.square(edge).mean(axis=0) / min(n, 3) + np.square(VOXEL_ERROR * pixel) + np.square(SYSTEMATIC_MM)
    variance = variance + np.square(heights * tangent * np.deg2rad(TILT_ERROR_DEG))
    across = np.square(spread) / n if spread is not None else np.full(3, np.square(SINGLE_SLICE_MM))
    variance = variance + across
    return np.asarray(Z95 * np.sqrt(variance))


def _to_centre(section: Section, tangent: float) -> Array:
    """What to add to a section's (u, v) to have them from the body's centre, in its middle plane."""
    delta = section.origin - section.body.centre[:2]
    return np.array([delta @ section.body.u, delta @ section.body.v + tangent * section.offset_mm])


def _own_vertical(body: Body, grid: Grid) -> Array:
    """LPS unit vector towards the feet along the body's own axis, lateral tilt included."""
    tilt = np.deg2rad(body.tilt_deg)
    return np.asarray(grid.axes[:, :2] @ body.v * np.cos(tilt) + grid.axes[:, 2] * np.sin(tilt))


def _to_lps(uv: Array, body: Body, grid: Grid, cosine: float) -> Array:
    """``(…, 2)`` in-plane (u, v) of the middle section → LPS points in the body's own sagittal plane."""
    u = grid.axes[:, :2] @ body.u
    return np.asarray(grid.to_lps(body.centre) + uv[..., :1] * u + uv[..., 1:] * cosine * _own_vertical(body, grid))


def _wall(
    sections: list[Section],
    walls: Array,
    kept: NDArray[np.intp],
    shift: Array,
    uv: Array,
    body: Body,
    grid: Grid,
    cosine: float,
) -> Wall | None:
    """Posterior wall between the two posterior corners."""
    v = np.linspace(uv[0, 2, 1], uv[1, 2, 1], PROFILE_POINTS)
    if v[-1] - v[0] < 2.0:
        return None
    u = np.median(
        [np.interp(v, sections[i].rows + d[1], walls[i] + d[0]) for i, d in zip(kept, shift, strict=True)], axis=0
    )
    profile = np.stack([u, v], axis=-1)
    lps = _to_lps(profile, body, grid, cosine)
    return Wall(
        points_mm=tuple((float(p[0]), float(p[1]), float(p[2])) for p in lps),
        bulge_mm=bulge(profile),
    )


def six_points(points: Array) -> SixPoints:
    """``(2, 3, 3)`` points as the value object."""
    names = ("anterior", "middle", "posterior")
    values = {
        f"{name}_{side}": tuple(float(x) for x in points[k, j])
        for k, side in enumerate(("superior", "inferior"))
        for j, name in enumerate(names)
    }
    return SixPoints(**values)  # type: ignore[arg-type]
