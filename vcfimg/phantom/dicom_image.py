"""What a synthetic study is made of: images in patient coordinates and a patient who does not exist."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import ORTHONORMAL_TOLERANCE
from vcfimg.phantom.dicom_vendor import STYLES

ROLES: Final = tuple(dict.fromkeys(role for style in STYLES.values() for role in style.contrasts))
"""Contrasts that a vendor style has words for."""

MINIMUM_SIDE: Final = 64
"""Rows and columns of a scout; wavelet coders refuse images of less than 32."""


@dataclass(frozen=True, eq=False)
class PhantomImage:
    """One stack of slices with the scan parameters that go into its header.

    Parameters
    ----------
    array
        Shape ``(slices, rows, columns)``, arbitrary signal; values below 0 are written as 0.
    affine
        Shape ``(4, 4)``: ``[column, row, slice, 1]`` to LPS millimetres, orthogonal axes.
    role
        One of :data:`ROLES`.
    repetition_time, echo_time, inversion_time
        Milliseconds; ``inversion_time`` None when nothing is inverted.
    field_strength
        Tesla.
    echo_train_length
        Echoes per excitation.
    slice_thickness
        Millimetres; None for 8/9 of the slice distance (a usual 10 % gap).
    station
        0 for a single-station examination, else counted from the head.
    series
        Images with the same text share one Series Instance UID, as scanners do with Dixon images, echoes or several
        stacks; None gives each image a series of its own.
    """

    array: NDArray[np.floating]
    affine: NDArray[np.float64]
    role: str
    repetition_time: float
    echo_time: float
    inversion_time: float | None = None
    field_strength: float = 1.5
    echo_train_length: int = 3
    slice_thickness: float | None = None
    station: int = 0
    series: str | None = None

    def __post_init__(self) -> None:
        if self.array.ndim != 3 or not all(self.array.shape):
            raise ValueError(f"image array must be (slices, rows, columns), got shape {self.array.shape}")
        if self.role not in ROLES:
            raise ValueError(f"role must be one of {', '.join(ROLES)}, got {self.role!r}")
        if self.affine.shape != (4, 4):
            raise ValueError(f"affine must be 4x4, got {self.affine.shape}")
        axes = self.affine[:3, :3] / self.spacing
        if not np.allclose(axes.T @ axes, np.eye(3), atol=ORTHONORMAL_TOLERANCE):
            raise ValueError("affine axes are not orthogonal")

    @property
    def spacing(self) -> NDArray[np.float64]:
        """Millimetres between (columns, rows, slices)."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    @property
    def orientation(self) -> NDArray[np.float64]:
        """Image Orientation (Patient): directions of increasing column, then row."""
        axes = self.affine[:3, :2] / self.spacing[:2]
        return np.asarray(axes.T.ravel())

    def position(self, index: int) -> NDArray[np.float64]:
        """Image Position (Patient) of slice `index`."""
        return np.asarray(self.affine[:3, 3] + index * self.affine[:3, 2])

    @property
    def label(self) -> str:
        """Which series of the study it belongs to."""
        return self.series if self.series is not None else f"{self.role}-{self.station}"

    @property
    def thickness(self) -> float:
        """Slice thickness in millimetres."""
        return self.slice_thickness if self.slice_thickness is not None else float(self.spacing[2]) * 8 / 9


@dataclass(frozen=True)
class PhantomPatient:
    """The imaginary patient; every default says that it is synthetic."""

    patient_id: str = "PHANTOM-0001"
    name: str = "PHANTOM^SYNTHETIC"
    birth_date: str = "19500101"
    sex: str = "O"
    age_years: int = 76
    accession_number: str = "PHANTOM-A0001"
    study_date: str = "20260102"
    study_time: str = "080000"
    study_description: str = "MR SPINE (SYNTHETIC PHANTOM)"
    body_part: str = "LSPINE"


def axial_localizer(image: PhantomImage, *, slices: int = 5) -> PhantomImage:
    """Cut a coarse axial stack out of an image, as scouts are.

    Returns
    -------
    PhantomImage
        Role ``localizer``; 2 mm pixels, centred on the image.
    """
    from scipy.ndimage import map_coordinates

    corners = np.array(np.meshgrid(*[(0, n - 1) for n in image.array.shape[::-1]])).reshape(3, -1).T
    extent = corners @ image.affine[:3, :3].T + image.affine[:3, 3]
    low, high = extent.min(axis=0), extent.max(axis=0)
    pixel = 2.0
    columns, rows = (max(MINIMUM_SIDE, int((high[axis] - low[axis]) / pixel) + 1) for axis in (0, 1))
    corner = (low + high - pixel * np.array([columns - 1, rows - 1, 0])) / 2
    step = (high[2] - low[2]) / (slices + 1)
    affine = np.diag([pixel, pixel, step, 1.0])
    affine[:3, 3] = corner[0], corner[1], low[2] + step
    index = np.stack(np.meshgrid(np.arange(columns), np.arange(rows), np.arange(slices), indexing="ij"), axis=-1)
    points = index @ affine[:3, :3].T + affine[:3, 3]
    inverse = np.linalg.inv(image.affine)
    source = points @ inverse[:3, :3].T + inverse[:3, 3]
    sampled = map_coordinates(image.array, np.moveaxis(source[..., ::-1], -1, 0), order=1, cval=0.0)
    return PhantomImage(
        array=np.ascontiguousarray(sampled.transpose(2, 1, 0)),
        affine=affine,
        role="localizer",
        repetition_time=8.6,
        echo_time=4.0,
        field_strength=image.field_strength,
        echo_train_length=1,
        slice_thickness=8.0,
        station=image.station,
    )
