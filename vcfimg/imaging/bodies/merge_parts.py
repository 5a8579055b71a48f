"""Tracks that are one vertebra: parts too near each other, and the dens with the body of C2."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.bodies.tracks import Track, head_to_foot

DISC_BETWEEN: Final = 0.35
"""Disc probability from which a disc lies on the way from one piece to the next."""
SPLINTER_SHARE: Final = 0.2
"""A piece this much lighter than a body it is too near to is a splinter."""
NEAREST_STEP: Final = 0.55
"""Distance of two bodies, relative to the usual one, that even a collapse does not fall below."""
BELOW_BODY_WIDTH: Final = 0.8
"""The core of the dens is narrower than this share of the core of C2; a body is not."""
DENS_WIDTH: Final = 0.6
"""Usual width of that core: this narrow, the size of C2 settles it."""
AXIS_AREA: Final = 1.25
"""The core of C2 is larger than that of C3 by this factor at least."""


def once_each(tracks: list[Track], disc: NDArray[np.float32]) -> list[Track]:
    """Settle pieces that are too near each other to be two vertebrae: join what is one body, drop small false ones."""
    kept = head_to_foot(tracks)
    while len(kept) >= 4:
        steps = np.linalg.norm(np.diff([t.center[1:] for t in kept], axis=0), axis=1)
        near = np.flatnonzero(steps < NEAREST_STEP * np.median(steps))
        for i in near[np.argsort(steps[near])]:
            a, b = kept[i], kept[i + 1]
            light, heavy = sorted((a, b), key=lambda t: t.mass)
            if light.mass < SPLINTER_SHARE * heavy.mass:
                kept[i : i + 2] = [heavy]
                break
            if same_profile(a, b) or not disc_between(a, b, disc):
                kept[i : i + 2] = [a.joined(b)]
                break
        else:
            break
    return kept


def join_dens(tracks: list[Track], disc: NDArray[np.float32]) -> list[Track]:
    """Make the dens part of C2: the topmost piece, when it is narrow and no disc lies between it and the next.

    Beside the midline the edge of the dens can look apart, with a disc below: there the next piece tells that it is C2
    by reaching up behind the topmost one in other slices, or by its size.
    """
    if len(tracks) < 2:
        return tracks
    upper, lower = tracks[0], tracks[1]
    shared = upper.slices & lower.slices
    if not shared:
        return tracks
    widths = [np.median([np.ptp(p.columns) for p in track.pieces if p.slice in shared]) for track in (upper, lower)]
    narrow = widths[0] / max(widths[1], 1.0)
    on_axis = len(tracks) > 2 and narrow < DENS_WIDTH and lower.area > AXIS_AREA * tracks[2].area
    dens = narrow < BELOW_BODY_WIDTH and (on_axis or same_profile(upper, lower) or not disc_between(upper, lower, disc))
    return [lower.joined(upper), *tracks[2:]] if dens else tracks


def same_profile(a: Track, b: Track) -> bool:
    """Whether two pieces cover each other, seen from the side."""
    first, second = (
        {(int(r), int(c)) for p in t.pieces for r, c in zip(p.rows, p.columns, strict=True)} for t in (a, b)
    )
    return len(first & second) > 0.4 * min(len(first), len(second))


def disc_between(upper: Track, lower: Track, disc: NDArray[np.float32]) -> bool:
    """Whether a disc crosses the way between two pieces in most of the slices that show both."""
    votes = []
    for k in sorted(upper.slices & lower.slices):
        a = next(p for p in upper.pieces if p.slice == k)
        b = next(p for p in lower.pieces if p.slice == k)
        rows, columns = (a.center + np.linspace(0, 1, 40)[:, None] * (b.center - a.center)).round().astype(int).T
        votes.append(float(disc[k, rows, columns].max()) >= DISC_BETWEEN)
    return bool(votes) and float(np.mean(votes)) > 0.5
