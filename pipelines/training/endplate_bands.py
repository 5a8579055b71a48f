"""Marrow beside the discs made darker or brighter, as degeneration (Modic 1-3), edema and sclerosis make it.

Such a band is the commonest finding of an ill spine and looks like a part of the disc: dark on T1, and on T2 bright
beside a bright disc. Labels and edges stay where they are.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_opening, distance_transform_edt, label
from scipy.special import expit

from pipelines.training.noise import smooth_noise

BAND_SHARE: Final = 0.5
"""Slices with bands: several times as often as in patients of that age, because the program is used on ill spines."""
DISC_SHARE: Final = 0.5
"""Discs of such a slice that have a band beside them."""
BOTH_SIDES_SHARE: Final = 0.5
WHOLE_SHARE: Final = 0.6
"""Bands that reach from the anterior to the posterior wall; the others are patches."""
DEPTH_MM: Final = (2.5, 12.0)
SOFT_MM: Final = (0.3, 2.5)
"""Width of the border towards the normal marrow: scales a logistic curve."""
UNEVEN: Final = 0.25
"""Variation of the depth along the endplate, as a share of it."""
DARK_SHARE: Final = 0.6
DARK: Final = (0.25, 0.8)
BRIGHT: Final = (1.25, 3.0)
NEAR_MM: Final = 4.0
"""A body whose border comes this near to a disc lies beside it."""
LEAST_DISC_PIXELS: Final = 40
SACRUM: Final = np.uint8(255)
"""The sacrum's number among the bones."""


def endplate_bands(
    bones: NDArray[np.uint8], disc: NDArray[np.bool_], pixel_mm: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Log of the gain of every pixel, zero outside the bodies; no bands but in :data:`BAND_SHARE` of the cases.

    Parameters
    ----------
    bones
        One number per body, ``(rows, columns)``, :data:`SACRUM` for the sacrum; zero elsewhere.
    disc
        Pixels of all discs.
    """
    gain = np.zeros(bones.shape, np.float32)
    if rng.random() > BAND_SHARE:
        return gain
    discs, count = label(binary_opening(disc, iterations=1))
    for number in range(1, count + 1):
        piece = discs == number
        if rng.random() > DISC_SHARE or piece.sum() < LEAST_DISC_PIXELS:
            continue
        distance = distance_transform_edt(~piece) * pixel_mm
        beside = np.unique(bones[(distance < NEAR_MM) & (bones > 0)])
        if len(beside) > 1 and rng.random() > BOTH_SIDES_SHARE:
            beside = rng.choice(beside, 1)
        factor = rng.uniform(*DARK) if rng.random() < DARK_SHARE else rng.uniform(*BRIGHT)
        for body in beside:
            own = bones == body
            # from where the body begins: the cartilage between it and the labelled disc is not part of the band
            depth = distance - distance[own].min()
            reach = rng.uniform(*DEPTH_MM) * (1 + UNEVEN * smooth_noise(rng, bones.shape, 10 / pixel_mm))
            share = expit((reach - depth) / rng.uniform(*SOFT_MM))
            if rng.random() > WHOLE_SHARE:
                patch = smooth_noise(rng, bones.shape, rng.uniform(8, 20) / pixel_mm) - rng.uniform(-1, 0.5)
                share = share * expit(patch / 0.15)
            gain += np.where(own, np.log(factor) * share, 0).astype(np.float32)
    return gain
