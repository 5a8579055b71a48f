"""A geometry-checked MR volume in DICOM patient coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import Note
from vcfimg.geometry import Geometry, Shape
from vcfimg.loaders.survey import is_survey
from vcfimg.roles import Role
from vcfimg.series_id import SeriesId, series_key


@dataclass(frozen=True, eq=False)
class Volume:
    """One stack of parallel, equally spaced slices.

    Parameters
    ----------
    array
        float32, shape ``(slices, rows, columns)``; rescale applied, MONOCHROME1 inverted.
    geometry
        Where its voxels lie.
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
        When the array does not have the shape of the geometry, or the role is unknown.
    """

    array: NDArray[np.float32]
    geometry: Geometry
    series_instance_uid: str
    role: Role
    frame_of_reference_uid: str | None = None
    sop_instance_uids: Sequence[str] = ()
    station: int = 0
    warnings: Sequence[Note] = field(default_factory=tuple)
    stack: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", Role(self.role))  # its text will do, an unknown one will not
        if self.array.shape != self.geometry.shape:
            raise ValueError(f"volume array has shape {self.array.shape}, its geometry {self.geometry.shape}")

    @property
    def key(self) -> str:
        """The name of this stack in dictionaries: the series UID, or ``uid#stack``."""
        return series_key(self.series_instance_uid, self.stack)

    @property
    def series_id(self) -> SeriesId:
        """The name of this stack in a result."""
        return SeriesId(series_instance_uid=self.series_instance_uid, stack=self.stack)

    @property
    def affine(self) -> NDArray[np.float64]:
        """Maps ``[column, row, slice, 1]`` to LPS millimetres."""
        return self.geometry.affine

    @property
    def spacing(self) -> NDArray[np.float64]:
        """Millimetres between (columns, rows, slices)."""
        return self.geometry.spacing

    @property
    def shape(self) -> Shape:
        """(slices, rows, columns)."""
        return self.geometry.shape

    @property
    def survey(self) -> bool:
        """Too few slices to measure by, enough to count levels."""
        return is_survey(self.shape[0])

    def to_lps(self, index: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` [column, row, slice] indices to LPS millimetres."""
        return self.geometry.to_lps(index)

    def to_index(self, lps: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` LPS millimetres to fractional [column, row, slice] indices."""
        return self.geometry.to_index(lps)
