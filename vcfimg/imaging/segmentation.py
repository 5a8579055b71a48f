"""What a segmenter says: a label map per series on that series' own grid, with instance ids shared across series."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import Note, Vec3
from vcfimg.geometry import Geometry
from vcfimg.imaging.raw import SegmenterInfo as SegmenterInfo

LUMBOSACRAL_DOUBT: Final = "lumbosacral_doubt"
"""Code of the warning that L5 and S1 look alike: the sacrum is not a safe place to count from."""

STATIONS_DOUBT: Final = "stations_displaced"
"""Code of the warning that stations do not fit together: no landmark of one counts for the other."""


class Tissue(IntEnum):
    """Semantic label integers, those of every segmenter and of the phantom's masks."""

    BACKGROUND = 0
    BODY = 1
    DISC = 2
    CANAL = 3
    SACRUM = 4
    POSTERIOR = 5


@dataclass(frozen=True, eq=False)
class LabelMap:
    """Labels on the voxel grid of one series.

    Parameters
    ----------
    semantic
        uint8, shape ``(slices, rows, columns)``: :class:`Tissue` values.
    instances
        uint16, same shape: vertebral-body id (1, 2, … from the head) or 0. An id means the same vertebra in every
        label map of one :class:`Segmentation`.
    geometry
        Where the voxels lie: the grid of the series.
    body_probability
        float32 in [0, 1], same shape, or None where the segmenter gives hard labels only.
    """

    semantic: NDArray[np.uint8]
    instances: NDArray[np.uint16]
    geometry: Geometry
    body_probability: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if not self.semantic.shape == self.instances.shape == self.geometry.shape:
            raise ValueError(
                f"semantic {self.semantic.shape} and instances {self.instances.shape} must have the shape of the "
                f"geometry, {self.geometry.shape}"
            )

    @classmethod
    def empty(cls, geometry: Geometry) -> "LabelMap":
        """The map of a series on which nothing was found."""
        return cls(np.zeros(geometry.shape, np.uint8), np.zeros(geometry.shape, np.uint16), geometry)

    @property
    def affine(self) -> NDArray[np.float64]:
        """Maps ``[column, row, slice, 1]`` to LPS millimetres."""
        return self.geometry.affine


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Label maps of the series of one study.

    Parameters
    ----------
    reference
        Key of the label map whose frame defines vertebra centres: a series (stack) key of ``label_maps``.
    label_maps
        By series key (``Volume.series_instance_uid``).
    shifts_mm
        By series key: LPS translation that carries a point of that series into the reference frame; absent or zero
        where the DICOM geometry already agrees. Patient movement between series is corrected here.
    level_names
        Instance id → level, where the segmenter itself names levels; else None.
    warnings
        What a reader should know, e.g. ``moved``: "STIR lies 4.2 mm away from T2".
    """

    reference: str
    label_maps: Mapping[str, LabelMap]
    provenance: SegmenterInfo
    shifts_mm: Mapping[str, Vec3] = field(default_factory=dict)
    level_names: Mapping[int, str] | None = None
    warnings: tuple[Note, ...] = ()

    def warns_of(self, code: str) -> bool:
        """Whether one of the warnings has that code."""
        return any(warning.code == code for warning in self.warnings)

    def __post_init__(self) -> None:
        if self.reference not in self.label_maps:
            raise ValueError(f"reference {self.reference!r} has no label map")
