"""From class probabilities to separate vertebral bodies, ordered from head to foot."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label

from vcfimg.imaging.bodies.lumbosacral import lowest_verdict, sacrum_beside
from vcfimg.imaging.bodies.merge_parts import join_dens, once_each
from vcfimg.imaging.bodies.off_spine import keep_to_middle, trimmed, without_aside, without_beside
from vcfimg.imaging.bodies.slice_vote import on_several_slices, outlined, without_lateral, without_stray
from vcfimg.imaging.bodies.spine_curve import on_column, real
from vcfimg.imaging.bodies.tracks import Piece, Track, core_pieces, link, merge_broken
from vcfimg.imaging.segmentation import Tissue


def find_instances(
    semantic: NDArray[np.float32], core: NDArray[np.float32], slice_mm: float
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], bool]:
    """Separate the bodies of one volume.

    Parameters
    ----------
    semantic
        ``(slices, 6, rows, columns)`` class probabilities on the canonical 1 mm grid.
    core
        ``(slices, rows, columns)`` body-core probability.
    slice_mm
        Distance between slices.

    Returns
    -------
    tuple
        Instance ids (1 = nearest to the head) and semantic labels, ``(slices, rows, columns)``. Body pixels of no
        instance become background, so the two agree. Last, whether L5 and S1 were hard to tell apart: the lowest body
        looks like a body in some slices and like the sacrum in others.
    """
    labels = semantic.argmax(1).astype(np.uint8)
    pieces = core_pieces(core, semantic[:, Tissue.BODY], semantic[:, Tissue.SACRUM])
    tracks = without_lateral(merge_broken(link(pieces), slice_mm), slice_mm)
    tracks = without_beside(tracks, slice_mm)
    tracks = without_stray(once_each(on_column(real(tracks), slice_mm), semantic[:, Tissue.DISC]))
    tracks = trimmed(without_aside(tracks), slice_mm)
    tracks = on_several_slices(join_dens(tracks, semantic[:, Tissue.DISC]), labels, slice_mm)
    instances = grow(tracks, semantic[:, Tissue.BODY], labels)
    everyone = outlined(tracks, instances, labels, slice_mm)
    if len(everyone) > len(tracks):
        tracks, instances = everyone, grow(everyone, semantic[:, Tissue.BODY], labels)
    keep_to_middle(instances, tracks, slice_mm)
    doubt = settle_lowest(tracks, instances, labels, slice_mm)
    labels[(labels == Tissue.BODY) & (instances == 0)] = Tissue.BACKGROUND
    labels[instances > 0] = Tissue.BODY
    return instances, labels, doubt


def settle_lowest(
    tracks: list[Track], instances: NDArray[np.uint16], labels: NDArray[np.uint8], slice_mm: float
) -> bool:
    """Make the lowest bodies, in place, all body or all sacrum: the network may see S1 or L5 differently by slice.

    Returns whether one of them was in doubt.
    """
    doubt = False
    for number in range(len(tracks), 1, -1):
        body = instances == number
        verdict = lowest_verdict(tracks[number - 2], tracks[number - 1], body, labels, slice_mm)
        doubt |= verdict.doubtful
        if not verdict.sacral:
            instances[sacrum_beside(body, labels)] = number
            break
        labels[body] = Tissue.SACRUM
        instances[body] = 0
    return doubt


def grow(tracks: list[Track], body: NDArray[np.float32], labels: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Give every body pixel of a slice to the nearest core in it, as far as a body reaches."""
    out = np.zeros(body.shape, np.uint16)
    by_slice: dict[int, list[tuple[int, Piece]]] = {}
    for number, track in enumerate(tracks, start=1):
        for piece in track.pieces:
            by_slice.setdefault(piece.slice, []).append((number, piece))
    for k, found in by_slice.items():
        seeds = np.zeros(body.shape[1:], np.uint16)
        for number, piece in found:
            seeds[piece.rows, piece.columns] = number
        mask = (labels[k] == Tissue.BODY) | (seeds > 0)
        distance, nearest = distance_transform_edt(seeds == 0, return_indices=True)
        owner = seeds[nearest[0], nearest[1]]
        reach = np.zeros(len(tracks) + 1, np.float32)
        for number, piece in found:
            reach[number] = max(reach[number], 0.75 * np.sqrt(piece.area) + 4)
        mask &= distance <= reach[owner]
        # a body is one piece: what does not touch its core is something else
        for number, _ in found:
            parts, _ = label(mask & (owner == number))
            touching = np.unique(parts[seeds == number])
            out[k][np.isin(parts, touching[touching > 0])] = number
    return out


def renumber(instances: NDArray[np.uint16], order: dict[int, int]) -> NDArray[np.uint16]:
    """Replace ids by ``order``; ids not in it become 0."""
    table = np.zeros(int(instances.max()) + 1, np.uint16)
    for old, new in order.items():
        if old < len(table):
            table[old] = new
    return table[instances]
