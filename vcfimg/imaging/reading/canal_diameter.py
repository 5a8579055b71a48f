"""Sagittal diameter of the spinal canal behind a body."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.ndimage import map_coordinates

from vcfimg.imaging.reading.sections import Section
from vcfimg.imaging.segmentation import LabelMap, Tissue

REACH_MM: Final = 34.0
"""How far behind the posterior wall the canal may end."""

MAX_GAP_MM: Final = 7.0
"""The canal starts within this distance behind the wall, or it was not seen."""

HALF_BAND: Final = 0.25
"""The diameter is read over the middle of the body: ± this share of its height."""

MIN_DIAMETER_MM: Final = 4.0
"""Anything thinner is a fragment of the label, not a canal."""

_STEP_MM: Final = 0.25


def canal_diameter(sections: Sequence[Section], walls: Sequence[float], labels: LabelMap) -> float | None:
    """Median canal diameter (mm) behind the middle of one body, along the body's own anterior-posterior axis.

    Parameters
    ----------
    sections
        Sections of one body.
    walls
        u of the posterior wall at mid-height, one per section.
    """
    diameters: list[float] = []
    for section, wall in zip(sections, walls, strict=True):
        u = wall - 2.0 + np.arange(0.0, REACH_MM, _STEP_MM)
        height = section.rows[-1] - section.rows[0]
        v = 0.5 * (section.rows[0] + section.rows[-1]) + np.linspace(-HALF_BAND, HALF_BAND, 7) * height
        xy = section.origin + u[None, :, None] * section.body.u + v[:, None, None] * section.body.v
        at = np.stack([xy[..., 1] / section.pixel[1], xy[..., 0] / section.pixel[0]])
        canal = (labels.semantic[section.slice] == Tissue.CANAL).astype(np.float32)
        inside = map_coordinates(canal, at, order=1, mode="constant") >= 0.5
        for row in inside:
            seen = np.flatnonzero(row)
            if len(seen) and seen[0] * _STEP_MM - 2.0 <= MAX_GAP_MM and seen[-1] < len(u) - 1:
                stop = seen[0] + int(np.argmin(np.append(row[seen[0] :], False)))
                diameters.append((stop - seen[0]) * _STEP_MM)
    usable = [d for d in diameters if d >= MIN_DIAMETER_MM]
    if not usable or 2 * len(usable) < 7 * len(sections):
        return None
    return float(np.median(usable))
