"""Whether slices form one regular stack, and where its voxels lie if so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import Note
from vcfimg.errors import LoadError
from vcfimg.geometry import Geometry
from vcfimg.loaders.pixels.slices import Slice
from vcfimg.loaders.tolerances import PIXEL_SPACING_RANGE_MM, PLACEMENT_TOLERANCE_MM, SAME_POSITION_MM

COSINE_TOLERANCE: Final = 1e-3
"""Largest deviation of direction cosines from slice to slice."""
ROUNDED_COSINE_TOLERANCE: Final = 0.02
"""Largest deviation of direction cosines from unit length and from a right angle; two decimals round by 0.005 each, and
three of them add up to less than this."""
SHEAR_TOLERANCE_MM: Final = 0.7
"""Largest distance between the first and the last slice of a sheared stack, sideways, at which it is read as a straight
one: half of it is the largest error of a place, less than a pixel. Whole-spine composing shears stacks."""
SLICE_SPACING_RANGE_MM: Final = (0.1, 30.0)
"""Distance of neighbouring slices that a usable stack can have."""
SPACING_TOLERANCE: Final = 0.03
"""Largest deviation of one gap from the regular one, as a fraction of it."""
SPACING_TOLERANCE_MM: Final = 0.1
"""The same for positions written with one decimal; never more than a tenth of the gap."""


@dataclass(frozen=True, eq=False)
class StackGeometry:
    """A regular stack.

    Parameters
    ----------
    order
        For each slice of the volume the indices into the slices given; more than one where slices share a position.
    geometry
        Where the voxels lie; right-handed.
    obliquity_deg
        Angle between the slice normal and the nearest patient axis.
    warnings
        What a reader should know.
    """

    order: tuple[tuple[int, ...], ...]
    geometry: Geometry
    obliquity_deg: float
    warnings: tuple[Note, ...] = ()


def geometry_note(text: str) -> Note:
    """What a reader should know of one volume, under the one code that such notes have."""
    return Note(code="geometry", text=text)


def stack_geometry(slices: Sequence[Slice]) -> StackGeometry:
    """Check that slices are parallel, aligned and equally spaced, and order them along their normal.

    The distance of slices comes from Image Position (Patient) along the normal alone; Slice Thickness, Slice Location,
    Instance Number and Spacing Between Slices are never used for it. The slice index increases along ``row x column``
    (towards the patient's right in a standard sagittal stack), which makes the affine right-handed.

    Raises
    ------
    LoadError
        ``too_few_slices``, ``mixed_size``, ``mixed_spacing``, ``mixed_frame_of_reference``, ``invalid_orientation``,
        ``mixed_orientation``, ``invalid_spacing``, ``missing_slice``, ``non_uniform_spacing``, ``sheared_stack``,
        ``displaced_slice``.
    """
    if len(slices) < 2:
        raise LoadError("too_few_slices", f"a volume needs two or more slices, the stack has {len(slices)}")
    _check_same(slices)
    row, column = _axes(slices)
    normal = np.cross(row, column)
    positions = np.array([each.position for each in slices])
    order, heights = _order(positions @ normal)
    if len(order) < 2:
        raise LoadError("too_few_slices", f"all {len(slices)} slices lie at the same position")
    spacing = _regular_spacing(heights)
    anchors = np.array([positions[list(group)].mean(axis=0) for group in order])
    sheared = _check_alignment(anchors, heights, row, column)
    # The middle of the stack carries the smallest rounding error of the written positions.
    origin = anchors.mean(axis=0) - normal * spacing * (len(order) - 1) / 2
    between_rows, between_columns = slices[0].pixel_spacing
    affine = np.eye(4)
    affine[:3] = np.column_stack([row * between_columns, column * between_rows, normal * spacing, origin])
    geometry = Geometry((len(order), slices[0].rows, slices[0].columns), affine)
    return StackGeometry(order, geometry, obliquity_deg(normal), (*sheared, *_declared(slices, spacing)))


def obliquity_deg(normal: NDArray[np.float64]) -> float:
    """Angle in degrees between a unit normal and the nearest patient axis."""
    return float(np.degrees(np.arccos(min(1.0, float(np.max(np.abs(normal)))))))


def _check_same(slices: Sequence[Slice]) -> None:
    first = slices[0]
    for each in slices:
        if (each.rows, each.columns) != (first.rows, first.columns):
            raise LoadError(
                "mixed_size",
                f"{each.name} has {each.rows} x {each.columns} pixels, other slices {first.rows} x {first.columns}",
            )
        if not np.allclose(each.pixel_spacing, first.pixel_spacing, rtol=COSINE_TOLERANCE, atol=0):
            raise LoadError("mixed_spacing", f"{each.name} has pixel spacing {each.pixel_spacing} unlike the others")
        if each.frame_of_reference_uid != first.frame_of_reference_uid:
            raise LoadError("mixed_frame_of_reference", f"{each.name} lies in another frame of reference")
    low, high = PIXEL_SPACING_RANGE_MM
    if not all(low <= spacing <= high for spacing in first.pixel_spacing):
        raise LoadError("invalid_spacing", f"{first.name}: pixel spacing {first.pixel_spacing} mm is not possible")


def _axes(slices: Sequence[Slice]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Orthonormal (row, column) directions of the stack."""
    cosines = np.array([each.orientation for each in slices])
    first = cosines[0]
    row, column = first[:3], first[3:]
    deviations = [np.linalg.norm(row) - 1, np.linalg.norm(column) - 1, row @ column]
    if np.max(np.abs(deviations)) > ROUNDED_COSINE_TOLERANCE:
        raise LoadError("invalid_orientation", f"{slices[0].name}: its orientation is not two perpendicular unit axes")
    odd = np.flatnonzero(np.max(np.abs(cosines - first), axis=1) > COSINE_TOLERANCE)
    if odd.size:
        raise LoadError("mixed_orientation", f"{slices[int(odd[0])].name} is not parallel to the other slices")
    row = row / np.linalg.norm(row)
    column = column - (column @ row) * row
    return row, column / np.linalg.norm(column)


def _order(heights: NDArray[np.float64]) -> tuple[tuple[tuple[int, ...], ...], NDArray[np.float64]]:
    """Group slices at one position, sorted along the normal; and the position of each group in mm."""
    groups: list[list[int]] = []
    for index in np.argsort(heights, kind="stable"):
        if groups and heights[index] - heights[groups[-1][0]] < SAME_POSITION_MM:
            groups[-1].append(int(index))
        else:
            groups.append([int(index)])
    return tuple(tuple(group) for group in groups), np.array([heights[group].mean() for group in groups])


def _tolerance(gap: float) -> float:
    return max(SPACING_TOLERANCE * gap, min(SPACING_TOLERANCE_MM, 0.1 * gap))


def _regular_spacing(heights: NDArray[np.float64]) -> float:
    """The distance of neighbouring slices in mm, or the refusal that says where it is not regular."""
    gaps = np.diff(heights)
    # The smallest gap is the regular one: a gap can only grow when a slice gets lost.
    usual = float(np.median(gaps[gaps <= gaps.min() + _tolerance(gaps.min())]))
    wrong = np.flatnonzero(np.abs(gaps - usual) > _tolerance(usual))
    multiples = np.round(gaps[wrong] / usual)
    if wrong.size and np.all(multiples >= 2) and np.all(np.abs(gaps[wrong] - multiples * usual) <= _tolerance(usual)):
        places = ", ".join(f"between z={heights[i]:.2f} and z={heights[i + 1]:.2f}" for i in wrong[:5])
        count = int(np.sum(multiples - 1))
        what = "slice missing" if count == 1 else f"{count} slices missing"
        raise LoadError("missing_slice", f"{what} {places} mm along the normal (regular gap {usual:.2f} mm)")
    grid = np.linspace(heights[0], heights[-1], heights.size)
    if wrong.size or np.max(np.abs(heights - grid)) > PLACEMENT_TOLERANCE_MM:
        raise LoadError(
            "non_uniform_spacing", f"slices are {gaps.min():.2f} to {gaps.max():.2f} mm apart, not equally spaced"
        )
    spacing = float((heights[-1] - heights[0]) / len(gaps))
    if not SLICE_SPACING_RANGE_MM[0] <= spacing <= SLICE_SPACING_RANGE_MM[1]:
        raise LoadError("invalid_spacing", f"slices {spacing:.3f} mm apart are not possible")
    return spacing


def _check_alignment(
    anchors: NDArray[np.float64],
    heights: NDArray[np.float64],
    row: NDArray[np.float64],
    column: NDArray[np.float64],
) -> tuple[Note, ...]:
    """Slices must lie straight behind one another: Volume axes are orthogonal. A slight shear is told."""
    sideways = anchors @ np.column_stack([row, column])
    off = np.linalg.norm(sideways - sideways.mean(axis=0), axis=1)
    if off.max() <= PLACEMENT_TOLERANCE_MM:
        return ()
    slope, base = np.polyfit(heights, sideways, 1)
    bent = np.linalg.norm(sideways - (np.outer(heights, slope) + base), axis=1)
    if bent.max() <= PLACEMENT_TOLERANCE_MM:
        angle = float(np.degrees(np.arctan(np.linalg.norm(slope))))
        shift = float(np.linalg.norm(slope) * (heights[-1] - heights[0]))
        size = f"{angle:.1f} degrees, {shift:.2f} mm in all"
        what = f"each slice lies a little further sideways than the one before ({size})"
        if shift <= SHEAR_TOLERANCE_MM:
            return (geometry_note(f"{what}, as composing or rounded cosines leave it; read as a straight stack"),)
        raise LoadError("sheared_stack", f"{what}; the limit is {SHEAR_TOLERANCE_MM} mm in all")
    worst = int(np.argmax(bent))
    raise LoadError(
        "displaced_slice", f"the slice at z={heights[worst]:.2f} mm lies {off[worst]:.2f} mm beside the others"
    )


def _declared(slices: Sequence[Slice], spacing: float) -> tuple[Note, ...]:
    """Warn when Spacing Between Slices contradicts the positions (some scanners write the gap, not the distance)."""
    declared = slices[0].declared_spacing
    if declared is None or abs(declared - spacing) <= _tolerance(spacing):
        return ()
    text = f"slices lie {spacing:.2f} mm apart, the header says {declared:.2f} mm; the positions were believed"
    return (geometry_note(text),)
