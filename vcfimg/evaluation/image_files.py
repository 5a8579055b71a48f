"""Reads NIfTI and MHA images and label maps into sagittal volumes."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import LoadError
from vcfimg.imaging.sagittal import to_sagittal
from vcfimg.loaders.volume import Volume
from vcfimg.roles import Role

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


def read_array(path: Path) -> tuple[NDArray[np.generic], NDArray[np.float64]]:
    """Voxels ``(slices, rows, columns)`` and affine to LPS of an image file.

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
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    return sitk.GetArrayFromImage(image), affine


def read_pair(image: Path, labels: Path, contrast: str) -> tuple[Volume, NDArray[np.integer]]:
    """An image as a sagittal volume, and its label map on the same grid.

    Raises
    ------
    LoadError
        ``image_unreadable``, or ``mask_grid`` when the label map lies on another grid.
    """
    voxels, affine = read_array(image)
    marks, marks_affine = read_array(labels)
    if voxels.shape != marks.shape or not np.allclose(affine, marks_affine, atol=1e-2):
        raise LoadError("mask_grid", f"{labels.name}: its grid differs from that of {image.name}")
    turned, turned_affine = to_sagittal(voxels.astype(np.float32), affine)
    integers, _ = to_sagittal(marks.astype(np.int32), affine)
    key = image.name.split(".")[0]
    return Volume(turned.astype(np.float32), turned_affine, key, role_of(contrast)), integers.astype(np.int32)
