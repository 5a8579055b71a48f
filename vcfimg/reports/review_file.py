"""``reviews.json`` beside ``result.json``: what people said, should the result be rebuilt."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from vcfimg.errors import ReviewError
from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reviews.review import Review

REVIEW_FILE: Final = "reviews.json"
_REVIEWS: Final = TypeAdapter(tuple[Review, ...])


def read_reviews(folder: Path) -> tuple[Review, ...]:
    """The answers kept in a study's folder; none when there is no file.

    Raises
    ------
    ReviewError
        ``reviews_unreadable``: a damaged file is never taken for an empty one.
    """
    try:
        return _REVIEWS.validate_json((folder / REVIEW_FILE).read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        message = f"{REVIEW_FILE} of this study cannot be read ({type(error).__name__}); restore it from a backup"
        raise ReviewError("reviews_unreadable", message) from None


def write_reviews(folder: Path, reviews: Sequence[Review]) -> Path:
    """Replace the file in one step; returns its path."""
    return write_atomic(folder / REVIEW_FILE, _REVIEWS.dump_json(tuple(reviews), indent=1) + b"\n")


def has_newer_reviews(folder: Path) -> bool:
    """Whether answers were written after the result, so that it does not hold them: a run ended between the two."""
    try:
        return (folder / REVIEW_FILE).stat().st_mtime_ns > (folder / RESULT_JSON).stat().st_mtime_ns
    except OSError:
        return False
