"""``segment``: one label map per series of a study, bodies numbered once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import center_of_mass, gaussian_filter1d

from vcfimg.errors import SegmentationError
from vcfimg.imaging import network
from vcfimg.imaging.canonical_slices import CanonicalSlices, canonical_slices
from vcfimg.imaging.instances import find_instances, renumber
from vcfimg.imaging.registration import MIN_GAIN, MIN_SHIFT_MM, in_plane_shift
from vcfimg.imaging.resample import carry
from vcfimg.imaging.segmentation import LUMBOSACRAL_DOUBT, LabelMap, Segmentation, Tissue
from vcfimg.imaging.spine_window import Columns, read_columns, read_whole, spine_columns
from vcfimg.loaders.volume import Volume

REFERENCE_ORDER: Final = ("t2", "t1", "stir", "t2_fs", "dixon_water", "pd", "dixon_fat", "t1_post")
"""Which series' grid and frame the others are brought to, best first."""

THIN_SLICE_MM: Final = 2.0
"""Slices this close together show the same anatomy: each is read with the help of its neighbours."""

NEIGHBOUR_MM: Final = 2.0
"""SD of the weight that neighbours have."""

SAME_BODY_MM: Final = 9.0
"""Centres of one vertebra seen in two stations lie closer than this, as :data:`LPS_WEIGHT` counts."""

LPS_WEIGHT: Final = np.array([0.4, 1.0, 1.0])
"""From left to right a centre is uncertain: a scoliotic body may lie half beside the slices of one station."""


@dataclass(frozen=True, eq=False)
class _Reading:
    """What the network says of one volume, on its canonical grid."""

    volume: Volume
    slices: CanonicalSlices
    semantic: NDArray[np.float32]
    core: NDArray[np.float32]

    @property
    def spine(self) -> NDArray[np.float32]:
        """Body and canal probability, for registration."""
        return np.asarray(self.semantic[:, Tissue.BODY] + self.semantic[:, Tissue.CANAL], np.float32)


def segment(volumes: Sequence[Volume], segmenter: str | None = None) -> Segmentation:
    """Find the vertebral bodies of a study.

    Every volume goes through the network; the probabilities of one station are averaged in the frame of its reference
    series (corrected for movement), bodies are separated there and carried back to each series' own grid.

    Parameters
    ----------
    volumes
        Sagittal volumes, several stations allowed; all stations share one frame of reference.
    segmenter
        Name of the segmenter; None or ``vcfimg-unet`` = the embedded network.

    Raises
    ------
    SegmentationError
        ``segmenter_unknown`` for another name, ``no_volumes`` for an empty list, ``no_vertebrae`` if
        nothing is found.
    """
    if segmenter not in {None, network.NAME}:
        raise SegmentationError("segmenter_unknown", f"no segmenter is named {segmenter!r}; there is {network.NAME!r}")
    if not volumes:
        raise SegmentationError("no_volumes", "no volume was given to segment")
    maps: dict[str, LabelMap] = {}
    shifts: dict[str, tuple[float, float, float]] = {}
    warnings: list[tuple[str, str]] = []
    centers: list[tuple[str, int, NDArray[np.float64]]] = []
    reference = ""
    for station in sorted({v.station for v in volumes}):
        readings = _read([v for v in sorted(volumes, key=_rank) if v.station == station])
        key, found = _segment_station(readings, maps, shifts, warnings)
        reference = reference or key
        centers += [(key, number, center) for number, center in found.items()]
    if not centers:
        raise SegmentationError("no_vertebrae", "no vertebral body was found in any of the series")
    numbered = _number_stations(centers)
    station_of = {v.key: v.station for v in volumes}
    for key, entry in maps.items():
        order = {n: new for (ref, n), new in numbered.items() if station_of[ref] == station_of[key]}
        maps[key] = LabelMap(entry.semantic, renumber(entry.instances, order), entry.affine, entry.body_probability)
    return Segmentation(reference, maps, network.info(), shifts, None, tuple(warnings))


def _rank(volume: Volume) -> tuple[int, int]:
    order = REFERENCE_ORDER.index(volume.role) if volume.role in REFERENCE_ORDER else len(REFERENCE_ORDER)
    return order, -volume.shape[0]


def _read(volumes: Sequence[Volume]) -> list[_Reading]:
    """Read the volumes of one station in the columns that show the spine; the first series of a grid finds them."""
    readings: list[_Reading] = []
    windows: list[tuple[CanonicalSlices, Columns]] = []
    for volume in volumes:
        slices = canonical_slices(volume)
        at = next((found for other, found in windows if slices.on_grid_of(other)), None)
        whole = None
        if at is None:
            whole = read_whole(slices.images)
            at = spine_columns(whole, slices.images.shape[2])
            windows.append((slices, at))
        readings.append(_Reading(volume, slices.columns(*at), *read_columns(slices.images, whole, at)))
    return readings


