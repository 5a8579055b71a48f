"""Head-foot coverage: what a stack adds to those already chosen, and the stations of a whole-spine examination."""

from collections.abc import Iterable, Sequence
from typing import Final

from vcfimg.loaders.choice.candidate import Candidate, Span

NEW_FRACTION: Final = 0.3
"""A stack is a further station when at least this fraction of it is not covered yet …"""

NEW_LENGTH_MM: Final = 40.0
"""… and at least this much, about one vertebra with its disc."""

SAME_STATION: Final = 0.5
"""Stacks whose common part is at least this fraction of their joint length lie at one station."""


def uncovered(span: Span, covered: Iterable[Span]) -> float:
    """Length of ``span`` outside all ``covered`` spans, mm."""
    low, high = span
    left = 0.0
    reach = low
    for start, end in sorted(covered):
        if start > reach:
            left += max(0.0, min(start, high) - reach)
        reach = max(reach, min(end, high))
        if reach >= high:
            break
    return left + max(0.0, high - reach)


def adds_station(candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether ``candidate`` shows enough spine that the chosen stacks do not."""
    new = uncovered(candidate.span, [other.span for other in chosen])
    return not chosen or (new >= NEW_LENGTH_MM and new >= NEW_FRACTION * candidate.length_mm)


def number_stations(chosen: Sequence[Candidate]) -> dict[str, int]:
    """Station number by series key: 0 when all lie at one station, else 1, 2, … from the head."""
    anchors: list[Span] = []
    place: dict[str, int] = {}
    for candidate in sorted(chosen, key=lambda item: (-sum(item.span), item.series.key)):
        for index, anchor in enumerate(anchors):
            if joint_fraction(candidate.span, anchor) >= SAME_STATION:
                place[candidate.series.key] = index + 1
                break
        else:
            anchors.append(candidate.span)
            place[candidate.series.key] = len(anchors)
    return place if len(anchors) > 1 else dict.fromkeys(place, 0)


def joint_fraction(a: Span, b: Span) -> float:
    """Common part of two spans as a fraction of their joint length."""
    joint = max(a[1], b[1]) - min(a[0], b[0])
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0])) / joint if joint > 0 else 1.0
