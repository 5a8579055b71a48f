"""The one conversion between our arrays on a :class:`~vcfimg.geometry.Geometry` and SimpleITK images.

SimpleITK speaks LPS as well, and its axes are those of the affine: (column, row, slice).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry


def to_itk(array: NDArray[Any], geometry: Geometry) -> Any:
    """``array``, shape ``(slices, rows, columns)``, as a ``SimpleITK.Image``; the voxels are copied.

    Raises
    ------
    ValueError
        When the array does not have the shape of the geometry.
    """
    import SimpleITK as sitk  # late: its import takes longer than a header scan

    if array.shape != geometry.shape:
        raise ValueError(f"array has shape {array.shape}, its geometry {geometry.shape}")
    image = sitk.GetImageFromArray(array)
    image.SetSpacing([float(mm) for mm in geometry.spacing])
    image.SetDirection([float(cosine) for cosine in geometry.axes.ravel()])
    image.SetOrigin([float(mm) for mm in geometry.affine[:3, 3]])
    return image


def from_itk(image: Any) -> tuple[NDArray[Any], Geometry]:
    """Voxels ``(slices, rows, columns)`` of a 3-D ``SimpleITK.Image``, and where they lie."""
    import SimpleITK as sitk

    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    array = sitk.GetArrayFromImage(image)
    return array, Geometry.of(array, affine)
