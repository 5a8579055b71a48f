"""Real training slices: SPIDER sagittal T2 (van der Graaf et al. 2024, CC BY 4.0), labels turned into allowed classes.

The masks hold whole vertebrae, discs and the canal, nothing else: a vertebra pixel may be body or posterior element
unless geometry settles it, and an unlabelled pixel may be background or sacrum.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_opening, gaussian_filter, label

from pipelines.stress.alterations.collapse import blank_rows, collapse_field, random_collapse, shown
from pipelines.training.endplate_bands import SACRUM, endplate_bands
from pipelines.training.noise import smooth_noise
from pipelines.training.spider_sacrum import UNLABELLED, with_traced_sacrum
from pipelines.training.synth import REPLACED_SHARE, coarse, core_of, end_near_sacrum, normalise, place
from vcfimg.imaging.segmentation import Tissue

BIT: Final = {t: np.uint8(1 << t) for t in Tissue}
PIXEL_MM: Final = 0.95
"""The slices carry no calibration; this makes lumbar bodies 24-28 mm high on average."""

SACRAL_BAND: Final = 16
"""Pixels below the lowest disc that are of S1 in everybody."""
COIL_SHARE: Final = 0.4
COIL_MM: Final = (45.0, 220.0)
"""Distance over which a coil's signal falls to 1/e, evenly on a log scale; the slices themselves are even."""
SMALL_SHARE: Final = 0.3
SMALL: Final = (0.45, 0.85)
"""Slices shown smaller: there is no other real data with bodies of the size of thoracic and cervical ones."""
COLLAPSED_SHARE: Final = 0.12
"""Slices in which bodies are collapsed: these patients have no fractures, and the phantom lacks the texture."""
MOST_LOST: Final = 0.8
"""Up to a vertebra plana: what is left then looks like a disc."""
LEAST_PIXELS: Final = 150
"""Smaller pieces are cut by the edge of the slice and not collapsed."""
BRIGHT_DISC_SHARE: Final = 0.06
"""Slices with discs as bright and as even as in water images."""
THICK_SHARE: Final = 0.35
"""Slices averaged over one or two neighbours on either side, 2.7 or 4.5 mm thick; alone they are 0.9 mm."""
MOST_NEIGHBOURS: Final = 2


def load_spider(folder: Path) -> list[dict[str, NDArray[np.uint8]]]:
    """Every slice: ``mask``, its ``allowed`` and ``instance``, and ``around``, the slice between its next neighbours.

    ``around`` is ``(1, 3 or 5, rows, columns)``. An empty list when the folder is absent.
    """
    from skimage.io import imread

    found = slice_places(folder)
    images = [one_channel(imread(p)) for p, _ in found]
    places = [place for _, place in found]
    pieces = []
    for k, (path, _) in enumerate(found):
        patient, number = places[k]
        reach = 0
        while reach < MOST_NEIGHBOURS and all(
            0 <= k + side < len(found) and places[k + side] == (patient, number + side)
            for side in (-reach - 1, reach + 1)
        ):
            reach += 1
        around = np.stack(images[k - reach : k + reach + 1])
        mask = one_channel(imread(folder / "masks" / path.name))
        allowed, instance = split_bodies(mask)
        allowed = with_traced_sacrum(allowed, mask, patient, number)
        pieces.append({"around": around, "mask": mask, "allowed": allowed, "instance": instance})
    return pieces


def slice_places(folder: Path) -> list[tuple[Path, tuple[str, int]]]:
    """Images of the set with their patient and slice number, in that order."""
    places = [(p, p.stem.split("_slice")) for p in (folder / "images").glob("*_slice*.png")]
    return sorted(((p, (patient, int(number))) for p, (patient, number) in places), key=lambda found: found[1])


