"""What a stored result must hold beyond its schema: an edited file is refused by name before anything builds on it."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from vcfimg.imaging.raw import POSITIONS, Heights, at
from vcfimg.result import ScreeningResult

LARGEST_HEIGHT_MM: Final = 200.0
"""No vertebral body is a third as tall, nor is a height less certain than that."""


def faults(result: ScreeningResult) -> Iterator[str]:
    """A sentence for each place that no version of vcfimg would have written; values are not repeated."""
    dates = (("study.study_date", result.study.study_date), ("provenance.as_of", result.provenance.as_of))
    yield from (f"{where}: not a date" for where, date in dates if date is not None and not _is_date(date))
    yield from _twice("vertebrae", (one.id for one in result.vertebrae))
    for place, one in enumerate(result.vertebrae):
        for name in ("height_mm", "expected_height_mm", "height_uncertainty_mm"):
            yield from _too_tall(f"vertebrae.{place}.{name}", getattr(one, name))
    if result.raw is None:
        return
    yield from _twice("raw.vertebrae", (one.id for one in result.raw.vertebrae))
    for place, vertebra in enumerate(result.raw.vertebrae):
        yield from _too_tall(f"raw.vertebrae.{place}.height_mm", vertebra.height_mm)
        for number, read in enumerate(vertebra.by_series):
            yield from _too_tall(f"raw.vertebrae.{place}.by_series.{number}.height_mm", read.height_mm)
        for number, signal in enumerate(vertebra.signals):
            if len({len(row) for row in signal.grid}) > 1:
                yield f"raw.vertebrae.{place}.signals.{number}.grid: rows of different lengths"


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _too_tall(where: str, heights: Heights) -> Iterator[str]:
    for position in POSITIONS:
        mm = at(heights, position)
        if mm is not None and abs(mm) > LARGEST_HEIGHT_MM:
            yield f"{where}.{position}: no height of a vertebra"


def _twice(where: str, identities: Iterable[int]) -> Iterator[str]:
    yield from (f"{where}: id {identity} occurs twice" for identity, n in Counter(identities).items() if n > 1)
