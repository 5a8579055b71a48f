"""A body is what most slices around its middle agree on.

A rib head, a vessel or a fold of the brain is met on one slice, or beside the column; a body is met on several, and
those about the middle of the column are among them. Where these show a body without a core, its outline tells of it.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from vcfimg.imaging.bodies.merge_parts import same_profile
from vcfimg.imaging.bodies.spine_curve import fills_gap
from vcfimg.imaging.bodies.tracks import Piece, Track, head_to_foot, link
from vcfimg.imaging.segmentation import Tissue

MIDDLE_MM: Final = 9.0
"""Slices this near to the curve of the column show the middle of a body: even the core of a half collapsed one reaches
so far."""
FEWER: Final = 0.5
"""A piece beside the middle that this share of the usual number of slices shows is a body all the same."""
ONE_SLICE_MM: Final = 4.5
"""What is seen over less than this, or on one slice, is none."""
SACRAL_SHARE: Final = 0.3
"""Share of a piece on one slice that is sacrum on others."""
NARROW_MM: Final = 10.0
"""The core of a neck body is about this wide: slices more than half of it apart may meet it only once."""
USUAL_SLICES: Final = 3
"""Where bodies are seen on fewer slices than this, the stack has no more to show."""
HEAVY: Final = 0.2
"""Mass, relative to the heavy pieces of the spine, from which a piece tells where the column runs."""
NEIGHBOUR_MM: Final = (10.0, 90.0)
"""So far above or below lie the pieces that tell where the column runs here."""
STRAY_MM: Final = 3.0
STRAY_SIZE: Final = 0.6
"""A piece farther from the place most slices show than this, and this share of the side of a body, is another thing."""
OUTLINE_MM2: Final = 60.0
"""Less of a body in a slice is not one (C7 measures about 200 mm²), ..."""
OUTLINE_SHARE: Final = 0.25
"""... nor is less than this share of its neighbours."""
OFF_LINE_MM: Final = 12.0
"""A body without a core lies this near to the line between its neighbours."""


def without_lateral(tracks: Sequence[Track], slice_mm: float) -> list[Track]:
    """Drop what few slices show, all of them beside the middle of the column; it must not speak for the column.

    Two such pieces at the same place on both sides of the middle are of a body that is hollow there.
    """
    heavy = _heavy(tracks)
    usual = float(np.median([len(t.slices) for t in heavy])) if heavy else 0.0

    def kept(track: Track) -> bool:
        at = _column_at(float(track.center[1]), [t for t in heavy if t is not track])
        if at is None or usual < USUAL_SLICES or len(track.slices) >= FEWER * usual:
            return True
        if min(abs(k - at) for k in track.slices) * slice_mm <= MIDDLE_MM:
            return True
        side = track.center[0] - at
        return any((t.center[0] - at) * side < 0 and same_profile(t, track) for t in tracks)

    return [t for t in tracks if kept(t)]


def without_stray(tracks: Sequence[Track]) -> list[Track]:
    """Drop the pieces of a body that lie elsewhere than most of its slices show it."""
    out = []
    for track in tracks:
        centres = np.array([p.center for p in track.pieces])
        reach = STRAY_MM + STRAY_SIZE * float(np.sqrt(np.median([p.area for p in track.pieces])))
        near = np.linalg.norm(centres - np.median(centres, axis=0), axis=1) <= reach
        whole = len(track.pieces) < USUAL_SLICES or bool(near.all()) or not near.any()
        out.append(track if whole else Track(tuple(p for p, ok in zip(track.pieces, near, strict=True) if ok)))
    return out


def on_several_slices(tracks: Sequence[Track], labels: NDArray[np.uint8], slice_mm: float) -> list[Track]:
    """Drop what one slice alone shows of a column whose bodies several show.

    What other slices show as the sacrum stays: it is a part of that. So does what lies where the column runs, on the
    outermost slice, beyond which the column goes on, or on one of coarse slices: a neck is narrow.
    """
    heavy = _heavy(tracks)
    if not heavy or float(np.median([len(t.slices) for t in heavy])) < USUAL_SLICES:
        return list(tracks)

    def runs_here(track: Track) -> bool:
        at = _column_at(float(track.center[1]), [t for t in heavy if t is not track])
        outermost = not track.slices.isdisjoint({0, len(labels) - 1})
        seldom_met = outermost or 2 * slice_mm > NARROW_MM
        return seldom_met and at is not None and abs(track.center[0] - at) * slice_mm <= MIDDLE_MM

    return [
        t
        for t in tracks
        if (len(t.slices) > 1 and len(t.slices) * slice_mm >= ONE_SLICE_MM)
        or runs_here(t)
        or _is_sacral(t.pieces[0], labels)
    ]


def _is_sacral(piece: Piece, labels: NDArray[np.uint8]) -> bool:
    """Whether other slices show the sacrum where this piece lies."""
    return bool((labels[:, piece.rows, piece.columns] == Tissue.SACRUM).any(axis=0).mean() > SACRAL_SHARE)


def outlined(
    tracks: Sequence[Track], instances: NDArray[np.uint16], labels: NDArray[np.uint8], slice_mm: float
) -> list[Track]:
    """The tracks, with those of bodies that have no core but an outline on most slices about the middle of a gap.

    Parameters
    ----------
    instances, labels
        ``(slices, rows, columns)``: the bodies grown from ``tracks`` (instance ``k + 1`` is of ``tracks[k]``), and the
        tissue of all voxels.
    """
    free = (labels == Tissue.BODY) & (instances == 0)
    if not free.any():
        return list(tracks)
    found: list[list[Piece]] = []
    for k in range(len(labels)):
        marks, count = label(free[k])
        sizes = np.bincount(marks.ravel(), minlength=count + 1)
        pieces: list[Piece] = []
        for number in (n for n in range(1, count + 1) if sizes[n] >= OUTLINE_MM2):
            rows, columns = np.nonzero(marks == number)
            pieces.append(Piece(k, len(pieces), rows, columns, 1.0))
        found.append(pieces)
    areas = np.array(
        [np.median([int((instances[p.slice] == n).sum()) for p in t.pieces]) for n, t in enumerate(tracks, 1)]
    )
    out = list(tracks)
    for track in sorted(link(found), key=lambda t: -t.mass):
        below = int(np.searchsorted([float(t.center[1]) for t in tracks], track.center[1]))
        if not 0 < below < len(tracks) or not fills_gap(track, head_to_foot(out)):
            continue
        if track.area < OUTLINE_SHARE * float(np.min(areas[[below - 1, below]])):
            continue
        if _agreed(track, tracks[below - 1], tracks[below], len(labels), slice_mm):
            out = head_to_foot([*out, track])
    return out


def _agreed(track: Track, above: Track, below: Track, slices: int, slice_mm: float) -> bool:
    """Whether most slices about the middle of the column show it there, on the line between its neighbours."""
    share = (float(track.center[1]) - above.center[1]) / max(float(below.center[1] - above.center[1]), 1.0)
    expected = above.center + share * (below.center - above.center)
    if abs(float(track.center[2] - expected[2])) > OFF_LINE_MM:
        return False
    middle = [k for k in range(slices) if abs(k - expected[0]) * slice_mm <= MIDDLE_MM]
    return 2 * sum(k in track.slices for k in middle) > len(middle)


def _heavy(tracks: Sequence[Track]) -> list[Track]:
    masses = sorted((t.mass for t in tracks), reverse=True)[:6]
    return [t for t in tracks if t.mass >= HEAVY * float(np.median(masses))] if masses else []


def _column_at(row: float, heavy: Sequence[Track]) -> float | None:
    """Slice in which the column runs at a row, from the nearest heavy pieces above and below; None without any."""
    low, high = NEIGHBOUR_MM
    sides = []
    for sign in (-1.0, 1.0):
        side = [t for t in heavy if low < sign * (float(t.center[1]) - row) <= high]
        sides.append(sorted(side, key=lambda t: abs(float(t.center[1]) - row))[:2])
    near = [t for side in sides for t in side]
    if not near:
        return None
    if not (sides[0] and sides[1]):
        return float(np.median([t.center[0] for t in near]))
    first, last = (np.mean([[t.center[1], t.center[0]] for t in side], axis=0) for side in sides)
    return float(np.interp(row, [first[0], last[0]], [first[1], last[1]]))
