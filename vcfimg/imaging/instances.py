"""From class probabilities to separate vertebral bodies, ordered from head to foot."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, distance_transform_edt, label

from vcfimg.imaging.sacral_depth import LIKE_L5, LIKE_S1, MIDLINE_MM, depth_ratio
from vcfimg.imaging.segmentation import Tissue

CORE_THRESHOLD: Final = 0.5
MIN_CORE_MM2: Final = 9.0
"""Smaller core pieces of a slice are noise."""
MIN_BODY_MM2: Final = 60.0
"""A body whose largest section is smaller than this is not one (C7 measures about 200 mm²)."""
SIZEABLE: Final = 0.05
"""Mass of a piece, relative to the heavy ones of the spine, from which it may be a body anywhere, ..."""
OF_USUAL: Final = 0.08
"""... if it also has this share of its neighbours' mass; in a gap half of it will do."""
CRUSHED: Final = 0.02
"""Mass of a piece, relative to the heavy ones of the spine, from which it may be a body in a gap."""
ROOM_FOR_ONE: Final = 1.25
"""Distance of two bodies, relative to the usual one, from which a crushed one may lie between them."""
LINK_OVERLAP: Final = 0.3
"""Share of the smaller core piece that two slices of one body have in common at least."""
DISC_BETWEEN: Final = 0.35
"""Disc probability from which a disc lies on the way from one piece to the next."""
SACRAL_CONTACT: Final = 0.3
"""Length of the border with the sacrum, relative to the square root of the area, from which a body is part of it."""
CLOSE_VOTE_BODY: Final = 0.2
"""Share of sacrum from which the verdict that the lowest body is L5 is in doubt."""
CLOSE_VOTE_SACRUM: Final = 0.4
"""Share of body from which the verdict that it is S1 is in doubt: S1 looks like a body beside the midline anyhow."""
SPLINTER_SHARE: Final = 0.2
"""A piece this much lighter than a body it is too near to is a splinter."""
NEAREST_STEP: Final = 0.55
"""Distance of two bodies, relative to the usual one, that even a collapse does not fall below."""
DISC_REACH_MM: Final = 16.0
"""How far below a body its disc is looked for."""
DISC_SHARE: Final = 0.06
"""Disc area below a body, relative to the area of the body, from which there is a disc (usually about 0.3)."""
BELOW_BODY_WIDTH: Final = 0.8
"""The core of the dens is narrower than this share of the core of C2; a body is not."""
DENS_WIDTH: Final = 0.6
"""Usual width of that core: this narrow, the size of C2 settles it."""
AXIS_AREA: Final = 1.25
"""The core of C2 is larger than that of C3 by this factor at least."""
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

    def joined(self, other: "Track") -> "Track":
        """Both as one body."""
        return Track(tuple(sorted((*self.pieces, *other.pieces), key=lambda p: p.slice)))

    @property
    def area(self) -> int:
        """Largest piece, mm²."""
        return max(p.area for p in self.pieces)

    @cached_property
    def mass(self) -> float:
        """Sum of area times strength, mm²."""
        return sum(p.area * p.strength for p in self.pieces)

    @cached_property
    def center(self) -> NDArray[np.float64]:
        """Area-weighted (slice, row, column)."""
        weights = np.array([p.area for p in self.pieces], float)
        at = np.array([[p.slice, *p.center] for p in self.pieces])
        return np.asarray(weights @ at / weights.sum())

    @cached_property
    def slices(self) -> frozenset[int]:
        """The slices it is seen in."""
        return frozenset(p.slice for p in self.pieces)


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
    tracks = merge_broken(link(pieces), slice_mm)
    tracks = once_each(on_column(real(tracks), slice_mm), semantic[:, Tissue.DISC])
    tracks = join_dens(tracks, semantic[:, Tissue.DISC])
    instances = grow(tracks, semantic[:, Tissue.BODY], labels)
    doubt = False
    while len(tracks) > 1:
        sacral, mixed = settle_lowest(tracks[-2], tracks[-1], len(tracks), instances, labels, slice_mm)
        doubt |= mixed
        if not sacral:
            break
        tracks.pop()
    labels[(labels == Tissue.BODY) & (instances == 0)] = Tissue.BACKGROUND
    labels[instances > 0] = Tissue.BODY
    return instances, labels, doubt


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
            kept[home] = kept[home].joined(track)
    return kept


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
        return track.area >= 0.3 * MIN_BODY_MM2 and track.mass >= least * usual

    kept = sorted((t for t in sizeable if plausible(t, OF_USUAL)), key=lambda t: float(t.center[1]))
    small = [t for t in tracks if t not in kept and t.mass >= CRUSHED * heaviest and plausible(t, OF_USUAL / 2)]
    for track in sorted(small, key=lambda t: -t.mass):
        if fills_gap(track, kept):
            kept = sorted([*kept, track], key=lambda t: float(t.center[1]))
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


def settle_lowest(
    above: Track,
    lowest: Track,
    number: int,
    instances: NDArray[np.uint16],
    labels: NDArray[np.uint8],
    slice_mm: float,
) -> tuple[bool, bool]:
    """Make the lowest body, in place, all body or all sacrum; the network may see S1 or L5 differently by slice.

    Seen from the side, the voxels of the body are held against the sacrum labelled in the same place in other slices:
    the majority decides. A part of S1 that the field of view cuts borders on the sacrum and has no disc below. A close
    vote is settled by the depth of what lies below, and that depth raises doubt where it speaks against the vote.

    Returns
    -------
    tuple
        Whether it is sacrum, and whether that is in doubt.
    """
    body = instances == number
    profile = body.any(0)
    sacrum = (labels == Tissue.SACRUM) & profile
    for_body, for_sacrum = int(body.sum()), int(sacrum.sum())
    everyone = for_body + for_sacrum
    sacral = for_sacrum > for_body or is_cut_s1(above, lowest, body, labels)
    close = (CLOSE_VOTE_SACRUM * everyone < for_body <= for_sacrum, for_sacrum > CLOSE_VOTE_BODY * everyone)
    doubt = close[0] if sacral else close[1]
    middle = np.flatnonzero(np.abs(np.arange(len(labels)) - lowest.center[0]) * slice_mm <= MIDLINE_MM)
    ratio = depth_ratio(labels, lowest.center[1:], above.center[1:], middle)
    if ratio is not None and not LIKE_S1 < ratio < LIKE_L5:
        like_s1 = ratio <= LIKE_S1
        sacral, doubt = (like_s1, False) if doubt else (sacral, like_s1 != sacral)
    if sacral:
        labels[body] = Tissue.SACRUM
        instances[body] = 0
    else:
        labels[sacrum] = Tissue.BODY
        instances[sacrum] = number
    return sacral, doubt


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


def once_each(tracks: list[Track], disc: NDArray[np.float32]) -> list[Track]:
    """Settle pieces that are too near each other to be two vertebrae: join what is one body, drop small false ones."""
    kept = sorted(tracks, key=lambda t: float(t.center[1]))
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


def renumber(instances: NDArray[np.uint16], order: dict[int, int]) -> NDArray[np.uint16]:
    """Replace ids by ``order``; ids not in it become 0."""
    table = np.zeros(int(instances.max()) + 1, np.uint16)
    for old, new in order.items():
        if old < len(table):
            table[old] = new
    return table[instances]
