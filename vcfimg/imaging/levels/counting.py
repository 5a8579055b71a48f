"""Counts levels from the landmarks that were seen: the sacrum, C2, or names given by the segmenter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from vcfimg.base import Note
from vcfimg.imaging.landmarks.sacral_shape import SIGNS
from vcfimg.imaging.levels.ladder import LUMBAR_BELOW_T12, USUAL_C2_TO_L5, ladder, name_at
from vcfimg.imaging.levels.spacing import Spacing, body_distances
from vcfimg.imaging.raw import Anchor, RawSpine, RawVertebra
from vcfimg.level_names import is_level
from vcfimg.policy.measurement_section import MeasurementPolicy

CountedFrom = Literal["sacrum", "c2", "dicom", "user", "none"]
_USUAL = ladder()
_ANCHOR_LEVEL = {"sacrum": "L5", "c2": "C2"}


@dataclass(frozen=True)
class Count:
    """One way of counting.

    Parameters
    ----------
    source
        What the counting started from.
    names
        Vertebra id → name, certain or not.
    certain
        Ids whose name does not lean on a guess.
    warnings
        What the reader should know.
    gap
        Another vertebra would fit between the landmark and the first one counted.
    """

    source: CountedFrom
    names: Mapping[int, str | None]
    certain: frozenset[int]
    warnings: tuple[Note, ...] = ()
    gap: bool = False


def reachable(start: int, vertebrae: Sequence[RawVertebra], spacing: Spacing) -> frozenset[int]:
    """Ids of the vertebrae that can be counted from ``start`` without crossing a gap or a doubtful pair."""
    ids = [v.id for v in vertebrae]
    low = high = ids.index(start)
    blocked = [m > 0 or c for m, c in zip(spacing.missing, spacing.crowded, strict=True)]
    while low > 0 and not blocked[low - 1]:
        low -= 1
    while high < len(ids) - 1 and not blocked[high]:
        high += 1
    return frozenset(ids[low : high + 1])


def count_from_landmarks(
    raw: RawSpine,
    vertebrae: Sequence[RawVertebra],
    positions: Mapping[int, int],
    spacing: Spacing,
    policy: MeasurementPolicy,
) -> Count:
    """Count from the sacrum, from C2 or from both; fall back on names given by the segmenter."""
    anchors = {a.kind: a for a in raw.anchors if a.adjacent_id in positions}
    warnings = [
        Note(code=f"{a.kind}_not_adjacent", text=f"the {_landmark(a)} was seen, but not which vertebra lies next to it")
        for a in raw.anchors
        if a.adjacent_id not in positions
    ]
    warnings += [
        Note(code=code, text=SIGNS.get(code, f"noted at the {_landmark(a)}")) for a in raw.anchors for code in a.notes
    ]
    counts = [_from_anchor(anchor, vertebrae, positions, spacing, policy) for _, anchor in sorted(anchors.items())]
    segmenter = _from_segmenter(raw, positions)
    if len(counts) == 2:
        count = _reconcile(anchors, counts[0], counts[1], positions)
    elif counts:
        count = _end_at_l5(counts[0]) if "c2" in anchors else counts[0]
    else:
        count = segmenter or Count("none", {}, frozenset())
    if counts and segmenter is not None:
        count = _compare_with_segmenter(count, segmenter)
    return replace(count, warnings=(*warnings, *count.warnings))


def _from_anchor(
    anchor: Anchor,
    vertebrae: Sequence[RawVertebra],
    positions: Mapping[int, int],
    spacing: Spacing,
    policy: MeasurementPolicy,
) -> Count:
    assert anchor.adjacent_id is not None
    start = _USUAL.index(_ANCHOR_LEVEL[anchor.kind])
    names = {i: _body_at(start + p - positions[anchor.adjacent_id]) for i, p in positions.items()}
    certain = reachable(anchor.adjacent_id, vertebrae, spacing)
    warnings = []
    if anchor.confidence == "low":
        text = f"the {_landmark(anchor)} was not seen clearly; names are only guesses"
        warnings.append(Note(code=f"{anchor.kind}_uncertain", text=text))
        certain = frozenset()
    gap = anchor.kind == "sacrum" and _gap_above_sacrum(anchor, vertebrae, policy)
    if gap:
        text = (
            "the lowest vertebra found lies too far above the sacrum; a vertebra between them may have been missed, so "
            "no name is certain"
        )
        warnings.append(Note(code="missed_above_sacrum", text=text))
        certain = frozenset()
    if anchor.kind == "sacrum" and min(positions.values()) + start - positions[anchor.adjacent_id] < 1:
        text = "more vertebrae were found above the sacrum than a usual spine has"
        warnings.append(Note(code="too_many_vertebrae", text=text))
    return Count("sacrum" if anchor.kind == "sacrum" else "c2", names, certain, tuple(warnings), gap)


def _body_at(index: int) -> str | None:
    """The name of a body by its place; C1 is a ring without one, so that what seems to lie there is something else."""
    name = name_at(_USUAL, index)
    return None if name == "C1" else name


def _end_at_l5(count: Count) -> Count:
    """Without the sacrum in view, what comes below L5 by counting from C2 may be L6 as well as S1: leave it unnamed."""
    below = {i for i, name in count.names.items() if name in {None, "S1"}}
    if not below:
        return count
    text = "counted from C2, there are more vertebrae than the usual 24; the lowest is L6 or S1"
    warning = Note(code="too_many_vertebrae", text=text)
    return replace(count, certain=count.certain - below, warnings=(*count.warnings, warning))


def _gap_above_sacrum(anchor: Anchor, vertebrae: Sequence[RawVertebra], policy: MeasurementPolicy) -> bool:
    """Whether the S1 endplate lies so far below the adjacent body that another vertebra would fit between."""
    distances = body_distances(vertebrae, (anchor,))
    if not anchor.points_mm or not distances:
        return False
    adjacent = next(v for v in vertebrae if v.id == anchor.adjacent_id)
    plate = np.mean(np.array(anchor.points_mm), axis=0)
    distance = float(np.linalg.norm(plate - np.array(adjacent.center_mm)))
    return distance > policy.level_sacrum_gap_ratio * float(np.median(distances[-3:]))


def _reconcile(
    anchors: Mapping[Literal["sacrum", "c2"], Anchor], c2: Count, sacrum: Count, positions: Mapping[int, int]
) -> Count:
    """Both landmarks were seen: do they agree that C2 to L5 are 23 vertebrae?"""
    top, bottom = anchors["c2"].adjacent_id, anchors["sacrum"].adjacent_id
    assert top is not None
    assert bottom is not None
    steps = positions[bottom] - positions[top]
    doubts = (*c2.warnings, *sacrum.warnings)
    if not c2.certain or not (sacrum.certain or _only_signs(anchors["sacrum"], sacrum)):
        clear = c2 if c2.certain else sacrum
        if steps == USUAL_C2_TO_L5:
            # The unclear landmark confirms the clear one, so what it warned of is settled.
            return replace(clear, certain=frozenset(positions) if clear.certain else frozenset())
        return replace(clear, warnings=(*doubts, _mismatch(steps)))
    if steps == USUAL_C2_TO_L5:
        return Count("c2", c2.names, frozenset(positions), ())
    if bottom not in c2.certain:
        # A gap lies between: each landmark names its own side.
        names = {i: c2.names[i] if i in c2.certain else sacrum.names[i] for i in positions}
        return Count("sacrum", names, c2.certain | sacrum.certain, (*doubts, _mismatch(steps)))
    lumbar = steps + 1 - LUMBAR_BELOW_T12
    if lumbar not in (4, 6):
        return Count("c2", c2.names, frozenset(), (*doubts, _mismatch(steps)))
    names_with_l6 = ladder(without=frozenset({"T13"})) if lumbar == 6 else _USUAL
    start = names_with_l6.index("C2") - positions[top]
    names = {i: name_at(names_with_l6, start + p) for i, p in positions.items()}
    text = (
        f"C2 and the sacrum were both seen, and counting between them gives {lumbar} lumbar-type vertebrae (or "
        f"{lumbar + 7} thoracic ones); names are counted from C2, and the last above the sacrum is called "
        f"{names[bottom]}"
    )
    return Count("c2", names, frozenset(positions), (Note(code="transitional_anatomy", text=text),))


def _only_signs(anchor: Anchor, count: Count) -> bool:
    """Whether all that is held against the sacrum is its shape: a doubt of names, which a count from C2 settles."""
    return bool(anchor.notes) and not count.gap and all(note in SIGNS for note in anchor.notes)


def _mismatch(steps: int) -> Note:
    text = (
        f"{steps + 1} vertebrae were counted from C2 to the sacrum where 23 are usual; a vertebra may have been missed "
        "or counted twice"
    )
    return Note(code="count_mismatch", text=text)


def _from_segmenter(raw: RawSpine, positions: Mapping[int, int]) -> Count | None:
    """Names the segmenter gave, if they fit one ladder at the places found."""
    given = {i: name for i, name in (raw.segmenter_levels or {}).items() if i in positions and is_level(name)}
    if not given:
        return None
    names = ladder(without=frozenset({"T13", "L6"} - set(given.values())))
    offsets = {names.index(name) - positions[i] for i, name in given.items()}
    if len(offsets) == 1:
        offset = offsets.pop()
        counted = {i: name_at(names, offset + p) for i, p in positions.items()}
        text = f"names come from the segmenter {raw.segmenter.name}, not from a landmark"
        return Count("none", counted, frozenset(given), (Note(code="levels_from_segmenter", text=text),))
    text = f"the names given by the segmenter {raw.segmenter.name} skip or repeat a level; they are shown as guesses"
    return Count("none", dict(given), frozenset(), (Note(code="segmenter_levels_inconsistent", text=text),))


def _compare_with_segmenter(count: Count, segmenter: Count) -> Count:
    different = [i for i, name in segmenter.names.items() if name != count.names.get(i)]
    if not different:
        return replace(count, certain=count.certain | segmenter.certain)
    text = (
        f"the segmenter and the count from the landmark name {len(different)} vertebrae differently; the count is kept"
    )
    return replace(count, warnings=(*count.warnings, Note(code="segmenter_levels_disagree", text=text)))


def _landmark(anchor: Anchor) -> str:
    return "sacrum" if anchor.kind == "sacrum" else "body of C2"