def one_channel(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The image without the channels of colour that some files have."""
    return image if image.ndim == 2 else image[..., 0]


def split_bodies(mask: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Allowed-class bits and body instances of one slice.

    A vertebra piece that lies in front of the canal is body, one behind it posterior element, one that spans both stays
    open. Only slices that show the canal settle anything.
    """
    allowed = np.full(mask.shape, UNLABELLED)
    allowed[mask == 2] = BIT[Tissue.DISC]
    allowed[mask == 3] = BIT[Tissue.CANAL]
    bone = mask == 1
    allowed[bone] = BIT[Tissue.BODY] | BIT[Tissue.POSTERIOR]
    allowed[bone & binary_dilation(mask == 3, iterations=1) & (mask != 3)] |= BIT[Tissue.BODY]
    instance = np.zeros(mask.shape, np.uint8)
    canal = mask == 3
    rows = np.flatnonzero(canal.sum(1) >= 3)
    pieces, count = label(binary_opening(bone, iterations=1))
    if len(rows) < 60:
        return allowed, instance
    columns = np.arange(mask.shape[1])
    front = np.interp(np.arange(mask.shape[0]), rows, [columns[canal[r]].min() for r in rows])
    back = np.interp(np.arange(mask.shape[0]), rows, [columns[canal[r]].max() for r in rows])
    number = 0
    for k in range(1, count + 1):
        piece = pieces == k
        r, c = np.nonzero(piece)
        ahead, behind = (c < front[r] + 2).mean(), (c > back[r] - 2).mean()
        if ahead > 0.97:
            number += 1
            instance[piece] = number
            grown = binary_dilation(piece, iterations=1) & bone
            allowed[grown] = BIT[Tissue.BODY]
        elif behind > 0.9:
            allowed[piece] = BIT[Tissue.POSTERIOR]
    allowed[sacrum_below(mask, instance)] = BIT[Tissue.SACRUM]
    return allowed, instance


def sacrum_below(mask: NDArray[np.uint8], instance: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The part of S1 that is certain: the unlabelled band below the lowest disc, which the next body above stands on.

    Empty where the lowest label is not a disc under a body: then the picture or the labels end there.
    """
    nothing = np.zeros(mask.shape, bool)
    discs, count = label(binary_opening(mask == 2, iterations=1))
    centers = {k: np.argwhere(discs == k).mean(0) for k in range(1, count + 1) if (discs == k).sum() > 60}
    bodies = [np.argwhere(instance == k).mean(0) for k in np.unique(instance[instance > 0])]
    if not centers or not bodies:
        return nothing
    lowest = max(centers, key=lambda k: float(centers[k][0]))
    last = max(bodies, key=lambda c: float(c[0]))
    points = np.argwhere(discs == lowest) - centers[lowest]
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    along, down = axes[0], axes[1] * np.sign(axes[1] @ (centers[lowest] - last) or 1.0)
    if not 5 < (centers[lowest] - last) @ down < 30:
        return nothing
    at = np.argwhere(np.ones(mask.shape, bool)) - centers[lowest]
    half = np.percentile(np.abs(points @ along), 95)
    under = np.percentile(points @ down, 97)
    depth = at @ down - under
    inside = (np.abs(at @ along) < 0.75 * half - 0.4 * np.maximum(depth, 0)) & (depth > 3) & (depth < SACRAL_BAND)
    return np.asarray(inside.reshape(mask.shape) & (mask == 0))


def change_tissues(
    image: NDArray[np.float32], mask: NDArray[np.uint8], instance: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.float32]:
    """The same slice as another sequence or an ill spine would show it; real edges and texture stay.

    CSF dark and the cord brighter than it (T1), or CSF and discs brighter (STIR); bodies brightened or darkened one by
    one. Bone as a whole keeps its signal: the sacrum is not labelled, and a spine that differs from its sacrum
    everywhere would be a false hint.
    """
    soft = {k: gaussian_filter((mask == k).astype(np.float32), 0.7) for k in (2, 3)}
    disc, csf = 1.0, 1.0
    if (mask == 3).any():
        kind = rng.random()
        if kind < 0.35:
            high = float(np.percentile(image[mask == 3], 95))
            dark = rng.uniform(0.05, 0.5) * high + rng.uniform(0.1, 0.5) * (high - image)
            image = image + soft[3] * (dark - image)
            disc = rng.uniform(0.7, 1.8)
        elif kind < 0.7:
            disc, csf = rng.uniform(0.8, 2.5), rng.uniform(1.0, 2.5)
    if rng.random() < BRIGHT_DISC_SHARE:
        level = rng.uniform(0.5, 1.0) * float(np.percentile(image, 98))
        image = image + rng.uniform(0.5, 0.95) * soft[2] * (level - image)
        disc = 1.0
    log_gain = np.log(disc) * soft[2] + np.log(csf) * soft[3]
    ill = rng.random() < REPLACED_SHARE
    patch = smooth_noise(rng, image.shape, rng.uniform(6, 18)) > rng.uniform(-1.5, 0.5)
    for number in np.unique(instance[instance > 0]):
        body = instance == number
        log_gain += rng.normal(0, 0.07) * body
        if ill and rng.random() < 0.35:
            log_gain += np.log(rng.uniform(0.3, 0.7) if rng.random() < 0.6 else rng.uniform(1.4, 2.5)) * (body & patch)
    return np.asarray(image * np.exp(gaussian_filter(log_gain, 0.7)), np.float32)


def thick_slice(around: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
    """The middle slice, in :data:`THICK_SHARE` of the cases averaged with its neighbours."""
    middle = len(around) // 2
    reach = int(rng.integers(1, middle + 1)) if middle and rng.random() < THICK_SHARE else 0
    return np.asarray(around[middle - reach : middle + reach + 1].mean(axis=0, dtype=np.float32))


def to_collapse(instances: NDArray[np.uint8], rng: np.random.Generator) -> list[int]:
    """One to three bodies of a slice in :data:`COLLAPSED_SHARE` of the cases, else none."""
    numbers, pixels = np.unique(instances[instances > 0], return_counts=True)
    numbers = numbers[pixels >= LEAST_PIXELS]
    if not len(numbers) or rng.random() > COLLAPSED_SHARE:
        return []
    chosen: list[int] = rng.choice(numbers, min(len(numbers), int(rng.integers(1, 4))), replace=False).tolist()
    return chosen


def collapse_bodies(
    image: NDArray[np.float32], maps: dict[str, NDArray[np.uint8]], rng: np.random.Generator
) -> tuple[NDArray[np.float32], dict[str, NDArray[np.uint8]]]:
    """Image and maps of a slice, in :data:`COLLAPSED_SHARE` of the cases with one to three of its bodies collapsed."""
    outside = {"mask": 0, "allowed": int(BIT[Tissue.BACKGROUND]), "instance": 0}
    for number in to_collapse(maps["instance"], rng):
        if not (maps["instance"] == number).any():  # another collapse drew it out of the picture
            continue
        field = collapse_field(maps["instance"][None], number, random_collapse(rng, MOST_LOST), PIXEL_MM)
        first = blank_rows(field)
        image = shown(image[None], field, order=1)[0, first:]
        maps = {k: shown(m[None], field, order=0, outside=outside[k])[0, first:] for k, m in maps.items()}
    return image, maps


def spider_sample(
    piece: dict[str, NDArray[np.uint8]], rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Image, allowed-class bits and core of one training patch; core 2 where it is not known."""
    maps = {name: piece[name] for name in ("mask", "allowed", "instance")}
    image, maps = collapse_bodies(thick_slice(piece["around"], rng), maps, rng)
    allowed, instance = maps["allowed"], maps["instance"]
    core = core_of(instance)
    open_bone = (allowed & BIT[Tissue.BODY] > 0) & (instance == 0) & (allowed != BIT[Tissue.BODY])
    core[open_bone] = 2
    if rng.random() < 0.6:
        image = change_tissues(image, maps["mask"], instance, rng)
    bones = np.where(allowed == BIT[Tissue.SACRUM], SACRUM, instance)
    image = image * np.exp(endplate_bands(bones, maps["mask"] == 2, PIXEL_MM, rng))
    bright = float(np.percentile(image, 99)) + 1
    if rng.random() < 0.25:  # another contrast: a random tone curve that keeps air dark
        knots = np.concatenate([[0.0], rng.uniform(0.05, 1.0, 5)])
        image = np.interp(image / bright, [0, 0.06, 0.25, 0.45, 0.7, 1.0], knots).astype(np.float32) * bright
    image = image * np.exp(rng.uniform(0, 0.4) * smooth_noise(rng, image.shape, 70))
    if rng.random() < COIL_SHARE:  # a spine coil: brighter the nearer to the back, which is to the right
        behind = np.arange(image.shape[1], dtype=np.float32) - image.shape[1] / 2
        image = image * np.exp(behind * PIXEL_MM / np.exp(rng.uniform(*np.log(COIL_MM))))
    image = coarse(image, rng)
    image = np.abs(image + rng.uniform(0, 0.05) * bright * rng.standard_normal(image.shape))
    cut = end_near_sacrum((allowed == BIT[Tissue.SACRUM]).any(1), PIXEL_MM, rng)
    size = float(rng.uniform(*SMALL)) if rng.random() < SMALL_SHARE else 1.0
    fills = [int(BIT[Tissue.BACKGROUND]), 0]
    image, (allowed, core) = place(
        image, [allowed, core], PIXEL_MM, rng, fills, stretch_sd=0.12, last_row=cut, size=size
    )
    return normalise(image, rng), allowed, core
