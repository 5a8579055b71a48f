"""Whether the anatomy contradicts the positions in the headers: front for back, head for feet.

The network reads slices with head up and the front to the left, as the positions say. In exchanged images
it finds bodies all the same, and a canal behind them, but it is less certain and sees no sacrum. So a few slices are
read the other ways round.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import SegmentationError
from vcfimg.imaging.segmentation import Tissue
from vcfimg.imaging.segmenters.embedded import network
from vcfimg.imaging.segmenters.embedded.canonical_slices import canonical_slices
from vcfimg.loaders.volume import Volume
from vcfimg.roles import reference_rank

SLICES: Final = 3
"""So many slices are read, from the middle of the stack."""

APART_MM: Final = 4.0
"""Distance of these slices at least, where the stack is fine."""

SURE_SACRUM_MM2: Final = 500.0
"""A sacrum of this size on a slice, where the positions say it is, ends all doubt. Measured: 740 to 2800 in lumbar
images as they were acquired, at most 270 the wrong way round (13 of 14 at most 70)."""

SACRUM_MM2: Final = 200.0
SACRUM_RATIO: Final = 20.0
"""A sacrum seen one way, and this many times smaller the other, shows which way is right."""

LOSS_WITH_SACRUM: Final = 0.01
"""Certainty that may be lost where a sacrum comes to light; 0.003 was."""

CERTAINTY: Final = 0.03
CERTAINTY_WITH_ARCHES: Final = 0.015
"""Gain of the mean certainty of the network that shows the same without a sacrum; the lower one where more posterior
elements are seen as well. Measured: at most 0.003 gained by exchanging images that are right, 0.017 to 0.145 by
exchanging front and back of those that are wrong."""

LEAST_SPINE_MM2: Final = 500.0
"""Less spine on a slice proves nothing."""

WAYS: Final = {
    "front and back": (False, True),
    "head and feet": (True, False),
    "head and feet as well as front and back": (True, True),
}
"""What is exchanged: rows (head to feet), columns (front to back)."""


class Look(NamedTuple):
    """What the network sees on a few slices; areas are mean mm² of a slice."""

    certainty: float
    """Mean probability of the tissue named, where one is named."""
    spine: float
    sacrum: float
    arches: float


def check_orientation(volumes: Sequence[Volume]) -> None:
    """Refuse images whose anatomy contradicts their positions.

    The reference series of every station is looked at, and each series whose axes run another way.

    Raises
    ------
    SegmentationError
        ``orientation_contradicted``.
    """
    looked: list[tuple[int, NDArray[np.bool_]]] = []
    for volume in sorted(volumes, key=lambda volume: (volume.station, reference_rank(volume.role), -volume.shape[0])):
        signs = np.round(volume.geometry.axes[:, :2]) > 0
        if any(station == volume.station and np.array_equal(signs, known) for station, known in looked):
            continue
        looked.append((volume.station, signs))
        if (what := exchanged(volume)) is not None:
            raise SegmentationError(
                "orientation_contradicted",
                f"the {volume.role.label} series shows {what} exchanged: its anatomy contradicts its patient position "
                "or image orientation; correct these in the archive, nothing is measured meanwhile",
            )


def exchanged(volume: Volume) -> str | None:
    """What the positions of ``volume`` exchange (a key of :data:`WAYS`); None where nothing shows that."""
    slices = _middle(canonical_slices(volume).images, float(volume.geometry.spacing[2]))
    given = _look(slices)
    if given.sacrum >= SURE_SACRUM_MM2:
        return None
    best: tuple[float, str] | None = None
    for what, (rows, columns) in WAYS.items():
        other = _look(slices[:, :: -1 if rows else 1, :: -1 if columns else 1])
        if _shows_more(other, given) and (best is None or other.certainty > best[0]):
            best = other.certainty, what
    return None if best is None else best[1]


def _shows_more(other: Look, given: Look) -> bool:
    if other.spine < LEAST_SPINE_MM2:
        return False
    gain = other.certainty - given.certainty
    if other.sacrum >= SACRUM_MM2 and other.sacrum >= SACRUM_RATIO * given.sacrum:
        return gain > -LOSS_WITH_SACRUM
    return gain >= (CERTAINTY_WITH_ARCHES if other.arches > given.arches else CERTAINTY)


def _middle(images: NDArray[np.float32], slice_mm: float) -> NDArray[np.float32]:
    step = max(1, round(APART_MM / slice_mm))
    middle = len(images) // 2
    wanted = [middle + step * offset for offset in range(-(SLICES // 2), SLICES // 2 + 1)]
    return images[[index for index in wanted if 0 <= index < len(images)]]


def _look(slices: NDArray[np.float32]) -> Look:
    semantic, _ = network.predict(np.ascontiguousarray(slices))
    named = semantic.argmax(axis=1) != Tissue.BACKGROUND
    certainty = float(semantic.max(axis=1)[named].mean()) if named.any() else 0.0
    areas = semantic.sum(axis=(0, 2, 3)) * network.PIXEL_MM**2 / len(slices)
    return Look(certainty, float(areas[1:].sum()), float(areas[Tissue.SACRUM]), float(areas[Tissue.POSTERIOR]))
