"""Which series share a frame of reference, by their UIDs and, where an anonymiser changed these, by their positions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from vcfimg.loaders.choice.candidate import Candidate
from vcfimg.loaders.choice.coverage import SAME_STATION, joint_fraction, uncovered
from vcfimg.loaders.stacks.plane import extent
from vcfimg.roles import SLOTS

SAME_PLACE_MM: Final = 15.0
"""Centres of two series planned alike lie nearer than this along every axis; what movement is left between them is
found in the images. After repositioning the table, and with it the centre, lies elsewhere."""

SAME_COLUMN_MM: Final = 40.0
"""Centres of two stations of one spine lie nearer than this from side to side and from front to back."""

OVERLAP_MM: Final = 25.0
"""Stations that share this much, about a vertebra, can be fitted together by what both show."""


def one_frame(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Candidate], list[Candidate]]:
    """Split into the frame of reference that serves best, those of others whose positions agree with it, and the rest.

    Positions are comparable only within one frame. Anonymisers give every series a frame of its own, or none, and
    leave the positions, so that series planned alike still lie at one place, and stations still overlap.
    """
    frames: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        frames[candidate.series.frame_of_reference_uid or ""].append(candidate)
    if len(frames) <= 1:
        return list(candidates), [], []

    def worth(frame: str) -> tuple[float, ...]:
        members = frames[frame]
        total = sum(_covered(item for item in members if item.slot == slot) for slot in SLOTS)
        return (len({item.slot for item in members}), round(total / 25), len(members), float(bool(frame)))

    best, *others = sorted(sorted(frames), key=worth, reverse=True)
    inside, joined = list(frames[best]), list[Candidate]()
    outside = [item for frame in others for item in frames[frame]]
    # A station may adjoin one that was joined itself.
    while agreeing := [item for item in outside if _agrees(item, inside)]:
        joined += agreeing
        inside += agreeing
        outside = [item for item in outside if item not in agreeing]
    return [item for item in inside if item not in joined], joined, outside


def _agrees(candidate: Candidate, inside: Sequence[Candidate]) -> bool:
    """Whether a series lies where one of ``inside`` lies, or adjoins it as the next station of one spine."""
    return any(_same_place(candidate, other) or _adjoins(candidate, other) for other in inside)


def _same_place(a: Candidate, b: Candidate) -> bool:
    alike = joint_fraction(a.span, b.span) >= SAME_STATION
    return alike and all(_apart(a, b, axis) <= SAME_PLACE_MM for axis in range(3))


def _adjoins(a: Candidate, b: Candidate) -> bool:
    if joint_fraction(a.span, b.span) >= SAME_STATION:
        return False
    overlap = a.length_mm - uncovered(a.span, [b.span])
    return overlap >= OVERLAP_MM and all(_apart(a, b, axis) <= SAME_COLUMN_MM for axis in range(2))


def _apart(a: Candidate, b: Candidate, axis: int) -> float:
    return abs(_centre(a, axis) - _centre(b, axis))


def _centre(candidate: Candidate, axis: int) -> float:
    series = candidate.series
    ends = series.orientation and extent(series.frames, series.orientation, series.header, axis)
    return sum(ends) / 2 if ends else float("inf")


def _covered(candidates: Iterable[Candidate]) -> float:
    """Head-foot length covered by at least one candidate, mm."""
    total = 0.0
    seen: list[tuple[float, float]] = []
    for candidate in candidates:
        total += uncovered(candidate.span, seen)
        seen.append(candidate.span)
    return total