def _segment_station(
    readings: Sequence[_Reading],
    maps: dict[str, LabelMap],
    shifts: dict[str, tuple[float, float, float]],
    warnings: list[tuple[str, str]],
) -> tuple[str, dict[int, NDArray[np.float64]]]:
    """Segment one station; returns the reference key and the body centres (LPS mm) by id."""
    first = readings[0]
    shape = first.core.shape
    semantic, core = first.semantic.copy(), first.core.copy()
    weight = np.ones((shape[0], 1, *shape[1:]), np.float32)
    for other in readings[1:]:
        moved = _movement(first, other, warnings)
        shifts[other.volume.key] = moved
        back = -np.array(moved)
        for c in range(network.CLASSES):
            semantic[:, c] += _onto(first, other, other.semantic[:, c], back)
        core += _onto(first, other, other.core, back)
        weight[:, 0] += _onto(first, other, np.ones_like(other.core), back)
    semantic /= weight
    core /= weight[:, 0]
    slice_mm = float(first.volume.spacing[2])
    if slice_mm <= THIN_SLICE_MM:
        semantic, core = (gaussian_filter1d(a, NEIGHBOUR_MM / slice_mm, axis=0) for a in (semantic, core))
    instances, labels, doubt = find_instances(semantic, core, slice_mm)
    if doubt:
        warnings.append((LUMBOSACRAL_DOUBT, "L5 and S1 look alike here: the lowest body may be either"))
    carried: list[tuple[Volume, tuple[float, float, float], LabelMap]] = []
    for reading in readings:
        volume = reading.volume
        shift = shifts.get(volume.key, (0.0, 0.0, 0.0))
        same = (
            m
            for v, s, m in carried
            if s == shift and v.shape == volume.shape and np.array_equal(v.affine, volume.affine)
        )
        entry = next(same, None)
        if entry is None:
            grid = (first.slices.affine, volume.shape, volume.affine)
            back = np.array(shift)
            entry = LabelMap(
                np.asarray(carry(labels, *grid, shift_mm=back, order=0), np.uint8),
                np.asarray(carry(instances, *grid, shift_mm=back, order=0), np.uint16),
                volume.affine,
                np.asarray(carry(semantic[:, Tissue.BODY], *grid, shift_mm=back), np.float32),
            )
            carried.append((volume, shift, entry))
        maps[volume.key] = entry
    centers = {}
    numbers = np.unique(instances[instances > 0])
    for number, index in zip(numbers.tolist(), center_of_mass(instances > 0, instances, numbers), strict=True):
        centers[number] = first.slices.affine[:3, :3] @ np.array(index)[::-1] + first.slices.affine[:3, 3]
    return first.volume.key, centers


def _onto(
    first: _Reading, other: _Reading, values: NDArray[np.float32], shift: NDArray[np.float64]
) -> NDArray[np.float32]:
    """``values`` of ``other`` on the canonical grid of ``first``."""
    slices, rows, columns = first.core.shape
    grid = ((slices, rows, columns), first.slices.affine)
    return np.asarray(carry(values, other.slices.affine, *grid, shift_mm=shift), np.float32)


def _movement(first: _Reading, other: _Reading, warnings: list[tuple[str, str]]) -> tuple[float, float, float]:
    """LPS shift that carries a point of ``other`` into the frame of ``first``; zero when they agree."""
    carried = _onto(first, other, other.spine, np.zeros(3))
    rows, columns, gain = in_plane_shift(first.spine, carried)
    axes = first.slices.affine[:3, :3]
    shift = -(axes[:, 1] * rows + axes[:, 0] * columns)
    size = float(np.linalg.norm(shift))
    if size < MIN_SHIFT_MM or gain < MIN_GAIN:
        return 0.0, 0.0, 0.0
    what = f"{other.volume.role} lies {size:.1f} mm away from {first.volume.role}"
    warnings.append(("moved", f"{what}: the patient moved between the series; corrected in the sagittal plane"))
    return float(shift[0]), float(shift[1]), float(shift[2])


def _number_stations(centers: Sequence[tuple[str, int, NDArray[np.float64]]]) -> dict[tuple[str, int], int]:
    """One number per vertebra over all stations, from head to foot; overlapping stations share theirs."""
    ordered = sorted(centers, key=lambda item: -float(item[2][2]))
    numbered: dict[tuple[str, int], int] = {}
    last: list[tuple[str, NDArray[np.float64]]] = []
    for key, number, center in ordered:
        apart = {i: float(np.linalg.norm(LPS_WEIGHT * (at - center))) for i, (own, at) in enumerate(last) if own != key}
        match = min(apart, key=apart.__getitem__, default=None)
        if match is None or apart[match] >= SAME_BODY_MM:
            last.append((key, center))
            match = len(last) - 1
        numbered[(key, number)] = match + 1
    return numbered
