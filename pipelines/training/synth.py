"""Turns a painted slice into a training image: any contrast, scanner habit and degree of noise."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import affine_transform, binary_erosion, gaussian_filter, shift, zoom
from scipy.special import expit

from pipelines.training.bank import PIXEL_MM, SIZE
from pipelines.training.endplate_bands import SACRUM, endplate_bands
from pipelines.training.noise import smooth_noise
from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.contrast import STANDARD, Contrast, nulling_ti_ms, water_and_fat
from vcfimg.phantom.tissue import T

Array = NDArray[np.float32]

PATCH: Final = 192
"""Rows and columns of a training patch, 1 mm pixels."""

ROLE_WEIGHTS: Final = {
    "t1": 0.22,
    "t2": 0.23,
    "stir": 0.20,
    "t2_fs": 0.06,
    "dixon_water": 0.08,
    "dixon_fat": 0.04,
    "pd": 0.03,
    "t1_ffe": 0.14,
}
MARROW: Final = (T.MARROW, T.POSTERIOR_MARROW, T.SACRAL_MARROW)

REPLACED_SHARE: Final = 0.2
"""Slices in which whole bodies are replaced or metal blots out the image: frequent where the program is used."""
REPLACEMENTS: Final = {T.LESION: 0.45, T.EDEMA: 0.2, T.SCLEROSIS: 0.15, T.FATTY_MARROW: 0.1, T.OLD_FRACTURE: 0.1}
METAL_SHARE: Final = 0.06
COARSE_SHARE: Final = 0.35
ENDS_MM: Final = (-32.0, 40.0)
"""Where images that end near the sacrum do, from its upper end down."""
END_NEAR_SACRUM: Final = 0.45
"""Share of the crops that end there, as fields of view do: it is where levels go wrong."""
DISC_AND_BONE: Final = (*MARROW, T.CORTEX, T.NUCLEUS, T.ANNULUS, T.DEGENERATE_DISC)


def random_contrast(rng: np.random.Generator) -> Contrast:
    """A plausible sequence of a random role, timing and field strength."""
    role = str(rng.choice(list(ROLE_WEIGHTS), p=np.array(list(ROLE_WEIGHTS.values())) / sum(ROLE_WEIGHTS.values())))
    base = STANDARD[role]
    field = float(rng.choice([0.3, 0.5, 1.0, 1.5, 1.5, 3.0, 3.0]))
    wobble = np.exp(rng.normal(0, 0.2, 3))
    return Contrast(
        base.role,
        base.tr_ms * wobble[0],
        base.te_ms * wobble[1],
        None if base.ti_ms is None else nulling_ti_ms(field) * float(np.exp(rng.normal(0, 0.08))),
        field,
        base.fat_suppression
        if base.fat_suppression <= 0
        else float(np.clip(base.fat_suppression + rng.normal(0, 0.04), 0.7, 1)),
        base.flip_deg if base.flip_deg == 90 else float(rng.uniform(6, 35)),
    )


def tissue_signals(rng: np.random.Generator, marrow_fat: float) -> tuple[Array, Array]:
    """Water and fat signal per tissue class: physical most of the time, random in a fifth of the slices."""
    contrast = random_contrast(rng)
    water, fat = water_and_fat(contrast, marrow_fat=marrow_fat, rng=rng, jitter=0.13)
    if rng.random() < 0.2:
        total = rng.uniform(0, 1, len(water))
        marrow = rng.uniform(0.15, 1)
        for tissue in MARROW:
            total[tissue] = marrow * np.exp(rng.normal(0, 0.1))
        dark = rng.uniform(0, 0.25)
        total[[T.CORTEX, T.LIGAMENT, T.AIR, T.GAS, T.VACUUM, T.CEMENT]] = dark * rng.uniform(0, 1, 6)
        total[T.NUCLEUS] = max(total[T.NUCLEUS], 0)
        if abs(total[T.ANNULUS] - marrow) < 0.15:
            total[T.ANNULUS] = marrow * (0.4 if marrow > 0.4 else 2.0)
        water, fat = total, np.zeros_like(total)
    return np.asarray(water, np.float32), np.asarray(fat, np.float32)


def replace_marrow(
    tissue: NDArray[np.uint8], instance: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """The slice with the marrow of some bodies replaced, as by metastases: whole or in patches, some without their dark
    rim, some with soft tissue growing out of the bone."""
    numbers = np.unique(instance[instance > 0])
    if not len(numbers) or rng.random() > REPLACED_SHARE:
        return tissue
    count = len(numbers) if rng.random() < 0.15 else int(rng.integers(1, min(4, len(numbers)) + 1))
    chosen = np.isin(instance, rng.choice(numbers, count, replace=False))
    into = rng.choice(list(REPLACEMENTS), p=list(REPLACEMENTS.values()))
    patch = smooth_noise(rng, instance.shape, rng.uniform(6, 18))
    where = chosen & (patch > rng.uniform(-1.0, 0.8)) if rng.random() < 0.5 else chosen
    spared = () if rng.random() < 0.3 else (T.CORTEX,)
    out = tissue.copy()
    out[where & ~np.isin(tissue, (*spared, T.CEMENT))] = into
    if into == T.LESION and rng.random() < 0.3:
        at = np.argwhere(chosen & ~binary_erosion(chosen))
        rows, columns = np.mgrid[0 : instance.shape[0], 0 : instance.shape[1]]
        row, column = at[int(rng.integers(len(at)))]
        grown = np.hypot(rows - row, columns - column) + 2 * patch < rng.uniform(6, 15)
        out[grown & ~np.isin(tissue, DISC_AND_BONE)] = into
    return out


def blot_with_metal(image: Array, label: NDArray[np.uint8], rng: np.random.Generator) -> Array:
    """Signal voids with a bright rim over vertebrae, as screws, rods and cages leave them."""
    bone = np.argwhere((label == Label.POSTERIOR) | ((label == Label.BODY) & (rng.random() < 0.4)))
    if not len(bone) or rng.random() > METAL_SHARE:
        return image
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    rim = float(np.percentile(image, 97)) * rng.uniform(0.4, 1.2)
    for _ in range(int(rng.integers(1, 5))):
        row, column = bone[int(rng.integers(len(bone)))]
        high, wide = rng.uniform(4, 12), rng.uniform(5, 22)
        r = np.hypot((rows - row) / high, (columns - column) / wide) + 0.15 * smooth_noise(rng, image.shape, 9)
        image = np.where(r < 1, image * 0.05, image + rim * np.exp(-np.square((r - 1.1) / 0.1)))
    return np.asarray(image, np.float32)


def render(
    tissue: NDArray[np.uint8], instance: NDArray[np.uint8], marrow_fat: float, rng: np.random.Generator
) -> Array:
    """One image of a stored slice at the bank's pixel size, before noise and coil shading."""
    water, fat = tissue_signals(rng, marrow_fat)
    w, f = water[tissue].mean(0), fat[tissue].mean(0)
    gain = np.exp(rng.normal(0, 0.07, 64)).astype(np.float32)
    gain[0] = 1
    grain = (
        1
        + rng.uniform(0, 0.10) * smooth_noise(rng, (SIZE, SIZE), 1.6)
        + rng.uniform(0, 0.08) * smooth_noise(rng, (SIZE, SIZE), 6)
    )
    move = rng.normal(0, 0.9) * (rng.random() < 0.7)
    along = (0.0, move) if rng.random() < 0.5 else (move, 0.0)
    if move:
        f = shift(f, along, order=1, mode="nearest")
    return np.asarray((w + f) * gain[instance] * np.clip(grain, 0.3, 2), np.float32)


