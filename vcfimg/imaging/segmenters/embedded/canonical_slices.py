"""A sagittal volume as the network wants it: 1 mm slices, head up, anterior to the left."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, gaussian_filter1d

from vcfimg.imaging.segmenters.embedded.network import PIXEL_MM, normalise_slice
from vcfimg.imaging.threads import in_threads
from vcfimg.loaders.volume import Volume


@dataclass(frozen=True, eq=False)
class CanonicalSlices:
    """Resampled slices and where they lie.

    Parameters
    ----------
    images
        float32 ``(slices, rows, columns)``, normalised for the network.
    affine
        Maps ``[column, row, slice, 1]`` of ``images`` to LPS mm; the slice axis is that of the volume.
    """

    images: NDArray[np.float32]
    affine: NDArray[np.float64]

    def on_grid_of(self, other: "CanonicalSlices") -> bool:
        """Whether both lie on the same grid."""
        return self.images.shape == other.images.shape and np.array_equal(self.affine, other.affine)

    def columns(self, first: int, end: int) -> "CanonicalSlices":
        """The columns from ``first`` to before ``end`` alone."""
        affine = self.affine.copy()
        affine[:3, 3] += first * affine[:3, 0]
        return CanonicalSlices(self.images[:, :, first:end], affine)


def canonical_slices(volume: Volume) -> CanonicalSlices:
    """Turn, flip and resample every slice in its plane to :data:`PIXEL_MM`; slices themselves are kept."""
    array, affine = head_up(volume.array, volume.affine)
    column_mm, row_mm = (float(np.linalg.norm(affine[:3, c])) for c in (0, 1))
    # Rounded up: every pixel of the volume lies inside, so that a body cut by its edge still touches the edge.
    rows = int(np.ceil((array.shape[1] - 1) * row_mm / PIXEL_MM)) + 1
    columns = int(np.ceil((array.shape[2] - 1) * column_mm / PIXEL_MM)) + 1
    step = np.array([PIXEL_MM / row_mm, PIXEL_MM / column_mm])

    def resampled(image: NDArray[np.float32]) -> NDArray[np.float32]:
        smooth = np.asarray(image, np.float32)
        for axis, ratio in enumerate(step):
            if ratio > 1.15:  # finer pixels than the network's: average, do not pick
                smooth = gaussian_filter1d(smooth, 0.35 * ratio, axis=axis)
        return normalise_slice(affine_transform(smooth, step, output_shape=(rows, columns), order=1, mode="nearest"))

    out = np.stack(in_threads(resampled, array))
    scaled = affine.copy()
    scaled[:3, 0] *= PIXEL_MM / column_mm
    scaled[:3, 1] *= PIXEL_MM / row_mm
    return CanonicalSlices(out, scaled)


def head_up(array: NDArray[np.float32], affine: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Transpose and flip in plane so that columns run posterior and rows run to the feet; the affine follows."""
    affine = affine.copy()
    if abs(affine[2, 0]) / np.linalg.norm(affine[:3, 0]) > abs(affine[2, 1]) / np.linalg.norm(affine[:3, 1]):
        array = array.transpose(0, 2, 1)
        affine[:3, [0, 1]] = affine[:3, [1, 0]]
    if affine[1, 0] < 0:
        array = array[:, :, ::-1]
        affine[:3, 3] += affine[:3, 0] * (array.shape[2] - 1)
        affine[:3, 0] *= -1
    if affine[2, 1] > 0:
        array = array[:, ::-1, :]
        affine[:3, 3] += affine[:3, 1] * (array.shape[1] - 1)
        affine[:3, 1] *= -1
    return array, affine
