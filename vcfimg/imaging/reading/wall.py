"""The posterior wall of a body, located in the image like an endplate."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.reading.edges import POSITIONS, locate_line
from vcfimg.imaging.reading.sections import ROWS, SPAN, Section
from vcfimg.imaging.robust import legendre, robust_fit

ORDER: Final = 3
"""Order of the wall's curve: lean, hollow or bulge, and where along the height it lies."""

ROUGHNESS_MM: Final = 0.5
"""Residuals below this are roughness; the basivertebral vein's opening lies outside."""

PROFILE_POINTS: Final = 11
"""Points reported from the superior to the inferior corner."""

_X: Final = np.linspace(-SPAN, SPAN, ROWS)


def fit_walls(sections: Sequence[Section], noise: float, *, flank_offset_mm: float) -> NDArray[np.float64]:
    """Posterior wall of every section: ``(n, ROWS)`` values of u at ``section.rows``.

    The wall is the centre of the dark line (cortex and ligament) between marrow and canal; where the image does not
    show it, the outline of the mask.
    """
    n = len(sections)
    outline = np.stack([s.back for s in sections])
    weight = np.where(np.isfinite(outline) & (np.abs(_X) <= 0.85), 1.0, 0.0)
    outline = np.where(np.isfinite(outline), outline, 0.0)
    basis = legendre(_X, ORDER)
    coefficients, _ = robust_fit(basis, outline, weight, floor=ROUGHNESS_MM)
    curve = coefficients @ basis.T
    profiles = np.empty((n, ROWS, len(POSITIONS)), np.float32)
    for i, section in enumerate(sections):
        u = curve[i, :, None] + POSITIONS
        profiles[i] = section.sample(u, np.broadcast_to(section.rows[:, None], u.shape))
    line = locate_line(profiles, np.full(n, noise), flank_offset_mm=flank_offset_mm, prior_mm=1.2, smooth_columns=1.0)
    confident = line.confidence * weight
    found = curve + line.offset * np.minimum(1.0, 2.0 * line.confidence)
    coefficients, _ = robust_fit(basis, found, 0.05 * weight + confident, floor=ROUGHNESS_MM)
    return np.asarray(coefficients @ basis.T)


def bulge(wall: NDArray[np.float64]) -> float:
    """Largest signed distance (mm, positive = behind) of ``(n, 2)`` (u, v) wall points from the line of its ends."""
    first, last = wall[0], wall[-1]
    along = (last - first) / max(float(np.linalg.norm(last - first)), 1e-6)
    behind = np.array([along[1], -along[0]])
    distance = (wall - first) @ (behind if behind[0] >= 0 else -behind)
    return float(distance[np.argmax(np.abs(distance))])
