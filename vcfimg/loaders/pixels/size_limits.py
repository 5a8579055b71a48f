"""How much a file may ask for before it is refused."""

from dataclasses import dataclass
from typing import Final

from vcfimg.loaders.tolerances import MAX_FILE_BYTES


@dataclass(frozen=True)
class Limits:
    """Upper bounds that are checked before memory is taken.

    The defaults leave room for the largest spine MR in use (composed whole-spine images of about 1,000 x 2,000 pixels,
    isotropic 3-D acquisitions of about 640 x 640 x 256 voxels, enhanced multi-frame objects holding several of them).
    """

    file_bytes: int = MAX_FILE_BYTES
    """Size of one file on disk."""
    inflated_bytes: int = 1 << 29
    """Size of a deflated data set once inflated."""
    inflation_ratio: int = 200
    """Largest ratio of inflated to deflated size; MR data sets rarely pass 20."""
    inflation_floor_bytes: int = 1 << 24
    """Inflated size below which the ratio is not looked at (a small, mostly empty image deflates very well)."""
    side_pixels: int = 8192
    """Rows or columns of one frame."""
    frame_pixels: int = 1 << 24
    """Rows x columns of one frame."""
    frames: int = 20_000
    """Frames in one file."""
    slices: int = 4096
    """Slices in one stack."""
    voxels: int = 1 << 28
    """Rows x columns x slices of one volume."""


DEFAULT_LIMITS: Final = Limits()
"""The bounds that are used unless a caller gives others."""
