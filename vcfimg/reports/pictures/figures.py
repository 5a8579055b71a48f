"""Pictures of the series that were used: the one part of the reports that sees images."""

from collections.abc import Sequence
from typing import Final

import imageio.v3 as imageio
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.measure import find_contours
from skimage.transform import resize

from vcfimg.imaging.measurement import SpineMeasurement, VertebraMeasurement
from vcfimg.imaging.raw import RawSpine, SixPoints
from vcfimg.imaging.segmentation import LabelMap, Segmentation
from vcfimg.loaders.volume import Volume
from vcfimg.reports.pictures.figure import POINT_NAMES, Figure, FigureBody, Point
from vcfimg.reports.pictures.polyline import simplified
from vcfimg.reports.pictures.sagittal_view import SagittalView, SlicePath

PIXEL_MM: Final = (0.4, 0.7)
"""Finest and coarsest pixel of a picture; the native in-plane spacing is used where it lies between."""

MARGIN_MM: Final = {"anterior": 52.0, "posterior": 62.0, "head": 32.0, "feet": 52.0}
"""What is shown around the body centres; the rest of the field of view is left out to keep the spine large."""

WINDOW_PERCENTILES: Final = (0.5, 99.0)
"""Grey window: these percentiles of the pixels near the spine become black and white."""

WINDOW_BAND_MM: Final = (32.0, 36.0)
"""How far before and behind the line of body centres those pixels lie: bright fat under the skin stays out."""

EDEMA_WHITE: Final = 4.0
"""On contrasts that show edema, white is at most this many times the median marrow: normal marrow is a dark grey in
every patient, edema stands out, and bright CSF may saturate."""

OUTLINE_SMOOTHING: Final = 0.6
"""Gaussian SD in native pixels that takes the stairs off an outline."""

OUTLINE_TOLERANCE: Final = 0.12
"""How far, in native pixels, a corner left out of an outline may lie from it."""


def render_figures(
    volumes: Sequence[Volume],
    segmentation: Segmentation | None,
    measurement: SpineMeasurement | None,
    *,
    raw: RawSpine | None = None,
) -> dict[str, Figure]:
    """One picture per volume, by series key.

    Parameters
    ----------
    volumes
        The series that were used; sagittal stacks or isotropic volumes in LPS.
    segmentation
        For the outlines; a series without a label map gets none.
    measurement
        For the plane and the six points; None shows the middle slice without a drawing.
    raw
        Where given, the six points drawn on a series are those read on that very series.
    """
    return {volume.key: _render(volume, segmentation, measurement, raw) for volume in volumes}


def _render(
    volume: Volume, segmentation: Segmentation | None, measurement: SpineMeasurement | None, raw: RawSpine | None
) -> Figure:
    key = volume.key
    view, shift, seen = seen_on(volume, segmentation, measurement)
    centers = {vertebra.id: np.asarray(vertebra.center_mm) - shift for vertebra in seen}
    indices = {identity: view.to_index(center) for identity, center in centers.items()}
    path = SlicePath.through(view, [center.tolist() for center in centers.values()])
    image = path.image(view.array)
    top, bottom, left, right = crop_box(view, list(indices.values()))
    labels = _labels(segmentation.label_maps.get(key), path, volume) if segmentation else None
    marrow = image[labels > 0] if labels is not None and volume.role.shows_edema else None
    low, high = grey_window(image[near_spine(view, list(indices.values()))], marrow)
    image = image[top:bottom, left:right]
    spacing = view.spacing
    pixel = float(np.clip(min(spacing[0], spacing[1]), *PIXEL_MM))
    width = max(1, round(image.shape[1] * spacing[0] / pixel))
    height = max(1, round(image.shape[0] * spacing[1] / pixel))
    scale = np.array([width / image.shape[1], height / image.shape[0]])

    def place(column_row: NDArray[np.float64]) -> Point:
        # +0.5: indices are pixel centres, picture coordinates start at the pixel's edge
        x, y = (column_row[:2] - (left, top) + 0.5) * scale
        return round(float(x), 1), round(float(y), 1)

    bodies = []
    for vertebra in seen:
        points = points_of(vertebra, key, shift, raw)
        outlines = outlines_of(labels, vertebra.id) if labels is not None else []
        bodies.append(
            FigureBody(
                vertebra_id=vertebra.id,
                center=place(indices[vertebra.id]),
                outlines=tuple(tuple(place(point) for point in outline) for outline in outlines),
                points={name: place(view.to_index(point)) for name, point in points.items()} if points else None,
            )
        )
    return Figure(
        series_key=key,
        role=volume.role,
        png=encode_png(resize((image - low) / (high - low), (height, width), order=1, anti_aliasing=False)),
        width=width,
        height=height,
        mm_per_pixel=pixel,
        slices=tuple(index + 1 for index in path.slices),
        slice_count=view.array.shape[0],
        bodies=tuple(bodies),
    )


def encode_png(image: NDArray[np.float32]) -> bytes:
    """PNG of values in [0, 1], shape ``(rows, columns)`` or ``(rows, columns, 3)``."""
    grey = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return bytes(imageio.imwrite("<bytes>", grey, extension=".png"))


