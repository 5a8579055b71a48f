"""Answers laid over level-free facts: pure, and the facts themselves stay as they were read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from vcfimg.base import Note, vec3
from vcfimg.errors import ReviewError
from vcfimg.imaging.raw import Heights, RawSpine, RawVertebra, SixPoints
from vcfimg.level_names import is_level
from vcfimg.reviews.review import Review, ReviewAnchor, in_force

ANCHOR_MM: Final = 8.0
"""Largest distance between an anchor and the centre of the vertebra meant (design): about half the spacing of cervical
bodies, so that a neighbour is never taken for it."""
CORRECTION_LOST: Final = "correction_lost"
REJECTED: Final = "rejected_by_reader"


@dataclass(frozen=True)
class Reviewed:
    """What follows from the answers in force; later ones go before earlier ones."""

    raw: RawSpine
    levels: dict[int, str] = field(default_factory=dict)
    edema: dict[int, bool] = field(default_factory=dict)
    """Vertebra id → whether a person sees edema."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Path of a clinical fact → value."""
    notes: tuple[Note, ...] = ()


def apply(reviews: Sequence[Review], raw: RawSpine) -> Reviewed:
    """Correct the facts of ``raw``; an answer whose vertebra is not found becomes a ``correction_lost`` note.

    Raises
    ------
    ReviewError
        ``review_invalid`` when a value does not fit its kind.
    """
    vertebrae = {v.id: v for v in raw.vertebrae}
    levels: dict[int, str] = {}
    edema: dict[int, bool] = {}
    notes: list[Note] = []
    for review in in_force(reviews):
        if review.kind in ("sign_off", "fact"):
            continue
        meant = _meant(review.anchor, raw)
        if meant is None:
            notes.append(Note(code=CORRECTION_LOST, text=f"no vertebra lies where a person gave: {review.kind}"))
        elif review.kind == "level":
            levels[meant] = _level(review.value)
        elif review.kind == "edema":
            edema[meant] = _flag(review.value)
        elif review.kind == "point":
            vertebrae[meant] = _moved(vertebrae[meant], review.value)
        else:
            vertebrae[meant] = _rejected(vertebrae[meant], review.value)
    corrected = raw.model_copy(update={"vertebrae": tuple(vertebrae[v.id] for v in raw.vertebrae)})
    return Reviewed(corrected, levels, edema, facts_in_force(reviews), tuple(notes))


def facts_in_force(reviews: Sequence[Review]) -> dict[str, Any]:
    """Path of a clinical fact → the value last given.

    Raises
    ------
    ReviewError
        ``review_invalid``
    """
    return dict(_fact(review.value) for review in in_force(reviews) if review.kind == "fact")


def _meant(anchor: ReviewAnchor | None, raw: RawSpine) -> int | None:
    if anchor is None or anchor.frame_of_reference_uid != raw.frame_of_reference_uid:
        return None
    by_distance = sorted((math.dist(v.center_mm, anchor.center_mm), v.id) for v in raw.vertebrae)
    return by_distance[0][1] if by_distance and by_distance[0][0] <= ANCHOR_MM else None


def _fact(value: Any) -> tuple[str, Any]:
    if not isinstance(value, Mapping) or set(value) != {"field", "value"} or not isinstance(value["field"], str):
        raise ReviewError("review_invalid", 'a fact is {"field": path, "value": …}')
    return value["field"], value["value"]


def _level(value: Any) -> str:
    if not isinstance(value, str) or not is_level(value):
        raise ReviewError("review_invalid", "a level is C1-C7, T1-T13, L1-L6 or S1")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ReviewError("review_invalid", "edema is true or false")
    return value


def _moved(vertebra: RawVertebra, value: Any) -> RawVertebra:
    """The vertebra with one or more points moved and the heights measured between them anew."""
    if vertebra.points_mm is None:
        raise ReviewError("review_invalid", "this vertebra has no points to move")
    points = vertebra.points_mm.model_dump()
    if not isinstance(value, Mapping) or not value or not set(value) <= set(points):
        raise ReviewError("review_invalid", f"a point is one of {', '.join(points)}")
    try:
        moved = {name: vec3(place) for name, place in value.items()}
    except (TypeError, ValueError):
        raise ReviewError("review_invalid", "a point has three numbers, in mm") from None
    if not all(math.isfinite(number) for place in moved.values() for number in place):
        raise ReviewError("review_invalid", "a point has three finite numbers, in mm")
    points |= moved
    heights = vertebra.height_mm.model_dump()
    for position in {name.split("_")[0] for name in moved}:
        heights[position] = math.dist(points[f"{position}_superior"], points[f"{position}_inferior"])
    return vertebra.model_copy(update={"points_mm": SixPoints(**points), "height_mm": Heights(**heights)})


def _rejected(vertebra: RawVertebra, value: Any) -> RawVertebra:
    if value != "measurement":
        raise ReviewError("review_invalid", 'what can be rejected is "measurement"')
    return vertebra.model_copy(update={"reasons": (*vertebra.reasons, REJECTED)})
