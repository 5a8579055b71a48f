"""Which tracks are bodies of the spine: those of a plausible size that lie on its curve."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.bodies.tracks import Track, head_to_foot

MIN_CORE_AREA_MM2: Final = 18.0
"""The largest piece of a body's core is at least this large (C7 measures about 200 mm² in all)."""
SIZEABLE: Final = 0.05
"""Mass of a piece, relative to the heavy ones of the spine, from which it may be a body anywhere, ..."""
OF_USUAL: Final = 0.08
"""... if it also has this share of its neighbours' mass; in a gap half of it will do."""
CRUSHED: Final = 0.02
"""Mass of a piece, relative to the heavy ones of the spine, from which it may be a body in a gap."""
ROOM_FOR_ONE: Final = 1.25
"""Distance of two bodies, relative to the usual one, from which a crushed one may lie between them."""
FEW_SLICES: Final = 0.35
"""A piece seen in less than this share of the slices of its neighbours is a body only where they leave room for it."""
OFF_COLUMN_MM: Final = 28.0
"""A piece farther than this from the curve through all others is not of the spine."""


def real(tracks: list[Track]) -> list[Track]:
    """Drop what is too small to be a body, judged against the nearest pieces: bodies grow from the neck to L5, and a
    collapsed one has a small core. One as small as a crushed body's stays only where its neighbours leave room."""
    if not tracks:
        return []
    heaviest = float(np.median(sorted((t.mass for t in tracks), reverse=True)[:6]))
    sizeable = [t for t in tracks if t.mass >= SIZEABLE * heaviest]

    def plausible(track: Track, least: float) -> bool:
        near = sorted((t for t in sizeable if t is not track), key=lambda t: abs(t.center[1] - track.center[1]))[:4]
        usual = float(np.median([t.mass for t in near])) if near else track.mass
        return track.area >= MIN_CORE_AREA_MM2 and track.mass >= least * usual

    large = [t for t in sizeable if plausible(t, OF_USUAL)]
    kept = without_wedged(large)
    small = [t for t in tracks if t not in large and t.mass >= CRUSHED * heaviest and plausible(t, OF_USUAL / 2)]
    for track in sorted(small, key=lambda t: -t.mass):
        if fills_gap(track, kept):
            kept = head_to_foot([*kept, track])
    return kept


def without_wedged(tracks: list[Track]) -> list[Track]:
    """Drop pieces that few slices show between two heavier ones no farther apart than usual: discs."""
    kept: list[Track] = []
    for track in sorted(tracks, key=lambda t: -t.mass):
        below = int(np.searchsorted([float(t.center[1]) for t in kept], track.center[1]))
        if len(kept) >= 4 and 0 < below < len(kept):
            usual = min(len(kept[below - 1].slices), len(kept[below].slices))
            if len(track.slices) < FEW_SLICES * usual and not fills_gap(track, kept):
                continue
        kept = head_to_foot([*kept, track])
    return kept


def fills_gap(track: Track, others: list[Track]) -> bool:
    """Whether a piece lies between two neighbours, head to foot, that are farther apart than usual."""
    rows = [float(t.center[1]) for t in others]
    below = int(np.searchsorted(rows, track.center[1]))
    if len(others) < 4 or not 0 < below < len(others):
        return False
    steps = np.linalg.norm(np.diff([t.center[1:] for t in others], axis=0), axis=1)
    return bool(steps[below - 1] > ROOM_FOR_ONE * np.median(steps))


def on_column(tracks: list[Track], slice_mm: float) -> list[Track]:
    """Drop pieces that lie away from the smooth curve through the others, heavier ones weighing more.

    The piece judged is the one without which the rest is smoothest: the piece farthest from a fit that an outlier has
    bent may well be a true one.
    """
    kept = head_to_foot(tracks)
    while len(kept) >= 4:
        centers = np.array([t.center for t in kept]) * np.array([slice_mm, 1.0, 1.0])
        weight = np.sqrt([t.mass for t in kept])
        suspect, off, least = -1, 0.0, np.inf
        for i in range(len(kept)):
            others = np.arange(len(kept)) != i
            rest, distance = _without(centers[others], weight[others], centers[i])
            if rest < least:
                suspect, off, least = i, distance, rest
        if off <= OFF_COLUMN_MM:
            break
        kept.pop(suspect)
    return kept


def _without(
    others: NDArray[np.float64], weight: NDArray[np.float64], point: NDArray[np.float64]
) -> tuple[float, float]:
    """Residual of the curve through ``others``, and how far ``point`` lies from it; beyond the ends it counts less."""
    degree = min(3, len(others) - 2)
    rest = 0.0
    away: list[float] = []
    for axis in (0, 2):
        fit = np.polyfit(others[:, 1], others[:, axis], degree, w=weight)
        residual = weight * (np.polyval(fit, others[:, 1]) - others[:, axis])
        rest += float(residual @ residual)
        away.append(float(point[axis] - np.polyval(fit, point[1])))
    inside = others[:, 1].min() <= point[1] <= others[:, 1].max()
    return rest, float(np.hypot(away[0], away[1])) * (1.0 if inside else 0.6)
