"""``segment``: one label map per series of a study, bodies numbered once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import center_of_mass, gaussian_filter1d

from vcfimg.errors import SegmentationError
from vcfimg.imaging.bodies.instances import find_instances, renumber
from vcfimg.imaging.fusion.joint_grid import Field, margins
from vcfimg.imaging.fusion.registration import MAX_SHIFT_MM, MIN_GAIN, MIN_SHIFT_MM, in_plane_shift
from vcfimg.imaging.fusion.resample import carry
from vcfimg.imaging.fusion.station_bodies import StationBodies, number_stations
from vcfimg.imaging.fusion.station_shift import station_shift
from vcfimg.imaging.segmentation import LUMBOSACRAL_DOUBT, STATIONS_DOUBT, LabelMap, Segmentation, Tissue
from vcfimg.imaging.segmenters.embedded import network
from vcfimg.imaging.segmenters.embedded.canonical_slices import CanonicalSlices, canonical_slices
from vcfimg.imaging.segmenters.embedded.spine_window import Columns, read_columns, read_whole, spine_columns
from vcfimg.loaders.volume import Volume
from vcfimg.roles import reference_rank

THIN_SLICE_MM: Final = 2.0
"""Slices this close together show the same anatomy: each is read with the help of its neighbours."""

NEIGHBOUR_MM: Final = 2.0
"""SD of the weight that neighbours have."""

MIN_SPINE_PIXELS: Final = 50.0
"""Less spine than this shows nothing that could lie elsewhere."""

BESIDE_MM: Final = 40.0
"""How far beside the slices of the reference the spine of another series may lie: few slices lie to one side."""


@dataclass(frozen=True, eq=False)
class _Reading:
    """What the network says of one volume, on its canonical grid."""

    volume: Volume
    slices: CanonicalSlices
    semantic: NDArray[np.float32]
    core: NDArray[np.float32]

    @property
    def field(self) -> Field:
        """Where the probabilities lie."""
        slices, rows, columns = self.core.shape
        return Field((slices, rows, columns), self.slices.affine)

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
    stations: list[StationBodies] = []
    for station in sorted({v.station for v in volumes}):
        readings = _read([v for v in sorted(volumes, key=_rank) if v.station == station])
        found = _segment_station(readings, maps, shifts, warnings)
        stations.append(_joined(found, stations, [r.volume.key for r in readings], shifts, warnings))
    if not any(found.instances.any() for found in stations):
        raise SegmentationError("no_vertebrae", "no vertebral body was found in any of the series")
    numbered = number_stations(stations)
    station_of = {v.key: v.station for v in volumes}
    for key, entry in maps.items():
        order = {n: new for (ref, n), new in numbered.items() if station_of[ref] == station_of[key]}
        maps[key] = LabelMap(entry.semantic, renumber(entry.instances, order), entry.affine, entry.body_probability)
    return Segmentation(stations[0].key, maps, network.info(), shifts, None, tuple(warnings))


def _joined(
    station: StationBodies,
    others: Sequence[StationBodies],
    keys: Sequence[str],
    shifts: dict[str, tuple[float, float, float]],
    warnings: list[tuple[str, str]],
) -> StationBodies:
    """The station where the others show the same; ``shifts`` of its series follow."""
    moved = station_shift(station, others)
    size = float(np.linalg.norm(moved.mm))
    if moved.far:
        warnings.append((STATIONS_DOUBT, "two stations do not fit together: which vertebra is which is not known"))
        return station
    if size < MIN_SHIFT_MM:
        return station
    what = f"a station lies {size:.1f} mm away from where the others show the same vertebrae"
    warnings.append(("moved", f"{what}: the patient moved between them; corrected in the sagittal plane"))
    for key in keys:
        x, y, z = np.array(shifts.get(key, (0.0, 0.0, 0.0))) + moved.mm
        shifts[key] = (float(x), float(y), float(z))
    return station.shifted(moved.mm)


def _rank(volume: Volume) -> tuple[int, int]:
    return reference_rank(volume.role), -volume.shape[0]


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
) -> StationBodies:
    """Segment one station in the frame of its first reading, as far as any of its series reaches."""
    readings, found = _registered(readings, warnings)
    first = readings[0]
    shifts |= found
    moved = [(other, np.array(found[other.volume.key])) for other in readings[1:] if other.volume.key in found]
    margin = margins(first.field, [(other.field, by) for other, by in moved])
    field = margin.around(first.field)
    semantic, core = margin.padded(first.semantic), margin.padded(first.core)
    weight = margin.padded(np.ones_like(first.core))
    for other, by in moved:
        for c in range(network.CLASSES):
            semantic[:, c] += _onto(field, other, other.semantic[:, c], -by)
        core += _onto(field, other, other.core, -by)
        weight += _onto(field, other, np.ones_like(other.core), -by)
    # at the rim of a field its share fades; where no series has half of it, nothing is known
    weight = np.where(weight >= 0.5, weight, np.inf).astype(np.float32)
    semantic /= weight[:, None]
    core /= weight
    slice_mm = float(first.volume.spacing[2])
    if slice_mm <= THIN_SLICE_MM:
        semantic, core = (gaussian_filter1d(a, NEIGHBOUR_MM / slice_mm, axis=0) for a in (semantic, core))
    instances, labels, doubt = find_instances(semantic, core, slice_mm)
    if doubt:
        warnings.append((LUMBOSACRAL_DOUBT, "L5 and S1 look alike here: the lowest body may be either"))
    carried: list[tuple[Volume, tuple[float, float, float], LabelMap]] = []
    for reading in readings:
        volume = reading.volume
        if reading is not first and volume.key not in shifts:
            maps[volume.key] = LabelMap.empty(volume.shape, volume.affine)
            continue
        shift = shifts.get(volume.key, (0.0, 0.0, 0.0))
        same = (
            m
            for v, s, m in carried
            if s == shift and v.shape == volume.shape and np.array_equal(v.affine, volume.affine)
        )
        entry = next(same, None)
        if entry is None:
            grid = (field.affine, volume.shape, volume.affine)
            back = np.array(shift)
            entry = LabelMap(
                np.asarray(carry(labels, *grid, shift_mm=back, order=0), np.uint8),
                np.asarray(carry(instances, *grid, shift_mm=back, order=0), np.uint16),
                volume.affine,
                np.asarray(carry(semantic[:, Tissue.BODY], *grid, shift_mm=back), np.float32),
            )
            carried.append((volume, shift, entry))
        maps[volume.key] = entry
    return StationBodies(first.volume.key, field, instances)


def _registered(
    readings: Sequence[_Reading], warnings: list[tuple[str, str]]
) -> tuple[Sequence[_Reading], dict[str, tuple[float, float, float]]]:
    """The readings, the reference in front, and by key the shift of every other one that does not lie elsewhere.

    The first is the reference, unless all others lie far from it and two of these agree.
    """
    first, *others = readings
    told: list[tuple[str, str]] = []
    found = {other.volume.key: _movement(first, other, told) for other in others}
    if len(others) >= 2 and not any(found.values()) and _movement(others[0], others[1], []) is not None:
        readings, told = [*others, first], []
        found = {other.volume.key: _movement(readings[0], other, told) for other in readings[1:]}
    warnings += told
    return readings, {key: shift for key, shift in found.items() if shift is not None}


def _onto(
    field: Field, other: _Reading, values: NDArray[np.float32], shift: NDArray[np.float64]
) -> NDArray[np.float32]:
    """``values`` of ``other`` on the grid of ``field``."""
    return np.asarray(carry(values, other.slices.affine, field.shape, field.affine, shift_mm=shift), np.float32)


def _movement(first: _Reading, other: _Reading, warnings: list[tuple[str, str]]) -> tuple[float, float, float] | None:
    """LPS shift that carries a point of ``other`` into the frame of ``first``; zero when they agree.

    None where it lies too far away: by a level, every vertebra would take its neighbour's edema.
    """
    if _is_elsewhere(first, other):
        warnings.append(
            ("displaced", f"{other.volume.role} shows another place than {first.volume.role}: not measured")
        )
        return None
    carried = _onto(first.field, other, other.spine, np.zeros(3))
    found = in_plane_shift(first.spine, carried)
    axes = first.slices.affine[:3, :3]
    shift = -(axes[:, 1] * found.rows + axes[:, 0] * found.columns)
    size = float(np.linalg.norm(shift))
    if found.far:
        what = f"{other.volume.role} lies more than {MAX_SHIFT_MM:.0f} mm away from {first.volume.role}"
        warnings.append(("displaced", f"{what}: too far to be corrected, so that nothing was measured on it"))
        return None
    if size < MIN_SHIFT_MM or found.gain < MIN_GAIN:
        return 0.0, 0.0, 0.0
    what = f"{other.volume.role} lies {size:.1f} mm away from {first.volume.role}"
    warnings.append(("moved", f"{what}: the patient moved between the series; corrected in the sagittal plane"))
    return float(shift[0]), float(shift[1]), float(shift[2])


def _is_elsewhere(first: _Reading, other: _Reading) -> bool:
    """Whether the spine that ``other`` shows lies outside the field of ``first``, or far beside its slices."""
    spine = other.spine
    if spine.sum() < MIN_SPINE_PIXELS:
        return False
    lps = other.slices.affine @ [*center_of_mass(spine)[::-1], 1.0]
    at = (np.linalg.inv(first.slices.affine) @ lps)[:3][::-1]
    slack = np.array([BESIDE_MM / float(first.volume.spacing[2]), 0.0, 0.0])
    return bool((at < -slack).any() or (at > np.array(first.core.shape) - 1 + slack).any())
