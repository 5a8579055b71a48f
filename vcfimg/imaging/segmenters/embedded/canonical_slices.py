"""A sagittal volume as the network wants it: 1 mm slices, head up, anterior to the left."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, gaussian_filter1d

from vcfimg.geometry import Geometry
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
    geometry
        Where they lie; the slice axis is that of the volume.
    """

    images: NDArray[np.float32]
    geometry: Geometry

    def columns(self, first: int, end: int) -> "CanonicalSlices":
        """The columns from ``first`` to before ``end`` alone."""
        cropped = self.geometry.padded(columns=(-first, end - self.geometry.shape[2]))
        return CanonicalSlices(self.images[:, :, first:end], cropped)


def canonical_slices(volume: Volume) -> CanonicalSlices:
    """Turn, flip and resample every slice in its plane to :data:`PIXEL_MM`; slices themselves are kept."""
    array, geometry = head_up(volume.array, volume.geometry)
    column_mm, row_mm, slice_mm = (float(mm) for mm in geometry.spacing)
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
    return CanonicalSlices(out, geometry.resampled((len(out), rows, columns), (PIXEL_MM, PIXEL_MM, slice_mm)))


def head_up(array: NDArray[np.float32], geometry: Geometry) -> tuple[NDArray[np.float32], Geometry]:
    """Transpose and flip in plane so that columns run posterior and rows run to the feet; the order of slices stays."""
    axes = geometry.axes
    order = (1, 0, 2) if abs(axes[2, 0]) > abs(axes[2, 1]) else (0, 1, 2)
    turned = axes[:, order]
    return geometry.rearranged(array, order, (turned[1, 0] < 0, turned[2, 1] > 0, False))
