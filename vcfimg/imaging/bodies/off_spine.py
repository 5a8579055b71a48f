"""Rejects structures mistaken for vertebrae.

In the outer slices of a stack the psoas is a dark band as long as the lumbar spine; hip bones and vessels have the size
of bodies.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, find_objects

from vcfimg.imaging.bodies.tracks import Track, head_to_foot

NEAR_MM: Final = 60.0
"""Bodies this far above or below still tell where the spine is."""
HEAVIER: Final = 3.0
"""A piece is judged by those that have this many times its mass."""
BESIDE_MM: Final = 15.0
"""A light piece farther to the side is not of the spine: even the core of a half collapsed body lies nearer."""
NEIGHBOURS: Final = 4
PLATEAU: Final = 0.5
"""The side of a body is where its core falls below this share of its usual area."""
WIDER_MM: Final = 8.0
"""A body reaches at most this much farther to the side than its neighbours do."""
MIDDLE_MM: Final = 8.0
"""Slices this near to the middle of a body show all of it that no muscle is."""
OUTGROWS_MM: Final = 6.0
"""Farther to the side a body outgrows them by at most this much, by its rims or because it is tilted: 20 degrees over
20 mm are 7 mm, half of it seen in the middle slices."""


def without_beside(tracks: Sequence[Track], slice_mm: float) -> list[Track]:
    """Drop light pieces beside the line through the heavier ones near them."""

    def on_spine(track: Track) -> bool:
        heavy = [t for t in tracks if t.mass >= HEAVIER * track.mass and abs(_row(t) - _row(track)) <= NEAR_MM]
        heavy = head_to_foot(heavy)
        if not heavy:
            return True
        expected = np.interp(_row(track), [_row(t) for t in heavy], [t.center[0] for t in heavy])
        return bool(abs(track.center[0] - expected) * slice_mm <= BESIDE_MM)

    return [t for t in tracks if on_spine(t)]


def trimmed(tracks: Sequence[Track], slice_mm: float) -> list[Track]:
    """Cut the outer pieces of bodies that reach much farther to the side than their neighbours: muscle beside them."""
    sides = [_sides(t) for t in tracks]
    out = []
    for k, track in enumerate(tracks):
        others = sorted((i for i in range(len(tracks)) if i != k), key=lambda i: abs(_row(tracks[i]) - _row(track)))
        near = [sides[i] for i in others if tracks[i].mass * HEAVIER >= track.mass][:NEIGHBOURS]
        if len(near) >= 2:
            first, last = np.median(near, axis=0) + np.array([-1, 1]) * WIDER_MM / slice_mm
            kept = tuple(p for p in track.pieces if first <= p.slice <= last)
            if 0 < len(kept) < len(track.pieces):
                track = Track(kept)
        out.append(track)
    return out


def without_aside(tracks: list[Track]) -> list[Track]:
    """Drop pieces at either end, lighter than the next, that no slice shows together with it: vertebrae are far wider
    than the spine bends between two of them. Hip bones and vessels at the edge of a stack are met so."""
    kept = head_to_foot(tracks)
    for end, inner in ((0, 1), (-1, -2)):
        while len(kept) > 1 and kept[end].mass < kept[inner].mass and not kept[end].slices & kept[inner].slices:
            kept.pop(end)
    return kept


def keep_to_middle(instances: NDArray[np.uint16], tracks: Sequence[Track], slice_mm: float) -> None:
    """Clear, in place, what outgrows the middle slices of its body: where muscle is joined to it, it is far longer.

    Parameters
    ----------
    instances
        ``(slices, rows, columns)`` on the canonical 1 mm grid; ``tracks[k]`` is the core of instance ``k + 1``.
    """
    reach = max(MIDDLE_MM / slice_mm, 1.0)
    for number, (track, box) in enumerate(zip(tracks, find_objects(instances, len(tracks)), strict=True), start=1):
        if box is None:
            continue
        body = instances[box] == number
        at = np.arange(box[0].start, box[0].stop)
        middle = body[np.abs(at - track.center[0]) <= reach].any(axis=0)
        if middle.any():
            beyond = distance_transform_edt(~middle) > OUTGROWS_MM
            instances[box][body & beyond] = 0


def _row(track: Track) -> float:
    return float(track.center[1])


def _sides(track: Track) -> tuple[int, int]:
    """First and last slice that show the whole height of a body."""
    areas = np.array([p.area for p in track.pieces])
    usual = float(np.median(areas[areas >= np.median(areas)]))
    wide = [p.slice for p in track.pieces if p.area >= PLATEAU * usual]
    return min(wide), max(wide)
