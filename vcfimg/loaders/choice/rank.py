"""Orders stacks that could serve the same purpose, and says in words what made the difference."""

from collections.abc import Callable
from typing import Final, NamedTuple

from vcfimg.loaders.choice.candidate import Candidate
from vcfimg.roles import SLOTS


class Criterion(NamedTuple):
    """One comparison; the larger score wins and ``words`` complete "… is used instead: it ..."."""

    words: str
    score: Callable[[Candidate], float]


def _lacks(*features: str) -> Callable[[Candidate], float]:
    """1 for stacks with none of the features, else 0."""
    return lambda candidate: float(candidate.series.classification.features.isdisjoint(features))


def _role(candidate: Candidate) -> float:
    roles = SLOTS[candidate.slot]
    return float(len(roles) - roles.index(candidate.series.role))


def _diagnostic(candidate: Candidate) -> float:
    return float(not candidate.survey)


def _pixel_area(candidate: Candidate) -> float:
    rows, columns = candidate.series.header.pixel_spacing or (9.0, 9.0)
    return rows * columns


def _slice_distance(candidate: Candidate) -> float:
    count = len(candidate.series.frames)
    return candidate.width_mm / max(count - 1, 1)


def _series_number(candidate: Candidate) -> float:
    number = candidate.series.header.series_number
    return float(number if number is not None else -1)


CRITERIA: Final = (
    Criterion("is the better contrast for the purpose", _role),
    Criterion("is the magnitude image", _lacks("real", "phase", "imaginary")),
    Criterion("was acquired without contrast agent", _lacks("contrast_agent")),
    Criterion("is acquired directly, not reformatted", _lacks("reformatted")),
    Criterion("is an original station, not put together from several", _lacks("composed")),
    Criterion("is corrected for distortion", _lacks("not_distortion_corrected")),
    Criterion("is the plain image, not one of a Dixon acquisition", _lacks("in_phase", "water")),
    Criterion("has a header without contradictions", lambda c: float(c.series.classification.conflict is None)),
    Criterion("is not a survey of a few slices, but shows the vertebrae from side to side", _diagnostic),
    Criterion("covers more of the spine from head to foot", lambda c: c.length_mm // 25),
    Criterion("covers more of the vertebrae from side to side", lambda c: c.width_mm // 12),
    Criterion("is an original image, not a derived one", _lacks("derived")),
    Criterion("has smaller pixels", lambda c: -round(_pixel_area(c) / 0.05)),
    Criterion("has thinner slices", lambda c: -round(_slice_distance(c) / 0.25)),
    Criterion("is recognised with more certainty", lambda c: round(c.series.classification.confidence, 1)),
    Criterion("was acquired later (a repeat usually replaces a spoilt series)", _series_number),
)
"""Most important first. Lengths and widths are compared in steps, so that a millimetre decides nothing."""


def rank(candidate: Candidate) -> tuple[float, ...]:
    """Sort key: larger is better."""
    return tuple(criterion.score(candidate) for criterion in CRITERIA)


def difference(winner: Candidate, loser: Candidate) -> str:
    """The first criterion by which ``winner`` beats ``loser``, in words."""
    for criterion in CRITERIA:
        if criterion.score(winner) > criterion.score(loser):
            return criterion.words
    return "is the same in every respect, and one is enough"
