"""How the series of one station lie to each other: which is the reference, who moved, who shows another place."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import center_of_mass

from vcfimg.base import Note, Vec3, vec3
from vcfimg.geometry import Geometry
from vcfimg.imaging.fusion.registration import MAX_SHIFT_MM, MIN_GAIN, MIN_SHIFT_MM, in_plane_shift
from vcfimg.imaging.fusion.resample import carry
from vcfimg.imaging.fusion.tissue_maps import TissueMaps

MIN_SPINE_PIXELS: Final = 50.0
"""Less spine than this shows nothing that could lie elsewhere."""

BESIDE_MM: Final = 40.0
"""How far beside the slices of the reference the spine of another series may lie: few slices lie to one side."""


def registered(series: Sequence[TissueMaps], notes: list[Note]) -> tuple[Sequence[TissueMaps], dict[str, Vec3]]:
    """The series, the reference in front, and by key the LPS shift of every other one that does not lie elsewhere.

    The first is the reference, unless all others lie far from it and two of these agree.
    """
    first, *others = series
    own_notes: list[Note] = []
    shifts = {other.volume.key: _shift(first, other, own_notes) for other in others}
    if len(others) >= 2 and not any(shifts.values()) and _shift(others[0], others[1], []) is not None:
        series, own_notes = [*others, first], []
        shifts = {other.volume.key: _shift(series[0], other, own_notes) for other in series[1:]}
    notes += own_notes
    return series, {key: shift for key, shift in shifts.items() if shift is not None}


def onto(
    target: Geometry, maps: TissueMaps, values: NDArray[np.float32], shift_mm: NDArray[np.float64]
) -> NDArray[np.float32]:
    """``values`` on the grid of ``maps``, brought to ``target``; ``shift_mm`` carries ``target`` into their frame."""
    return np.asarray(carry(values, maps.geometry, target, shift_mm=shift_mm), np.float32)


def _shift(first: TissueMaps, other: TissueMaps, notes: list[Note]) -> Vec3 | None:
    """LPS shift that carries a point of ``other`` into the frame of ``first``; zero when they agree.

    None where it lies too far away: by a level, every vertebra would take its neighbour's edema.
    """
    name, reference = other.volume.role.label, first.volume.role.label
    if _is_elsewhere(first, other):
        notes.append(Note(code="displaced", text=f"{name} shows another place than {reference}: not measured"))
        return None
    best = in_plane_shift(first.spine, onto(first.geometry, other, other.spine, np.zeros(3)))
    directions = first.geometry.affine[:3, :3]
    shift = -(directions[:, 1] * best.rows + directions[:, 0] * best.columns)
    size = float(np.linalg.norm(shift))
    if best.far:
        text = f"{name} lies more than {MAX_SHIFT_MM:.0f} mm away from {reference}: too far to correct, not measured"
        notes.append(Note(code="displaced", text=text))
        return None
    if size < MIN_SHIFT_MM or best.gain < MIN_GAIN:
        return 0.0, 0.0, 0.0
    text = f"{name} lies {size:.1f} mm away from {reference}: the patient moved between the series"
    notes.append(Note(code="moved", text=f"{text}; corrected in the sagittal plane"))
    return vec3(shift)


def _is_elsewhere(first: TissueMaps, other: TissueMaps) -> bool:
    """Whether the spine that ``other`` shows lies outside the grid of ``first``, or far beside its slices."""
    spine = other.spine
    if spine.sum() < MIN_SPINE_PIXELS:
        return False
    middle = other.geometry.to_lps(np.array(center_of_mass(spine)[::-1]))
    index = first.geometry.to_index(middle)[::-1]
    slack = np.array([BESIDE_MM / float(first.volume.spacing[2]), 0.0, 0.0])
    return bool((index < -slack).any() or (index > np.array(first.core.shape) - 1 + slack).any())
