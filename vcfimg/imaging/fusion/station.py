"""From the probabilities of every series to one label map each: stations fused, bodies numbered once for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter1d

from vcfimg.base import Note, Vec3, vec3
from vcfimg.imaging.bodies.instances import find_instances, renumber
from vcfimg.imaging.fusion.joint_grid import margins
from vcfimg.imaging.fusion.registration import MIN_SHIFT_MM
from vcfimg.imaging.fusion.resample import carry
from vcfimg.imaging.fusion.series_shift import onto, registered
from vcfimg.imaging.fusion.station_bodies import StationBodies, number_stations
from vcfimg.imaging.fusion.station_shift import station_shift
from vcfimg.imaging.fusion.tissue_maps import TissueMaps
from vcfimg.imaging.raw import SegmenterInfo
from vcfimg.imaging.segmentation import LUMBOSACRAL_DOUBT, STATIONS_DOUBT, LabelMap, Segmentation, Tissue

THIN_SLICE_MM: Final = 2.0
"""Slices this close together show the same anatomy: each is read with the help of its neighbours."""

NEIGHBOUR_MM: Final = 2.0
"""SD of the weight that neighbours have."""

STILL: Final[Vec3] = (0.0, 0.0, 0.0)


@dataclass
class _Fusion:
    """What is known of the study so far, station by station."""

    maps: dict[str, LabelMap] = field(default_factory=dict)
    shifts: dict[str, Vec3] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    stations: list[StationBodies] = field(default_factory=list)
    reference_of: dict[str, str] = field(default_factory=dict)
    """By series key: the key of the reference series of its station."""


def fuse_stations(stations: Iterable[Sequence[TissueMaps]], info: SegmenterInfo) -> Segmentation:
    """One segmentation of all series.

    The probabilities of a station are averaged in the frame of its reference series (corrected for movement), bodies
    are separated there and carried back to each series' own grid; stations that overlap share their numbers.

    Parameters
    ----------
    stations
        The series of each station, the best reference first; taken one after the other, so that a generator keeps the
        probabilities of one station in memory at a time.
    info
        The segmenter that made the probabilities.
    """
    fusion = _Fusion()
    for series in stations:
        bodies = _fuse(series, fusion)
        keys = [each.volume.key for each in series]
        fusion.reference_of |= dict.fromkeys(keys, bodies.key)
        fusion.stations.append(_joined(bodies, keys, fusion))
    numbers = number_stations(fusion.stations)
    for key, entry in fusion.maps.items():
        order = {n: new for (reference, n), new in numbers.items() if reference == fusion.reference_of[key]}
        fusion.maps[key] = LabelMap(
            entry.semantic, renumber(entry.instances, order), entry.geometry, entry.body_probability
        )
    return Segmentation(fusion.stations[0].key, fusion.maps, info, fusion.shifts, None, tuple(fusion.notes))


def _joined(station: StationBodies, keys: Sequence[str], fusion: _Fusion) -> StationBodies:
    """The station where the earlier ones show the same; the shifts of its series (``keys``) follow."""
    moved = station_shift(station, fusion.stations)
    size = float(np.linalg.norm(moved.mm))
    if moved.far:
        text = "two stations do not fit together: which vertebra is which is not known"
        fusion.notes.append(Note(code=STATIONS_DOUBT, text=text))
        return station
    if size < MIN_SHIFT_MM:
        return station
    text = f"a station lies {size:.1f} mm away from where the others show the same vertebrae"
    text = f"{text}: the patient moved between them; corrected in the sagittal plane"
    fusion.notes.append(Note(code="moved", text=text))
    for key in keys:
        fusion.shifts[key] = vec3(np.array(fusion.shifts.get(key, STILL)) + moved.mm)
    return station.shifted(moved.mm)


def _fuse(series: Sequence[TissueMaps], fusion: _Fusion) -> StationBodies:
    """Bodies of one station in the frame of its reference, as far as any series reaches, slices included."""
    series, shifts = registered(series, fusion.notes)
    first = series[0]
    fusion.shifts |= shifts
    moved = [(other, np.array(shifts[other.volume.key])) for other in series[1:] if other.volume.key in shifts]
    margin = margins(first.geometry, [(other.geometry, by) for other, by in moved])
    grid = margin.around(first.geometry)
    semantic, core = margin.padded(first.semantic), margin.padded(first.core)
    weight = margin.padded(np.ones_like(first.core))
    for other, by in moved:
        for tissue in Tissue:
            semantic[:, tissue] += onto(grid, other, other.semantic[:, tissue], -by)
        core += onto(grid, other, other.core, -by)
        weight += onto(grid, other, np.ones_like(other.core), -by)
    # at the rim of a field its share fades; where no series has half of it, nothing is known
    weight = np.where(weight >= 0.5, weight, np.inf).astype(np.float32)
    semantic /= weight[:, None]
    core /= weight
    slice_mm = float(first.volume.spacing[2])
    if slice_mm <= THIN_SLICE_MM:
        semantic, core = (gaussian_filter1d(a, NEIGHBOUR_MM / slice_mm, axis=0) for a in (semantic, core))
    instances, labels, doubt = find_instances(semantic, core, slice_mm)
    if doubt:
        text = "L5 and S1 look alike here: the lowest body may be either"
        fusion.notes.append(Note(code=LUMBOSACRAL_DOUBT, text=text))
    carried: list[tuple[Vec3, LabelMap]] = []
    for each in series:
        volume = each.volume
        if each is not first and volume.key not in fusion.shifts:
            fusion.maps[volume.key] = LabelMap.empty(volume.geometry)
            continue
        shift = fusion.shifts.get(volume.key, STILL)
        entry = next((m for by, m in carried if by == shift and m.geometry.same_grid(volume.geometry)), None)
        if entry is None:
            back, target = np.array(shift), volume.geometry
            entry = LabelMap(
                np.asarray(carry(labels, grid, target, shift_mm=back, order=0), np.uint8),
                np.asarray(carry(instances, grid, target, shift_mm=back, order=0), np.uint16),
                target,
                np.asarray(carry(semantic[:, Tissue.BODY], grid, target, shift_mm=back), np.float32),
            )
            carried.append((shift, entry))
        fusion.maps[volume.key] = entry
    return StationBodies(first.volume.key, grid, instances)
