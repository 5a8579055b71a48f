"""The scanner: partial volume, point spread, chemical shift, coil shading and Rician noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from vcfimg.phantom.contrast import Contrast, water_and_fat
from vcfimg.phantom.interpolate import along, sample, stretch

SCALE = 900.0
"""Stored value of a signal of 1."""


@dataclass(frozen=True)
class Acquisition:
    """How an image is degraded; all of it may be zero.

    Parameters
    ----------
    blur_mm
        In-plane point spread, standard deviation.
    noise
        Standard deviation of the complex noise, relative to a bright tissue.
    shading
        0 none, 1 strong fall-off from a posterior surface coil.
    chemical_shift_mm
        Displacement of fat along the columns (anterior-posterior) or, if ``along_rows``, head-foot.
    texture
        Relative marrow and tissue graininess.
    """

    blur_mm: float = 0.35
    noise: float = 0.02
    shading: float = 0.4
    chemical_shift_mm: float = 0.3
    along_rows: bool = False
    texture: float = 0.04


def acquire(
    layers: NDArray[np.uint8],
    instance: NDArray[np.uint8],
    contrast: Contrast,
    how: Acquisition,
    *,
    marrow_fat: float,
    fine_mm: float,
    pixel_mm: float,
    shape: tuple[int, int],
    depth_shading: NDArray[np.float32],
    gains: NDArray[np.float32],
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """One slice as a scanner would store it.

    Parameters
    ----------
    layers
        ``(sub-slices, rows, columns)`` tissue classes painted at ``fine_mm`` pitch; painted point (0, 0) is the centre
        of acquired pixel (0, 0).
    depth_shading
        Coil sensitivity on the acquired grid, ``shape``.
    gains
        Signal factor per body id.
    """
    water, fat = water_and_fat(contrast, marrow_fat=marrow_fat)
    w, f = mean_of_layers(water, layers), mean_of_layers(fat, layers)
    if how.chemical_shift_mm:
        move = how.chemical_shift_mm / fine_mm
        axis = 0 if how.along_rows else 1
        f = np.asarray(along(f, np.arange(f.shape[axis]) - move, axis), np.float32)
    image = (w + f) * gains[instance]
    if how.texture:
        coarse = rng.standard_normal((image.shape[0] // 3 + 2, image.shape[1] // 3 + 2))
        grain = stretch(coarse, (3 * coarse.shape[0], 3 * coarse.shape[1]))[: image.shape[0], : image.shape[1]]
        image = image * (1 + how.texture * grain)
    sigma = np.hypot(how.blur_mm, 0.29 * pixel_mm) / fine_mm
    image = gaussian_filter(np.asarray(image, np.float32), sigma)
    ratio = pixel_mm / fine_mm
    sampled = np.asarray(sample(image, np.arange(shape[0]) * ratio, np.arange(shape[1]) * ratio), np.float32)
    sampled = sampled * depth_shading
    bright = max(float(np.percentile(sampled, 97)), 1e-6)
    real = sampled + how.noise * bright * rng.standard_normal(shape)
    imaginary = how.noise * bright * rng.standard_normal(shape)
    return np.asarray(np.hypot(real, imaginary) * SCALE, np.float32)


def mean_of_layers(values: NDArray[np.float64], layers: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Mean over the sub-slices of the value of each tissue class: the partial volume of a thick slice."""
    table = np.asarray(values, np.float32)
    total = table.take(layers[0])
    for layer in layers[1:]:
        total += table.take(layer)
    return np.asarray(total / np.float32(len(layers)), np.float32)
