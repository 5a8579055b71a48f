"""What scanners and patients do to an image; shapes and positions stay, so do masks."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom
from scipy.special import expit

from pipelines.stress.alterations.change import mask_of, with_image
from vcfimg.evaluation.evaluation_case import Case
from vcfimg.geometry import Geometry

FALL_OFF_MM: Final = 60.0
SATURATED: Final = 0.12
"""Share of the signal left in a saturation band."""
SATURATION_EDGE_MM: Final = 2.0
GHOST_SHARE: Final = 0.25
"""Share of the signal that appears elsewhere."""
WRAPPED_SHARE: Final = 1 / 6
"""Share of the rows at either end over which what lies beyond the other end is seen."""
WRAPPED_SIGNAL: Final = 0.6


def thick_slices(mm: float, case: Case, rng: np.random.Generator) -> Case:
    """Slices averaged to ``mm``; of the mask every middle one is kept."""
    volume = case.volumes[0]
    n = max(1, round(mm / float(volume.spacing[2])))
    whole = volume.shape[0] // n
    array = volume.array[: whole * n].reshape(whole, n, *volume.shape[1:]).mean(1, dtype=np.float32)
    affine = volume.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (n - 1) / 2
    affine[:3, 2] *= n
    masks = {key: mask[n // 2 : whole * n : n] for key, mask in case.masks.items()}
    return replace(
        case,
        volumes=(replace(volume, array=array, geometry=Geometry.of(array, affine), sop_instance_uids=()),),
        masks=masks,
    )


def coarse_pixels(mm: float, case: Case, rng: np.random.Generator) -> Case:
    """Taken with pixels of ``mm`` and interpolated to what they were."""
    volume = case.volumes[0]
    size = float(volume.spacing[1])

    def taken(image: NDArray[np.float32]) -> NDArray[np.float32]:
        small = zoom(gaussian_filter(image, 0.3 * mm / size), size / mm, order=1)
        return np.asarray(zoom(small, np.array(image.shape) / np.array(small.shape), order=3))

    return with_image(case, np.maximum([taken(image) for image in volume.array], 0))


def noisy(share: float, case: Case, rng: np.random.Generator) -> Case:
    """Rician noise, its SD a ``share`` of the bright end of the image."""
    image = case.volumes[0].array
    a, b = rng.normal(0, share * float(np.percentile(image, 98)), (2, *image.shape)).astype(np.float32)
    return with_image(case, np.hypot(image + a, b))


def steep_coil(case: Case, rng: np.random.Generator) -> Case:
    """Signal that falls off to the front, to 1/e within :data:`FALL_OFF_MM`."""
    volume = case.volumes[0]
    front = np.arange(volume.shape[2]) * float(volume.spacing[0]) / FALL_OFF_MM
    fall = np.exp(backward(case) * (front - front.mean())).astype(np.float32)
    return with_image(case, volume.array * fall)


def saturation_band(reach_mm: float, case: Case, rng: np.random.Generator) -> Case:
    """A straight band without signal in front of the spine, ``reach_mm`` into the bodies (negative: before them)."""
    volume = case.volumes[0]
    seen = np.asarray((mask_of(case) > 0).any(axis=0), bool)
    rows = np.flatnonzero(seen.any(axis=1))
    back = backward(case) * np.arange(seen.shape[1])
    walls = np.where(seen[rows], back, np.inf).min(axis=1)
    slope, start = np.polyfit(rows, walls, 1)
    edge = start + slope * np.arange(seen.shape[0])
    behind_mm = (back - edge[:, None]) * float(volume.spacing[0]) - reach_mm
    left = SATURATED + (1 - SATURATED) * expit(behind_mm / SATURATION_EDGE_MM)
    return with_image(case, volume.array * left)


def ghosts(axis: int, case: Case, rng: np.random.Generator) -> Case:
    """Breathing and swallowing: the image again, at a ninth of its extent to either side along ``axis`` (1 rows, 2
    columns)."""
    image = case.volumes[0].array
    step = image.shape[axis] // 9
    ghost = 0.5 * (np.roll(image, step, axis) + np.roll(image, -step, axis))
    return with_image(case, (1 - GHOST_SHARE) * image + GHOST_SHARE * ghost)


def wrapped(case: Case, rng: np.random.Generator) -> Case:
    """What lies beyond the upper and lower end appears at the other."""
    image = case.volumes[0].array
    out, n = image.copy(), int(image.shape[1] * WRAPPED_SHARE)
    out[:, -n:] += WRAPPED_SIGNAL * image[:, :n]
    out[:, :n] += WRAPPED_SIGNAL * image[:, -n:]
    return with_image(case, out)


def backward(case: Case) -> int:
    """1 where columns lead to the back, -1 where they lead to the front."""
    return 1 if case.volumes[0].affine[1, 0] > 0 else -1
