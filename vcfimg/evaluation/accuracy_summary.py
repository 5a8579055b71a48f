"""The figures of an evaluation, over all bodies and by contrast and level."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from vcfimg.evaluation.agreement import Agreement, Share, agreement, share
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.evaluation.unevenness import Unevenness, unevenness
from vcfimg.imaging.raw import POSITIONS, UNKNOWN_HEIGHTS, Heights, Position, at
from vcfimg.level_names import STANDARD_LEVELS, canonical, is_level, level_index

LOST_PERCENT: Final = 10.0
"""A loss from which a height is called lost."""
NO_LOSS: Final = Heights(anterior=0.0, middle=0.0, posterior=0.0)


@dataclass(frozen=True)
class Summary:
    """Figures over a set of cases; a value is None where the data set cannot say."""

    cases: int
    failed: int
    found: Share
    """Of the bodies wholly in view."""
    false_bodies: int
    false_per_case: float | None
    named: Share
    """Right names among found bodies whose name can be known: the sacrum is in view and the count usual."""
    named_from_c2: Share
    """Right names among found bodies of cases that show C2 and not the sacrum."""
    misnamed: Share
    """Wrong names (not merely missing ones) among all found bodies of known level."""
    guessed: Share
    """Right guesses among found bodies of known level that have no name."""
    guessed_nearly: Share
    """... and those at most one level off."""
    transitional_flagged: Share
    dice: float | None
    surface_mm: float | None
    measured: Share
    """Of found bodies wholly in view."""
    height: dict[str, Agreement]
    """By position and pooled (``all``), mm."""
    height_coverage: Share
    unevenness: dict[str, Unevenness]
    """By position and pooled (``all``), mm."""
    loss: dict[str, Agreement]
    """By position and ``index``, percent points."""
    healthy_loss: dict[str, Agreement]
    """Losses read in bodies known to be whole whose true shape is not: what the template does not fit. By position and
    pooled (``all``), percent points."""
    healthy_loss_coverage: Share
    """Of their intervals, those that hold 0."""
    loss_given: Share
    """Of measured bodies."""
    loss_coverage: Share
    """Of all positions together."""
    lost_coverage: Share
    """Of the losses read as :data:`LOST_PERCENT` or more: most bodies are healthy and would hide the others."""
    index_coverage: Share
    index_half_width: float | None
    """Median 95 % half-width."""
    fracture_sensitivity: Share
    fracture_specificity: Share
    edema_sensitivity: Share
    edema_specificity: Share
    edema_unknown: Share
    edema_fraction: Agreement
    between_series_mae_mm: float | None
    seconds_median: float | None
    seconds_first: float | None
    """The first case, with the loading of the network."""
    peak_memory_mb: float | None

    def to_json(self) -> dict[str, Any]:
        """Plain values; shares with their interval."""
        return {k: _plain(getattr(self, k)) for k in asdict(self)}


def summarise(cases: Sequence[CaseRow], rows: Sequence[BodyRow]) -> Summary:
    """Figures of all ``rows``."""
    ran = [c for c in cases if c.error is None]
    whole = [r for r in rows if r.complete]
    found = [r for r in whole if r.found]
    measured = [r for r in found if r.measured]
    false = sum(c.false_bodies for c in ran)
    known = [r for r in found if r.level is not None]
    unnamed = [r for r in known if r.named is None]
    true_fracture = [r for r in measured if r.fractured_true is not None and r.fractured is not None]
    healthy = [r for r in measured if r.fractured_true is False and r.loss_true == UNKNOWN_HEIGHTS]
    edema = [r for r in found if r.edema_true is not None and r.edema_readable]
    fractions = [
        (r.edema_fraction, r.edema_fraction_true)
        for r in found
        if r.edema_fraction is not None and r.edema_fraction_true is not None and r.edema_readable
    ]
    widths = [r.index_half_width for r in measured if r.index_half_width is not None]
    seconds = [c.seconds for c in ran if c.seconds is not None]
    between = [abs(d) for r in found for d in r.between_series_mm]
    return Summary(
        cases=len(cases),
        failed=len(cases) - len(ran),
        found=share([r.found for r in whole]),
        false_bodies=false,
        false_per_case=false / len(ran) if ran else None,
        named=share([r.named == r.level for r in found if r.nameable]),
        named_from_c2=share([r.named == r.level for r in found if r.nameable_from_c2]),
        misnamed=share([r.named is not None and r.named != r.level for r in known]),
        guessed=share([r.guessed == r.level for r in unnamed]),
        guessed_nearly=share([_near(r.guessed, r.level) for r in unnamed]),
        transitional_flagged=share([c.flagged_transitional for c in ran if c.transitional]),
        dice=_mean(r.dice for r in found),
        surface_mm=_mean(r.surface_mm for r in found),
        measured=share([r.measured for r in found]),
        height=_agreements(measured, lambda r: (r.height_mm, r.height_true_mm)),
        height_coverage=_coverage(measured, lambda r: (r.height_mm, r.height_true_mm, r.height_half_width_mm)),
        unevenness={str(x): unevenness(measured, [x]) for x in POSITIONS} | {"all": unevenness(measured, POSITIONS)},
        loss=_agreements(measured, lambda r: (r.loss, r.loss_true)) | {"index": _index_agreement(measured)},
        healthy_loss=_agreements(healthy, lambda r: (r.loss, NO_LOSS)),
        healthy_loss_coverage=_coverage(healthy, lambda r: (r.loss, NO_LOSS, r.loss_half_width)),
        loss_given=share([r.index_loss is not None for r in measured]),
        loss_coverage=_coverage(measured, _loss_interval),
        lost_coverage=_coverage(measured, _loss_interval, least=LOST_PERCENT),
        index_coverage=share(
            [
                abs(r.index_loss - r.index_loss_true) <= r.index_half_width
                for r in measured
                if r.index_loss is not None and r.index_loss_true is not None and r.index_half_width is not None
            ]
        ),
        index_half_width=float(np.median(widths)) if widths else None,
        fracture_sensitivity=share([bool(r.fractured) for r in true_fracture if r.fractured_true]),
        fracture_specificity=share([not r.fractured for r in true_fracture if not r.fractured_true]),
        edema_sensitivity=share([r.edema is True for r in edema if r.edema_true]),
        edema_specificity=share([r.edema is not True for r in edema if not r.edema_true]),
        edema_unknown=share([r.edema is None for r in edema]),
        edema_fraction=agreement([m for m, _ in fractions], [t for _, t in fractions]),
        between_series_mae_mm=float(np.mean(between)) if between else None,
        seconds_median=float(np.median(seconds)) if seconds else None,
        seconds_first=seconds[0] if seconds else None,
        peak_memory_mb=max((c.peak_memory_mb for c in ran if c.peak_memory_mb is not None), default=None),
    )


def by_contrast(cases: Sequence[CaseRow], rows: Sequence[BodyRow]) -> dict[str, Summary]:
    """One summary per contrast."""
    names = sorted({c.contrast for c in cases})
    return {
        name: summarise([c for c in cases if c.contrast == name], [r for r in rows if r.contrast == name])
        for name in names
    }


def _near(guessed: str | None, level: str | None) -> bool:
    """Whether a guess is at most one level off."""
    if guessed is None or level is None:
        return False
    places = [STANDARD_LEVELS.index(canonical(name)) for name in (guessed, level)]
    return abs(places[0] - places[1]) <= 1


def by_level(rows: Sequence[BodyRow]) -> dict[str, Summary]:
    """One summary per true level, head to foot; figures of whole cases are empty."""
    names = sorted({r.level for r in rows if r.level is not None and is_level(r.level)}, key=level_index)
    return {name: summarise([], [r for r in rows if r.level == name]) for name in names}


def height_pairs(rows: Iterable[BodyRow], x: Position) -> tuple[list[float], list[float]]:
    """Measured and true heights at one position."""
    return _pairs(rows, x, lambda r: (r.height_mm, r.height_true_mm))


def loss_pairs(rows: Iterable[BodyRow], x: Position) -> tuple[list[float], list[float]]:
    """Measured and true losses at one position."""
    return _pairs(rows, x, lambda r: (r.loss, r.loss_true))


def _pairs(
    rows: Iterable[BodyRow], x: Position, pick: Callable[[BodyRow], tuple[Heights, Heights]]
) -> tuple[list[float], list[float]]:
    measured, true = [], []
    for row in rows:
        m, t = (at(h, x) for h in pick(row))
        if m is not None and t is not None:
            measured.append(m)
            true.append(t)
    return measured, true


def _agreements(rows: Sequence[BodyRow], pick: Callable[[BodyRow], tuple[Heights, Heights]]) -> dict[str, Agreement]:
    pairs = {x: _pairs(rows, x, pick) for x in POSITIONS}
    pooled = agreement([m for p in pairs.values() for m in p[0]], [t for p in pairs.values() for t in p[1]])
    return {**{str(x): agreement(*p) for x, p in pairs.items()}, "all": pooled}


def _index_agreement(rows: Sequence[BodyRow]) -> Agreement:
    pairs = [(r.index_loss, r.index_loss_true) for r in rows]
    known = [(m, t) for m, t in pairs if m is not None and t is not None]
    return agreement([m for m, _ in known], [t for _, t in known])


def _loss_interval(row: BodyRow) -> tuple[Heights, Heights, Heights]:
    return row.loss, row.loss_true, row.loss_half_width


def _coverage(
    rows: Sequence[BodyRow],
    pick: Callable[[BodyRow], tuple[Heights, Heights, Heights]],
    least: float = -np.inf,
) -> Share:
    flags = []
    for row in rows:
        for x in POSITIONS:
            m, t, half = (at(h, x) for h in pick(row))
            if m is not None and m >= least and t is not None and half is not None:
                flags.append(abs(m - t) <= half)
    return share(flags)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return float(np.mean(known)) if known else None


def _plain(value: Any) -> Any:
    if isinstance(value, Share):
        return {"hits": value.hits, "n": value.n, "value": value.value, "interval_95": value.interval}
    if isinstance(value, Agreement | Unevenness):
        return asdict(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value
