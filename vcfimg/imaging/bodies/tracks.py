"""The cores of the bodies: their pieces in every slice, joined into one track per body."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

CORE_THRESHOLD: Final = 0.5
MIN_CORE_MM2: Final = 9.0
"""Smaller core pieces of a slice are noise."""
LINK_OVERLAP: Final = 0.3
"""Share of the smaller core piece that two slices of one body have in common at least."""


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


def head_to_foot(tracks: Iterable[Track]) -> list[Track]:
    """The tracks in the order of their middles."""
    return sorted(tracks, key=lambda t: float(t.center[1]))


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
