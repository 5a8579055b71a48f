"""From class probabilities to separate vertebral bodies, ordered from head to foot."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, distance_transform_edt, label

from vcfimg.imaging.segmentation import Tissue

CORE_THRESHOLD: Final = 0.5
MIN_CORE_MM2: Final = 9.0
"""Smaller core pieces of a slice are noise."""
MIN_BODY_MM2: Final = 60.0
"""A body whose largest section is smaller than this is not one (C7 measures about 200 mm²)."""
LINK_OVERLAP: Final = 0.3
"""Share of the smaller core piece that two slices of one body have in common at least."""
DISC_BETWEEN: Final = 0.35
"""Disc probability that the way from the dens to the body of C2 stays below."""
SACRAL_CONTACT: Final = 0.3
"""Length of the border with the sacrum, relative to the square root of the area, from which a body is part of it."""
OFF_COLUMN_MM: Final = 28.0
"""A piece farther than this from the curve through all others is not of the spine."""


@dataclass(frozen=True, eq=False)
class Piece:
    """The core of one body in one slice."""

    slice: int
    number: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    strength: float

    @property
    def area(self) -> int:
        """Pixels (mm²)."""
        return len(self.rows)

    @property
    def center(self) -> NDArray[np.float64]:
        """(row, column)."""
        return np.array([self.rows.mean(), self.columns.mean()])


@dataclass(frozen=True, eq=False)
class Track:
    """The core pieces of one body over the slices."""

    pieces: tuple[Piece, ...]

    @property
    def area(self) -> int:
        """Largest piece, mm²."""
        return max(p.area for p in self.pieces)

    @property
    def mass(self) -> float:
        """Sum of area times strength, mm²."""
        return sum(p.area * p.strength for p in self.pieces)

    @property
    def center(self) -> NDArray[np.float64]:
        """Area-weighted (slice, row, column)."""
        weights = np.array([p.area for p in self.pieces], float)
        at = np.array([[p.slice, *p.center] for p in self.pieces])
        return np.asarray(weights @ at / weights.sum())

    @property
    def slices(self) -> frozenset[int]:
        """The slices it is seen in."""
        return frozenset(p.slice for p in self.pieces)


def find_instances(
    semantic: NDArray[np.float32], core: NDArray[np.float32], slice_mm: float
) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
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
        instance become background, so the two agree.
    """
    labels = semantic.argmax(1).astype(np.uint8)
    pieces = core_pieces(core, semantic[:, Tissue.BODY], semantic[:, Tissue.SACRUM])
    tracks = merge_broken(link(pieces), slice_mm)
    tracks = on_column(real(tracks, core.shape[0], slice_mm), slice_mm)
    tracks.sort(key=lambda t: float(t.center[1]))
    tracks = join_dens(tracks, semantic[:, Tissue.DISC])
    instances = grow(tracks, semantic[:, Tissue.BODY], labels)
    if tracks and is_sacral(instances == len(tracks), labels == Tissue.SACRUM):
        labels[instances == len(tracks)] = Tissue.SACRUM
        instances[instances == len(tracks)] = 0
    labels[(labels == Tissue.BODY) & (instances == 0)] = Tissue.BACKGROUND
    labels[instances > 0] = Tissue.BODY
    return instances, labels


def core_pieces(core: NDArray[np.float32], body: NDArray[np.float32], sacrum: NDArray[np.float32]) -> list[list[Piece]]:
    """Connected core pieces per slice that look more like a body than like the sacrum."""
    out: list[list[Piece]] = []
    for k in range(core.shape[0]):
        marks, count = label(core[k] > CORE_THRESHOLD)
        found: list[Piece] = []
        for number in range(1, count + 1):
            rows, columns = np.nonzero(marks == number)
            if len(rows) < MIN_CORE_MM2:
                continue
            if body[k, rows, columns].mean() < max(0.35, float(sacrum[k, rows, columns].mean())):
                continue
            found.append(Piece(k, len(found), rows, columns, float(core[k, rows, columns].mean())))
        out.append(found)
    return out