def coarse(image: Array, rng: np.random.Generator) -> Array:
    """The image, in :data:`COARSE_SHARE` of the cases taken with larger pixels and interpolated, as scanners do."""
    if rng.random() > COARSE_SHARE:
        return image
    small = zoom(image, 1 / float(rng.uniform(1.0, 1.9)), order=1)
    return np.asarray(zoom(small, np.array(image.shape) / np.array(small.shape), order=int(rng.integers(1, 4))))


def degrade(image: Array, tissue: NDArray[np.uint8], rng: np.random.Generator) -> Array:
    """Blur, low resolution, coil shading, saturation bands, ghosts and noise."""
    sigma = rng.uniform(0.25, 0.9, 2) / PIXEL_MM * (1.6 if rng.random() < 0.2 else 1.0)
    image = gaussian_filter(image, sigma)
    image = coarse(image, rng)
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    body = tissue[tissue.shape[0] // 2] != T.AIR
    back = np.where(body.any(1), SIZE - 1 - np.argmax(body[:, ::-1], axis=1), SIZE - 1)
    distance = np.clip(gaussian_filter(back.astype(np.float32), 8)[:, None] - columns, 0, None) * PIXEL_MM
    shading = np.exp(rng.uniform(0, 0.45) * smooth_noise(rng, (SIZE, SIZE), 90))
    if rng.random() < 0.6:
        shading = shading * np.exp(-distance / rng.uniform(45, 220))
    if rng.random() < 0.3:
        middle, reach = rng.uniform(0.2, 0.8) * SIZE, rng.uniform(0.35, 0.7) * SIZE
        shading = shading * np.clip(1.3 - np.square((rows - middle) / reach), 0.15, 1)
    image = image * shading
    if rng.random() < 0.35:
        edge = SIZE * 0.5 - rng.uniform(28, 90) / PIXEL_MM + rng.normal(0, 0.15) * (rows - SIZE / 2)
        image = image * (1 - (1 - rng.uniform(0.02, 0.4)) * expit((edge - columns) / rng.uniform(2, 9)))
    if rng.random() < 0.25:
        image = image + rng.uniform(0.02, 0.10) * np.roll(
            gaussian_filter(image, 1.5), int(rng.integers(20, 120)), axis=int(rng.integers(0, 2))
        )
    bright = float(np.percentile(image, 97)) + 1e-6
    level = rng.uniform(0.005, 0.05) * (2.2 if rng.random() < 0.15 else 1.0) * bright
    real = image + level * smooth_noise(rng, image.shape, 1.0 if rng.random() < 0.5 else 1.5)
    imaginary = level * rng.standard_normal(image.shape)
    return np.asarray(np.hypot(real, imaginary), np.float32)


def core_of(instance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The inner part of every body: pixels whose neighbourhood of a third of the body's height stays inside it."""
    from scipy.ndimage import distance_transform_edt

    core = np.zeros(instance.shape, np.uint8)
    for number in np.unique(instance):
        if number:
            rows, columns = np.nonzero(instance == number)
            box = np.s_[max(rows.min() - 1, 0) : rows.max() + 2, max(columns.min() - 1, 0) : columns.max() + 2]
            depth = distance_transform_edt(np.pad(instance[box] == number, 1))[1:-1, 1:-1]
            core[box] |= (depth > max(0.42 * depth.max(), 1.5)) & (instance[box] == number)
    return core


def random_matrix(
    scale: float, angle_sd: float, stretch_sd: float, rng: np.random.Generator
) -> tuple[float, NDArray[np.float64]]:
    """About ``scale``, and a matrix that scales so, turns (SD in degrees), stretches and shears."""
    scale = float(np.exp(rng.normal(0, 0.10))) * scale
    angle = np.deg2rad(rng.normal(0, angle_sd))
    stretch = float(np.exp(rng.normal(0, stretch_sd)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scale, scale * turn @ np.array([[stretch, rng.normal(0, 0.04)], [0, 1 / stretch]])


def place(
    image: Array,
    maps: list[NDArray[np.uint8]],
    pixel_mm: float,
    rng: np.random.Generator,
    fills: list[int],
    stretch_sd: float = 0.05,
    last_row: float | None = None,
    size: float = 1.0,
) -> tuple[Array, list[NDArray[np.uint8]]]:
    """Random rotation, scale, shear and crop onto the 1 mm patch; maps by nearest neighbour.

    ``last_row``: the row of ``image`` that the patch shall end at; None = anywhere. ``size``: how large everything is
    shown, relative to what it is.
    """
    scale, matrix = random_matrix(1 / pixel_mm / size, 8, stretch_sd, rng)
    spare = (np.array(image.shape) - PATCH * scale) / 2
    center = np.array(image.shape) / 2 + rng.uniform(-1, 1, 2) * np.maximum(spare + 12, 0)
    if last_row is not None:
        center[0] = last_row - PATCH * scale / 2
    offset = center - matrix @ np.full(2, PATCH / 2)
    shape = (PATCH, PATCH)
    out = affine_transform(image, matrix, offset, shape, order=1, mode="constant")
    return np.asarray(out, np.float32), [
        affine_transform(m, matrix, offset, shape, order=0, mode="constant", cval=fill)
        for m, fill in zip(maps, fills, strict=True)
    ]


def normalise(image: Array, rng: np.random.Generator | None = None) -> Array:
    """The network's input scale: zero at the image mean, robust unit spread; jittered while training."""
    from vcfimg.imaging.segmenters.embedded.network import normalise_slice

    out = normalise_slice(image)
    if rng is not None:
        bent = np.sign(out) * np.abs(out) ** float(np.exp(rng.normal(0, 0.12)))
        return np.asarray(bent * float(np.exp(rng.normal(0, 0.15))) + rng.normal(0, 0.1), np.float32)
    return out


def end_near_sacrum(sacral: NDArray[np.bool_], pixel_mm: float, rng: np.random.Generator) -> float | None:
    """In :data:`END_NEAR_SACRUM` of the cases a row near the first of the rows that show the sacrum; else None.

    From within L5 to S2 (:data:`ENDS_MM`): what the image ends in must be told by more than that it ends.
    """
    rows = np.flatnonzero(sacral)
    return float(rows[0] + rng.uniform(*ENDS_MM) / pixel_mm) if len(rows) and rng.random() < END_NEAR_SACRUM else None


def phantom_sample(
    piece: dict[str, NDArray[np.uint8]], rng: np.random.Generator
) -> tuple[Array, NDArray[np.uint8], NDArray[np.uint8]]:
    """Image, allowed-class bits and core of one training patch."""
    tissue = replace_marrow(piece["tissue"], piece["instance"], rng)
    image = render(tissue, piece["instance"], float(piece["marrow_fat"][0]) / 255, rng)
    bones = np.where(piece["label"] == Label.SACRUM, SACRUM, piece["instance"])
    image = image * np.exp(endplate_bands(bones, piece["label"] == Label.DISC, PIXEL_MM, rng))
    image = degrade(blot_with_metal(image, piece["label"], rng), tissue, rng)
    allowed = (1 << piece["label"]).astype(np.uint8)
    last_row = end_near_sacrum((piece["label"] == Label.SACRUM).sum(1) > 12, PIXEL_MM, rng)
    image, (allowed, core) = place(
        image, [allowed, core_of(piece["instance"])], PIXEL_MM, rng, [1 << Label.BACKGROUND, 0], last_row=last_row
    )
    return normalise(image, rng), allowed, core
