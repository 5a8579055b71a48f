"""One answer of a person, kept for good."""

import datetime
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import AwareDatetime, Field, field_validator

from vcfimg.base import Model, Vec3
from vcfimg.errors import ReviewError

ReviewKind = Literal["level", "point", "edema", "reject", "fact", "sign_off"]


class ReviewAnchor(Model):
    """The vertebra that is meant, by where it lies: ids change when a study is screened again."""

    center_mm: Vec3
    """Body centroid, LPS mm."""
    frame_of_reference_uid: str | None = None


class Review(Model):
    """Who said what, when, about which vertebra.

    ``value`` by kind: ``level`` the level; ``point`` ``{name: [x, y, z]}``, LPS mm; ``edema`` true or false;
    ``reject`` ``"measurement"``; ``fact`` ``{"field": path, "value": JSON}``, path as in ``missing[]``; ``sign_off``
    the SHA-256 of the content that was signed.
    """

    author: str = Field(min_length=1, max_length=128)
    authenticated: bool
    at: AwareDatetime
    kind: ReviewKind
    anchor: ReviewAnchor | None = None
    """None for what is not about one vertebra: facts, signatures."""
    value: Any = None
    undone: bool = False

    @field_validator("at")
    @classmethod
    def _utc(cls, at: datetime.datetime) -> datetime.datetime:
        return at.astimezone(datetime.UTC)


def in_force(reviews: Sequence[Review]) -> tuple[Review, ...]:
    """The answers that were not taken back, oldest first."""
    return tuple(review for review in reviews if not review.undone)


def undo(reviews: Sequence[Review], index: int) -> tuple[Review, ...]:
    """Take back the answer at ``index``; it stays in the list.

    Raises
    ------
    ReviewError
        ``review_unknown`` when there is no such answer in force.
    """
    if not 0 <= index < len(reviews) or reviews[index].undone:
        raise ReviewError("review_unknown", f"no answer {index} is in force; reload the page")
    return (*reviews[:index], reviews[index].model_copy(update={"undone": True}), *reviews[index + 1 :])
