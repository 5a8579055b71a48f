"""What a stored result must hold beyond its schema: an edited file is refused by name before anything builds on it."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator

from vcfimg.result import ScreeningResult


def faults(result: ScreeningResult) -> Iterator[str]:
    """A sentence for each place that no version of vcfimg would have written; values are not repeated."""
    dates = (("study.study_date", result.study.study_date), ("provenance.as_of", result.provenance.as_of))
    yield from (f"{where}: not a date" for where, date in dates if date is not None and not _is_date(date))
    yield from _twice("vertebrae", (one.id for one in result.vertebrae))
    if result.raw is None:
        return
    yield from _twice("raw.vertebrae", (one.id for one in result.raw.vertebrae))
    for place, vertebra in enumerate(result.raw.vertebrae):
        for number, signal in enumerate(vertebra.signals):
            if len({len(row) for row in signal.grid}) > 1:
                yield f"raw.vertebrae.{place}.signals.{number}.grid: rows of different lengths"


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _twice(where: str, identities: Iterable[int]) -> Iterator[str]:
    yield from (f"{where}: id {identity} occurs twice" for identity, n in Counter(identities).items() if n > 1)
