"""The slices of every series that was used, cut out around the spine and packed for the page; it sees images."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry
from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.segmentation import Segmentation
from vcfimg.loaders.volume import Volume
from vcfimg.reports.pictures.figure import POINT_NAMES, Point
from vcfimg.reports.pictures.figures import (
    contours_of,
    crop_box,
    grey_window,
    near_spine,
    points_of,
    seen_on,
)
from vcfimg.reports.pictures.sagittal_view import SagittalView
from vcfimg.reports.pictures.slice_codec import expected_bytes, pack
from vcfimg.reports.pictures.slice_stack import Affine, BodySlice, SliceStack, StackBody

BUDGET_BYTES: Final = 3_300_000
"""For all slices of a study together: in base64 they leave room for the rest of a page of 6 MB."""

STEPS: Final = (4096, 1024, 512, 256, 192, 128, 96, 64)
"""Grey steps, the finest that fits the budget is used; 64 of them still lie below the noise of a usual scan."""

MOST_AVERAGED: Final = 4
"""Pixels along a side that may be averaged into one where no number of steps fits."""

BRIGHTEST_PERCENTILE: Final = 99.95
"""What is brighter saturates, where the values of the image do not fit the steps as they are."""

BESIDE_MM: Final = 32.0
"""Slices further to the side of every body centre than this show no spine and are left out."""

AXIAL_MM: Final = 60.0
"""Half of the side of an axial picture, around the line of body centres."""

AXIAL_BEYOND_MM: Final = 40.0
"""Axial slices further above the first or below the last body than this are left out."""

EVERY_CORNER: Final = 3
"""Every so many corners of a contour are kept: about two pixels apart, within an eighth of one of the contour."""


@dataclass(frozen=True, eq=False)
class Cut:
    """The part of one volume that is kept.

    Parameters
    ----------
    array
        Shape ``(slices, rows, columns)``.
    geometry
        Where its voxels lie, in the frame of the reference series.
    """

    volume: Volume
    array: NDArray[np.float32]
    geometry: Geometry
    plane: str
    numbers: tuple[int, ...]
    window: tuple[float, float]
    bodies: tuple[StackBody, ...] = ()

    @cached_property
    def whole(self) -> bool:
        """Whether every value is a whole number."""
        return bool(np.all(self.array == np.rint(self.array)))

    @cached_property
    def ends(self) -> tuple[float, float, float]:
        """Smallest value, value at :data:`BRIGHTEST_PERCENTILE`, largest value."""
        low, top, high = np.percentile(self.array, (0, BRIGHTEST_PERCENTILE, 100))
        return float(low), float(top), float(high)


def render_stacks(
    volumes: Sequence[Volume],
    segmentation: Segmentation | None,
    measurement: SpineMeasurement | None,
    *,
    raw: RawSpine | None = None,
    axial: Sequence[Volume] = (),
    budget: int = BUDGET_BYTES,
) -> tuple[SliceStack, ...]:
    """The slices around the spine of every volume, as finely as ``budget`` bytes allow.

    Parameters
    ----------
    volumes, segmentation, measurement, raw
        As for :func:`vcfimg.reports.pictures.figures.render_figures`.
    axial
        Shown beside them where they pass through the spine.
    """
    cuts = [_sagittal_cut(volume, segmentation, measurement, raw) for volume in volumes]
    centers = np.array([vertebra.center_mm for vertebra in measurement.vertebrae] if measurement else [], float)
    cuts += [cut for volume in axial for cut in _axial_cut(volume, centers.reshape(-1, 3))]
    steps, side = _finest(cuts, budget)
    return tuple(_packed(cut, steps, side) for cut in cuts)


def _sagittal_cut(
    volume: Volume, segmentation: Segmentation | None, measurement: SpineMeasurement | None, raw: RawSpine | None
) -> Cut:
    key = volume.key
    view, shift, seen = seen_on(volume, segmentation, measurement)
    indices = [view.to_index(np.asarray(vertebra.center_mm) - shift) for vertebra in seen]
    top, bottom, left, right = crop_box(view, indices)
    first, last = _spine_slices(view, indices)
    labels = _labels(volume, segmentation)
    marrow = view.array[labels > 0] if labels is not None and volume.role.shows_edema else None
    middle = view.array[(first + last) // 2]
    window = grey_window(middle[near_spine(view, indices)], marrow)
    bodies = []
    for vertebra in seen:
        points = points_of(vertebra, key, shift, raw)
        placed = {} if points is None else {name: view.to_index(points[name]) for name in POINT_NAMES}
        bodies.append(
            StackBody(
                vertebra_id=vertebra.id,
                outlines=_body_slices(labels, vertebra.id, first, last, left, top),
                points=tuple(_place(placed[name], left, top) for name in POINT_NAMES) if placed else (),
                points_slice=round(float(np.mean([at[2] for at in placed.values()])) - first, 2) if placed else None,
            )
        )
    slices, rows, columns = view.array.shape
    geometry = view.geometry.padded(
        slices=(-first, last + 1 - slices), rows=(-top, bottom - rows), columns=(-left, right - columns)
    )
    return Cut(
        volume=volume,
        array=view.array[first : last + 1, top:bottom, left:right],
        geometry=geometry.moved(shift),
        plane="sagittal",
        numbers=tuple(range(first + 1, last + 2)),
        window=window,
        bodies=tuple(bodies),
    )


def _axial_cut(volume: Volume, centers: NDArray[np.float64]) -> list[Cut]:
    """What an axial volume shows of the spine: nothing where it passes beside it."""
    if not len(centers):
        return []
    index = volume.to_index(centers)
    column, row, across = index[np.argsort(index[:, 2])].T
    slices, rows, columns = volume.shape
    dx, dy, dz = volume.spacing
    low = max(0, int(np.ceil(across.min() - AXIAL_BEYOND_MM / dz)))
    high = min(slices - 1, int(np.floor(across.max() + AXIAL_BEYOND_MM / dz)))
    if low > high:
        return []
    here = np.arange(low, high + 1)
    x, y = (float(np.mean(np.interp(here, across, line))) for line in (column, row))
    left, right = (int(np.clip(x + side * AXIAL_MM / dx, 0, columns)) for side in (-1, 1))
    top, bottom = (int(np.clip(y + side * AXIAL_MM / dy, 0, rows)) for side in (-1, 1))
    if right - left < 8 or bottom - top < 8:
        return []
    array = volume.array[low : high + 1, top:bottom, left:right]
    geometry = volume.geometry.padded(
        slices=(-low, high + 1 - slices), rows=(-top, bottom - rows), columns=(-left, right - columns)
    )
    return [Cut(volume, array, geometry, "axial", tuple(range(low + 1, high + 2)), grey_window(array.ravel(), None))]


def _spine_slices(view: SagittalView, indices: Sequence[NDArray[np.float64]]) -> tuple[int, int]:
    """First and last slice that pass through the spine."""
    last = view.array.shape[0] - 1
    if not indices:
        return 0, last
    across = np.array(indices)[:, 2]
    reach = BESIDE_MM / view.spacing[2]
    return max(0, int(np.ceil(across.min() - reach))), min(last, int(np.floor(across.max() + reach)))


def _labels(volume: Volume, segmentation: Segmentation | None) -> NDArray[np.uint16] | None:
    """Vertebra ids on the turned grid, or None where the series has no label map of its own."""
    label_map = segmentation.label_maps.get(volume.key) if segmentation else None
    if label_map is None or label_map.instances.shape != volume.array.shape:
        return None
    turned, _ = label_map.geometry.oriented(label_map.instances)
    return np.asarray(turned, np.uint16)


def _body_slices(
    labels: NDArray[np.uint16] | None, identity: int, first: int, last: int, left: int, top: int
) -> tuple[BodySlice, ...]:
    if labels is None:
        return ()
    found = []
    for index in range(first, last + 1):
        contours = contours_of(labels[index], identity)
        if contours:
            polygons = tuple(tuple(_place(point, left, top) for point in one[::EVERY_CORNER]) for one in contours)
            found.append(BodySlice(slice=index - first, polygons=polygons))
    return tuple(found)


def _place(column_row: NDArray[np.float64], left: int, top: int) -> Point:
    return round(float(column_row[0]) - left, 1), round(float(column_row[1]) - top, 1)


def _finest(cuts: Sequence[Cut], budget: int) -> tuple[int, int]:
    """Grey steps, and pixels averaged along a side, with which ``cuts`` are expected to fit ``budget``."""
    for side in range(1, MOST_AVERAGED + 1):
        for steps in STEPS:
            # fewer steps show more than larger pixels, down to those that the noise hides
            if sum(_expected(cut, steps, side) for cut in cuts) <= budget:
                return steps, side
    return STEPS[-1], MOST_AVERAGED


def _expected(cut: Cut, steps: int, side: int) -> float:
    slices = len(cut.array)
    probe = _averaged(cut.array[[slices // 4, slices // 2]], side)
    low, step = _scale(cut, steps)
    counts = _counts(probe, low, step, steps)
    per_pixel = max(expected_bytes(each, steps) for each in counts)
    return float(per_pixel * probe[0].size * slices)


def _packed(cut: Cut, steps: int, side: int) -> SliceStack:
    low, step = _scale(cut, steps)
    counts = _counts(_averaged(cut.array, side), low, step, steps)
    geometry = cut.geometry
    if side > 1:
        affine = geometry.affine.copy()
        affine[:3, 3] += (side - 1) / 2 * (affine[:3, 0] + affine[:3, 1])
        affine[:3, :2] *= side
        geometry = Geometry.of(counts, affine)
    _, rows, columns = counts.shape
    black, white = ((value - low) / step for value in cut.window)
    return SliceStack(
        series_key=cut.volume.key,
        role=cut.volume.role,
        plane="axial" if cut.plane == "axial" else "sagittal",
        station=cut.volume.station,
        rows=rows,
        columns=columns,
        affine=_rows_of(geometry.affine),
        steps=steps,
        exact=side == 1 and step == 1.0,
        averaged=side,
        window=(round(black, 1), round(white, 1)),
        numbers=cut.numbers,
        slice_count=cut.volume.shape[0],
        slices=tuple(pack(each, steps) for each in counts),
        bodies=tuple(_scaled(body, side) for body in cut.bodies),
    )


def _scale(cut: Cut, steps: int) -> tuple[float, float]:
    """(value of count 0, value of one step): whole numbers of a small range are kept as they are."""
    low, top, high = cut.ends
    if high - low < steps and cut.whole:
        return low, 1.0
    return low, max(top - low, 1e-6) / (steps - 1)


def _counts(array: NDArray[np.float32], low: float, step: float, steps: int) -> NDArray[np.int32]:
    return np.asarray(np.clip(np.rint((array - low) / step), 0, steps - 1), np.int32)


def _averaged(array: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    if side == 1:
        return array
    slices, rows, columns = (array.shape[0], array.shape[1] // side, array.shape[2] // side)
    blocks = array[:, : rows * side, : columns * side].reshape(slices, rows, side, columns, side)
    return np.asarray(blocks.mean(axis=(2, 4)), np.float32)


def _scaled(body: StackBody, side: int) -> StackBody:
    if side == 1:
        return body

    def move(point: Point) -> Point:
        return round((point[0] - (side - 1) / 2) / side, 1), round((point[1] - (side - 1) / 2) / side, 1)

    return body.model_copy(
        update={
            "points": tuple(move(point) for point in body.points),
            "outlines": tuple(
                BodySlice(slice=one.slice, polygons=tuple(tuple(map(move, polygon)) for polygon in one.polygons))
                for one in body.outlines
            ),
        }
    )


def _rows_of(affine: NDArray[np.float64]) -> Affine:
    a, b, c = (tuple(round(float(value), 5) for value in row) for row in affine[:3])
    return (
        (a[0], a[1], a[2], a[3]),
        (b[0], b[1], b[2], b[3]),
        (c[0], c[1], c[2], c[3]),
    )
