"""A geometry-checked MR volume in DICOM patient coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import Note
from vcfimg.roles import Role
from vcfimg.series_id import SeriesId, series_key

ORTHONORMAL_TOLERANCE: Final = 1e-3
"""Largest deviation of the direction cosines from an orthonormal frame."""


@dataclass(frozen=True, eq=False)
class Volume:
    """One stack of parallel, equally spaced slices.

    Parameters
    ----------
    array
        float32, shape ``(slices, rows, columns)``; rescale applied, MONOCHROME1 inverted.
    affine
        float64, shape ``(4, 4)``: maps ``[column, row, slice, 1]`` indices (voxel centres) to LPS millimetres.
    series_instance_uid, frame_of_reference_uid
        Where the volume comes from; two volumes with the same frame share patient coordinates.
    role
        The contrast it shows.
    sop_instance_uids
        One per slice (repeated for frames of a multi-frame object).
    station
        0 for a single-station examination, else counted from the head.
    stack
        Tells stacks inside one SeriesInstanceUID apart (echoes, Dixon images); None when the series holds one stack.
    warnings
        What a reader should know of its geometry and pixels ("slices are tilted by 23 degrees").

    Raises
    ------
    ValueError
        When shapes disagree, the role is unknown or the affine is not invertible with orthogonal axes.
    """

    array: NDArray[np.float32]
    affine: NDArray[np.float64]
    series_instance_uid: str
    role: Role
    frame_of_reference_uid: str | None = None
    sop_instance_uids: Sequence[str] = ()
    station: int = 0
    warnings: Sequence[Note] = field(default_factory=tuple)
    stack: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", Role(self.role))  # its text will do, an unknown one will not
        if self.array.ndim != 3:
            raise ValueError(f"volume array must be (slices, rows, columns), got shape {self.array.shape}")
        if self.affine.shape != (4, 4):
            raise ValueError(f"affine must be 4x4, got {self.affine.shape}")
        if not np.all(np.isfinite(self.affine)) or not np.all(self.spacing > 0):
            raise ValueError("affine must be finite with three non-zero axes")
        axes = self.affine[:3, :3] / self.spacing
        if not np.allclose(axes.T @ axes, np.eye(3), atol=ORTHONORMAL_TOLERANCE):
            raise ValueError("affine axes are not orthogonal")

    @property
    def key(self) -> str:
        """The name of this stack in dictionaries: the series UID, or ``uid#stack``."""
        return series_key(self.series_instance_uid, self.stack)

    @property
    def series_id(self) -> SeriesId:
        """The name of this stack in a result."""
        return SeriesId(series_instance_uid=self.series_instance_uid, stack=self.stack)

    @property
    def spacing(self) -> NDArray[np.float64]:
        """Millimetres between (columns, rows, slices)."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices, rows, columns)."""
        slices, rows, columns = self.array.shape
        return slices, rows, columns

    def to_lps(self, index: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` [column, row, slice] indices to LPS millimetres."""
        return np.asarray(index @ self.affine[:3, :3].T + self.affine[:3, 3])

    def to_index(self, lps: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` LPS millimetres to fractional [column, row, slice] indices."""
        inverse = np.linalg.inv(self.affine)
        return np.asarray(lps @ inverse[:3, :3].T + inverse[:3, 3])