def link(pieces: list[list[Piece]]) -> list[Track]:
    """Join pieces of neighbouring slices that overlap best on both sides."""
    chains: dict[tuple[int, int], list[Piece]] = {}
    for k, current in enumerate(pieces):
        before = pieces[k - 1] if k else []
        shared = np.array([[overlap(a, b) for b in current] for a in before]).reshape(len(before), len(current))
        for j, piece in enumerate(current):
            chain = None
            if len(before):
                i = int(shared[:, j].argmax())
                if shared[i, j] >= LINK_OVERLAP and int(shared[i].argmax()) == j:
                    chain = chains[(k - 1, before[i].number)]
            if chain is None:
                chain = []
            chain.append(piece)
            chains[(k, piece.number)] = chain
    unique = {id(chain): chain for chain in chains.values()}
    return [Track(tuple(chain)) for chain in unique.values()]


def overlap(a: Piece, b: Piece) -> float:
    """Common pixels over the smaller area."""
    shared = np.intersect1d(a.rows * 10000 + a.columns, b.rows * 10000 + b.columns, assume_unique=True)
    return len(shared) / min(a.area, b.area)


def merge_broken(tracks: list[Track], slice_mm: float) -> list[Track]:
    """Join tracks of the same body that a missed slice or a poor overlap broke apart."""
    tracks = sorted(tracks, key=lambda t: -t.mass)
    kept: list[Track] = []
    for track in tracks:
        home = None
        for n, other in enumerate(kept):
            if track.slices & other.slices:
                continue
            gap = min(abs(a - b) for a in track.slices for b in other.slices)
            near = [p for p in other.pieces if min(abs(p.slice - s) for s in track.slices) == gap]
            reach = 0.35 * np.sqrt(max(p.area for p in near)) + 2
            apart = min(float(np.linalg.norm(p.center - q.center)) for p in near for q in track.pieces)
            if gap * slice_mm <= 13 and apart <= reach:
                home = n
                break
        if home is None:
            kept.append(track)
        else:
            kept[home] = Track(tuple(sorted((*kept[home].pieces, *track.pieces), key=lambda p: p.slice)))
    return kept


def real(tracks: list[Track], slices: int, slice_mm: float) -> list[Track]:
    """Drop what is too small to be a body, judged against the typical one."""
    if not tracks:
        return []
    typical = float(np.median([t.mass for t in sorted(tracks, key=lambda t: -t.mass)[:6]]))
    return [t for t in tracks if t.area >= 0.3 * MIN_BODY_MM2 and t.mass >= 0.08 * typical]


def on_column(tracks: list[Track], slice_mm: float) -> list[Track]:
    """Drop pieces that lie away from the smooth curve through the others, heavier ones weighing more.

    The piece judged is the one without which the rest is smoothest: the piece farthest from a fit that an outlier has
    bent may well be a true one.
    """
    kept = sorted(tracks, key=lambda t: float(t.center[1]))
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


def join_dens(tracks: list[Track], disc: NDArray[np.float32]) -> list[Track]:
    """Make the dens part of C2: the topmost piece, when it is narrow and no disc lies between it and the next."""
    if len(tracks) < 2:
        return tracks
    upper, lower = tracks[0], tracks[1]
    for k in sorted(upper.slices & lower.slices):
        a = next(p for p in upper.pieces if p.slice == k)
        b = next(p for p in lower.pieces if p.slice == k)
        path = a.center + np.linspace(0, 1, 40)[:, None] * (b.center - a.center)
        rows, columns = path.round().astype(int).T
        narrow = np.ptp(a.columns) < 0.8 * np.ptp(b.columns)
        if narrow and float(disc[k, rows, columns].max()) < DISC_BETWEEN:
            joined = Track(tuple(sorted((*lower.pieces, *upper.pieces), key=lambda p: p.slice)))
            return [joined, *tracks[2:]]
    return tracks


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


def is_sacral(lowest: NDArray[np.bool_], sacrum: NDArray[np.bool_]) -> bool:
    """Whether the lowest body is the upper part of S1: it borders on the sacrum at length, with no disc between.

    The inferior endplate of L5 always has a disc below it; the network divides S1 when the field of view cuts it.
    """
    votes = []
    for body, below in zip(lowest, sacrum, strict=True):
        area = int(body.sum())
        if area >= MIN_BODY_MM2:
            contact = int((body & binary_dilation(below)).sum())
            votes.append(contact > SACRAL_CONTACT * np.sqrt(area))
    return bool(votes) and float(np.mean(votes)) > 0.5


def renumber(instances: NDArray[np.uint16], order: dict[int, int]) -> NDArray[np.uint16]:
    """Replace ids by ``order``; ids not in it become 0."""
    table = np.zeros(int(instances.max()) + 1, np.uint16)
    for old, new in order.items():
        if old < len(table):
            table[old] = new
    return table[instances]
