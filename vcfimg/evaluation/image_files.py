"""Reads NIfTI and MHA images and label maps into sagittal volumes."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import LoadError
from vcfimg.geometry import Geometry
from vcfimg.itk_image import from_itk
from vcfimg.loaders.volume import Volume
from vcfimg.roles import Role

SAME_GRID_MM: Final = 1e-2
"""Rounding by which the grids of an image and its label map may differ."""

_ROLE_WORDS: Final = (
    ("stir", Role.STIR),
    ("tirm", Role.STIR),
    ("t2_fs", Role.T2_FS),
    ("t2", Role.T2),
    ("t1", Role.T1),
    ("water", Role.DIXON_WATER),
    ("fat", Role.DIXON_FAT),
)


def role_of(contrast: str) -> Role:
    """Role of a series from the words a data set uses for its contrast; ``other`` when none is known."""
    words = contrast.lower()
    return next((role for word, role in _ROLE_WORDS if word in words), Role.OTHER)


def read_array(path: Path) -> tuple[NDArray[np.generic], Geometry]:
    """Voxels ``(slices, rows, columns)`` of an image file, and where they lie.

    Raises
    ------
    LoadError
        ``image_unreadable`` when SimpleITK cannot read it as one 3-D image.
    """
    import SimpleITK as sitk

    try:
        image = sitk.ReadImage(str(path))
    except RuntimeError as error:
        raise LoadError("image_unreadable", f"{path.name}: not a readable image") from error
    if image.GetDimension() != 3:
        raise LoadError("image_unreadable", f"{path.name}: needs three dimensions, has {image.GetDimension()}")
    return from_itk(image)


def read_pair(image: Path, labels: Path, contrast: str) -> tuple[Volume, NDArray[np.integer]]:
    """An image as a sagittal volume, and its label map on the same grid.

    Raises
    ------
    LoadError
        ``image_unreadable``, or ``mask_grid`` when the label map lies on another grid.
    """
    voxels, geometry = read_array(image)
    marks, marks_geometry = read_array(labels)
    if not geometry.same_grid(marks_geometry, tolerance=SAME_GRID_MM):
        raise LoadError("mask_grid", f"{labels.name}: its grid differs from that of {image.name}")
    turned, turned_geometry = geometry.oriented(voxels.astype(np.float32))
    integers, _ = geometry.oriented(marks.astype(np.int32))
    key = image.name.split(".")[0]
    return Volume(turned.astype(np.float32), turned_geometry, key, role_of(contrast)), integers.astype(np.int32)