def seen_on(
    volume: Volume, segmentation: Segmentation | None, measurement: SpineMeasurement | None
) -> tuple[SagittalView, NDArray[np.float64], list[VertebraMeasurement]]:
    """The view of a series, the LPS shift that carries it into the reference's frame, and the vertebrae it shows."""
    view = SagittalView.from_array(volume.array, volume.geometry)
    shift = np.asarray(segmentation.shifts_mm.get(volume.key, (0.0, 0.0, 0.0)) if segmentation else (0.0, 0.0, 0.0))
    return view, shift, _seen_bodies(view, measurement.vertebrae if measurement else (), shift)


def _seen_bodies(
    view: SagittalView, vertebrae: Sequence[VertebraMeasurement], shift: NDArray[np.float64]
) -> list[VertebraMeasurement]:
    slices, rows, columns = view.array.shape
    limit = np.array([columns, rows, slices])
    seen = []
    for vertebra in sorted(vertebrae, key=lambda item: item.order):
        index = view.to_index(np.asarray(vertebra.center_mm) - shift)
        # half a slice of slack across the stack: a body beside the outermost slice is still drawn
        if np.all(index > (-0.5, -0.5, -1.0)) and np.all(index < limit - (0.5, 0.5, 0.0)):
            seen.append(vertebra)
    return seen


def crop_box(view: SagittalView, indices: Sequence[NDArray[np.float64]]) -> tuple[int, int, int, int]:
    _, rows, columns = view.array.shape
    if not indices:
        return 0, rows, 0, columns
    column, row = np.array(indices)[:, 0], np.array(indices)[:, 1]
    dx, dy, _ = view.spacing
    top = max(0, int(row.min() - MARGIN_MM["head"] / dy))
    bottom = min(rows, int(np.ceil(row.max() + MARGIN_MM["feet"] / dy)))
    left = max(0, int(column.min() - MARGIN_MM["anterior"] / dx))
    right = min(columns, int(np.ceil(column.max() + MARGIN_MM["posterior"] / dx)))
    return top, bottom, left, right


def near_spine(view: SagittalView, indices: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Pixels near the spine, shape ``(rows, columns)``; all of them without a vertebra."""
    _, rows, columns = view.array.shape
    if not indices:
        return np.ones((rows, columns), bool)
    by_row = np.array(sorted(indices, key=lambda index: float(index[1])))
    middle = np.interp(np.arange(rows), by_row[:, 1], by_row[:, 0])
    offset = (np.arange(columns)[None, :] - middle[:, None]) * view.spacing[0]
    return np.asarray((offset > -WINDOW_BAND_MM[0]) & (offset < WINDOW_BAND_MM[1]))


def grey_window(values: NDArray[np.float32], marrow: NDArray[np.float32] | None) -> tuple[float, float]:
    """Values that become black and white, from the pixels near the spine and, for edema, those of the bodies."""
    low, high = (float(value) for value in np.percentile(values, WINDOW_PERCENTILES)) if values.size else (0.0, 1.0)
    if marrow is not None and marrow.size:
        high = min(high, low + EDEMA_WHITE * (float(np.median(marrow)) - low))
    return low, max(high, low + 1e-6)


def _labels(label_map: LabelMap | None, path: SlicePath, volume: Volume) -> NDArray[np.uint16] | None:
    """Vertebra ids on the picture's plane, or None where the series has no label map on its own grid."""
    if label_map is None or label_map.instances.shape != volume.array.shape:
        return None
    instances, _ = label_map.geometry.oriented(label_map.instances)
    return path.labels(instances)


def outlines_of(labels: NDArray[np.uint16], identity: int) -> list[NDArray[np.float64]]:
    """Closed outlines of one body as ``(n, 2)`` [column, row] of the uncropped view."""
    return [simplified(item, OUTLINE_TOLERANCE) for item in contours_of(labels, identity)]


def contours_of(labels: NDArray[np.uint16], identity: int) -> list[NDArray[np.float64]]:
    """As :func:`outlines_of`, with every corner: they lie less than a pixel apart."""
    mask = labels == identity
    if not mask.any():
        return []
    rows, columns = np.nonzero(mask)
    pad = 4
    top, left = rows.min() - pad, columns.min() - pad
    patch = np.zeros((int(np.ptp(rows)) + 1 + 2 * pad, int(np.ptp(columns)) + 1 + 2 * pad))
    patch[rows - top, columns - left] = 1
    found = find_contours(gaussian_filter(patch, OUTLINE_SMOOTHING), 0.5)
    return [item[:, ::-1] + (left, top) for item in found if len(item) > 6]


def points_of(
    vertebra: VertebraMeasurement, key: str, shift: NDArray[np.float64], raw: RawSpine | None
) -> dict[str, NDArray[np.float64]] | None:
    """The six points in the frame of series ``key``."""
    if raw is not None:
        for item in raw.vertebrae:
            for reading in item.by_series if item.id == vertebra.id else ():
                if reading.series_id.key == key and reading.points_mm is not None:
                    return _named(reading.points_mm, np.zeros(3))
    return _named(vertebra.points_mm, shift) if vertebra.points_mm is not None else None


def _named(points: SixPoints, shift: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {name: np.asarray(getattr(points, name)) - shift for name in POINT_NAMES}
