"""Answers as a person would give them."""

import datetime
from typing import Any

from vcfimg.reviews import Review, ReviewAnchor

AT = datetime.datetime(2026, 1, 10, 9, 0, tzinfo=datetime.UTC)


def answer(kind: Any, value: Any, raw: Any = None, vertebra: int = 1, shift_mm: float = 0.0) -> Review:
    """An answer, about the vertebra with that id where ``raw`` is given."""
    anchor = None
    if raw is not None:
        x, y, z = next(v.center_mm for v in raw.vertebrae if v.id == vertebra)
        anchor = ReviewAnchor(center_mm=(x, y, z + shift_mm), frame_of_reference_uid=raw.frame_of_reference_uid)
    return Review(author="reader", authenticated=False, at=AT, kind=kind, anchor=anchor, value=value)
