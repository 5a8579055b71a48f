"""Whether the anatomy contradicts the positions in the headers: front for back, head for feet.

The network reads slices with head up and the front to the left, as the positions say. In exchanged images it finds
bodies all the same, and a canal behind them, but it is less certain, finds fewer posterior elements and sees no sacrum.
So a few slices are read the other ways round.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.mirrored import WAYS
from vcfimg.imaging.segmentation import Tissue
from vcfimg.imaging.segmenters.embedded import network
from vcfimg.imaging.segmenters.embedded.canonical_slices import canonical_slices
from vcfimg.loaders.volume import Volume

SLICES: Final = 3
"""So many slices are read, from the middle of the stack."""

APART_MM: Final = 4.0
"""Distance of these slices at least, where the stack is fine."""

SURE_SACRUM_MM2: Final = 500.0
"""A sacrum of this size on a slice, where the positions say it is, ends all doubt. Measured: 740 to 2800 in lumbar
images as they were acquired, at most 270 the wrong way round (13 of 14 at most 70)."""

SACRUM_MM2: Final = 200.0
SACRUM_RATIO: Final = 20.0
"""A sacrum seen one way, and this many times smaller the other, shows which way is right …"""
SACRUM_KEPT: Final = 8.0
"""… and one that is lost by exchanging, this many times smaller, that nothing was exchanged."""

LOSS_WITH_SACRUM: Final = 0.01
"""Certainty that may be lost where a sacrum comes to light; 0.003 was."""

ARCHES_WEIGHT: Final = 0.03
ARCHES_MM2: Final = 50.0
ARCHES_FACTOR: Final = 2.0
"""What the posterior elements add to the gain in certainty: this times the logarithm of the ratio of their areas, each
enlarged by 50 mm², the ratio at most 2 either way."""

CLEAR_GAIN: Final = 0.012
"""Gain of certainty and posterior elements together that shows exchanged images without a sacrum, and, as a loss,
images that are right. Measured on lumbar and thoracolumbar pieces without a sacrum of 33 real and 51 painted series: at
most 0.009 by exchanging what is right. Two of three real T2 series with head and feet exchanged show more; of water-fat
images few, for these nothing can be known without the sacrum."""

CLEAR_LOSS: Final = 0.01
"""One slice that loses this much with front and back exchanged saves reading the others."""

LEAST_SPINE_MM2: Final = 500.0
"""Less spine on a slice proves nothing."""


class Look(NamedTuple):
    """What the network sees on a few slices; areas are mean mm² of a slice."""

    certainty: float
    """Mean probability of the tissue named, where one is named."""
    spine: float
    sacrum: float
    arches: float


class Verdict(NamedTuple):
    """What the anatomy says of the positions of a series."""

    exchanged: str | None
    """What they exchange (a key of :data:`WAYS`); None where nothing shows that."""
    sure: bool
    """The anatomy shows which way is right; if not, the positions are taken as they stand."""


def judge_orientation(volume: Volume) -> Verdict:
    """Read a few slices of ``volume`` the given way round and, where no sacrum is seen, the others."""
    slices = _middle(canonical_slices(volume).images, float(volume.geometry.spacing[2]))
    centre = slices[len(slices) // 2 :][:1]
    at_centre = _look(centre)
    if at_centre.sacrum >= SURE_SACRUM_MM2:
        return Verdict(None, sure=True)
    given = _look(slices)
    if given.sacrum >= SURE_SACRUM_MM2:
        return Verdict(None, sure=True)
    best: tuple[float, str] | None = None
    least_sure = -1.0
    for what, (rows, columns) in WAYS.items():
        turned = np.s_[:, :: -1 if rows else 1, :: -1 if columns else 1]
        if columns and (gain := _gain(_look(centre[turned]), at_centre)) <= -CLEAR_LOSS:
            least_sure = max(least_sure, gain)
            continue
        other = _look(slices[turned])
        gain = _gain(other, given)
        least_sure = max(least_sure, gain)
        if _shows_more(other, given, gain) and (best is None or gain > best[0]):
            best = gain, what
    if best is not None:
        return Verdict(best[1], sure=True)
    return Verdict(None, sure=given.spine >= LEAST_SPINE_MM2 and least_sure <= -CLEAR_GAIN)


def _gain(other: Look, given: Look) -> float:
    ratio = (other.arches + ARCHES_MM2) / (given.arches + ARCHES_MM2)
    ratio = min(max(ratio, 1 / ARCHES_FACTOR), ARCHES_FACTOR)
    return other.certainty - given.certainty + ARCHES_WEIGHT * float(np.log(ratio))


def _shows_more(other: Look, given: Look, gain: float) -> bool:
    if other.spine < LEAST_SPINE_MM2:
        return False
    if other.sacrum >= SACRUM_MM2 and other.sacrum >= SACRUM_RATIO * given.sacrum:
        return other.certainty - given.certainty > -LOSS_WITH_SACRUM
    if given.sacrum >= SACRUM_MM2 and given.sacrum >= SACRUM_KEPT * other.sacrum:
        return False
    return gain >= CLEAR_GAIN


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
