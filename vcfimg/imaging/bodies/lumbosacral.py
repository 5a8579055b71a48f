"""Is the lowest body L5 or S1? Vote of the slices, contact with the sacrum, and the depth of what lies below."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from vcfimg.imaging.bodies.sacral_depth import LIKE_L5, LIKE_S1, MIDLINE_MM, depth_ratio
from vcfimg.imaging.bodies.tracks import Track
from vcfimg.imaging.segmentation import Tissue

CLOSE_VOTE_BODY: Final = 0.2
"""Share of sacrum from which the verdict that the lowest body is L5 is in doubt."""
CLOSE_VOTE_SACRUM: Final = 0.4
"""Share of body from which the verdict that it is S1 is in doubt: S1 looks like a body beside the midline anyhow."""
MIN_BODY_MM2: Final = 60.0
"""Slices that show less of the body are not asked (C7 measures about 200 mm²)."""
SACRAL_CONTACT: Final = 0.3
"""Length of the border with the sacrum, relative to the square root of the area, from which a body is part of it."""
DISC_REACH_MM: Final = 16.0
"""How far below a body its disc is looked for."""
DISC_SHARE: Final = 0.06
"""Disc area below a body, relative to the area of the body, from which there is a disc (usually about 0.3)."""


@dataclass(frozen=True)
class Verdict:
    """What the lowest body is.

    Parameters
    ----------
    sacral
        It is a part of the sacrum.
    doubtful
        The signs do not agree.
    """

    sacral: bool
    doubtful: bool


def lowest_verdict(
    above: Track,
    lowest: Track,
    body: NDArray[np.bool_],
    labels: NDArray[np.uint8],
    slice_mm: float,
) -> Verdict:
    """Weigh the signs.

    Seen from the side, the voxels of the body are held against the sacrum labelled in the same place in other slices:
    the majority decides. A part of S1 that the field of view cuts borders on the sacrum and has no disc below. A close
    vote is settled by the depth of what lies below, and that depth raises doubt where it speaks against the vote.

    Parameters
    ----------
    above, lowest
        The two lowest tracks.
    body, labels
        ``(slices, rows, columns)``: the voxels of the lowest body, and the tissue of all.
    """
    for_body, for_sacrum = int(body.sum()), int(sacrum_beside(body, labels).sum())
    everyone = for_body + for_sacrum
    voted = Verdict(True, CLOSE_VOTE_SACRUM * everyone < for_body <= for_sacrum)
    if for_sacrum <= for_body and not is_cut_s1(above, lowest, body, labels):
        voted = Verdict(False, for_sacrum > CLOSE_VOTE_BODY * everyone)
    middle = np.flatnonzero(np.abs(np.arange(len(labels)) - lowest.center[0]) * slice_mm <= MIDLINE_MM)
    ratio = depth_ratio(labels, lowest.center[1:], above.center[1:], middle)
    if ratio is None or LIKE_S1 < ratio < LIKE_L5:
        return voted
    like_s1 = ratio <= LIKE_S1
    return Verdict(like_s1, False) if voted.doubtful else Verdict(voted.sacral, like_s1 != voted.sacral)


def sacrum_beside(body: NDArray[np.bool_], labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Voxels labelled sacrum where other slices show the body."""
    return np.asarray((labels == Tissue.SACRUM) & body.any(0))


def is_cut_s1(above: Track, lowest: Track, body: NDArray[np.bool_], labels: NDArray[np.uint8]) -> bool:
    """Whether the lowest body borders on the sacrum at length and has no disc below; L5 always has one."""
    slices = [k for k in range(len(body)) if int(body[k].sum()) >= MIN_BODY_MM2]
    if not slices:
        return bool((labels == Tissue.SACRUM).any())
    borders = [
        int((body[k] & binary_dilation(labels[k] == Tissue.SACRUM)).sum()) > SACRAL_CONTACT * np.sqrt(body[k].sum())
        for k in slices
    ]
    if np.mean(borders) <= 0.5:
        return False
    down = lowest.center[1:] - above.center[1:]
    down /= max(float(np.linalg.norm(down)), 1e-6)
    size = float(np.sqrt(np.median([body[k].sum() for k in slices])))
    rows, columns = np.indices(body.shape[1:])
    below = []
    for k in slices:
        center = np.argwhere(body[k]).mean(0)
        along = (rows - center[0]) * down[0] + (columns - center[1]) * down[1]
        across = np.abs((columns - center[1]) * down[0] - (rows - center[0]) * down[1])
        region = (along > 0.2 * size) & (along < 0.5 * size + DISC_REACH_MM) & (across < 0.6 * size)
        below.append(float(((labels[k] == Tissue.DISC) & region).sum()))
    return float(np.median(below)) < DISC_SHARE * size * size
