"""The embedded segmentation network: 1 mm sagittal slices in, class probabilities out (ONNX, CPU)."""

import hashlib
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.networks.shipped_network import shipped_session, shipped_weights
from vcfimg.imaging.segmentation import SegmenterInfo

PIXEL_MM: Final = 1.0
"""Pixel size the network was trained at."""
MULTIPLE: Final = 32
"""Rows and columns of the input are padded to a multiple of this."""
NAME: Final = "vcfimg-unet"
WEIGHTS: Final = "spine_unet.onnx"
CLASSES: Final = 6
"""Classes (:class:`~vcfimg.imaging.segmentation.Tissue`); one more channel holds the probability of a body core."""


def normalise_slice(image: NDArray[np.floating]) -> NDArray[np.float32]:
    """Scale one slice to the network's input: median of the lit part at 0, robust spread 1, soft-clipped highlights."""
    finite = np.nan_to_num(np.asarray(image, np.float32))
    top = float(np.percentile(finite, 99.5))
    if top <= float(finite.min()):
        return np.zeros_like(finite)
    lit = finite[finite > 0.04 * top]
    low, middle, high = np.percentile(lit, [10, 50, 90]) if lit.size else (0.0, 0.5 * top, top)
    spread = max(float(high - low) / 2, 1e-6 * abs(top), 1e-12)
    out = (finite - float(middle)) / spread
    return np.asarray(np.where(out > 3, 3 + np.log1p(np.maximum(out - 3, 0)), out), np.float32)


def info() -> SegmenterInfo:
    """Name, version and hash of the embedded segmenter."""
    return _info_of(shipped_weights(WEIGHTS))


@lru_cache(maxsize=1)
def _info_of(weights: bytes) -> SegmenterInfo:
    """Hashed once: a batch asks for every study."""
    return SegmenterInfo(name=NAME, version="1", sha256=hashlib.sha256(weights).hexdigest())


def predict(slices: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Class probabilities of normalised slices.

    Parameters
    ----------
    slices
        float32 ``(n, rows, columns)``, 1 mm pixels, head up, anterior to the left, from :func:`normalise_slice`.

    Returns
    -------
    tuple
        Softmax probabilities ``(n, 6, rows, columns)`` and body-core probability ``(n, rows, columns)``.
    """
    n, rows, columns = slices.shape
    padded = np.empty((n, 1, rows + -rows % MULTIPLE, columns + -columns % MULTIPLE), np.float32)
    padded[:] = slices.min(axis=(1, 2))[:, None, None, None]  # nothing beyond the field of view, as in training
    padded[:, 0, :rows, :columns] = slices
    out = np.empty((n, CLASSES + 1, rows, columns), np.float32)
    for k in range(n):
        out[k] = shipped_session(WEIGHTS).run(None, {"image": padded[k : k + 1]})[0][0, :, :rows, :columns]
    return out[:, :CLASSES], out[:, CLASSES]
