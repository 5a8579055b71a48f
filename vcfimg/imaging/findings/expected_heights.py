"""Expected heights: what each body measured before it lost height, from its unfractured neighbours.

``Hx,exp(L) = N_x(L) * median_k [Hx(k) / N_x(k)]`` over unfractured neighbours k within a few levels on either side,
where N is the template shape of the policy and x one of anterior, middle, posterior. "Unfractured" is found by
iteration: start with every neighbour, drop those that lost too much, repeat until nothing changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vcfimg.imaging.raw import POSITIONS, Heights, Position, at
from vcfimg.level_names import STANDARD_LEVELS, canonical
from vcfimg.policy.measurement_section import MeasurementPolicy

REFERENCE_LOW: Final = "reference_low"
"""Code of a reference that looks collapsed itself, by height over depth or by its shape."""

ROUND_DIGITS = 6
"""Losses are rounded to this many digits so that a loss of exactly 20 % does not fall below 20 by a rounding error."""


@dataclass(frozen=True)
class Body:
    """What the reference needs to know of one vertebra.

    Parameters
    ----------
    place
        Place along the spine; missing bodies take a place.
    level
        Level whose template shape applies, or None.
    named
        Whether ``level`` was counted; otherwise it is a guess.
    heights
        Measured heights in mm; all None when the vertebra is not measured.
    depth_mm
        Anteroposterior depth of the body.
    """

    id: int
    place: int
    level: str | None
    named: bool
    heights: Heights
    depth_mm: float | None = None


@dataclass(frozen=True)
class Reference:
    """Expected height of one body at one position.

    Parameters
    ----------
    expected_mm
        N_x(L) times the median of the neighbours' ratios.
    ratios
        Hx(k)/N_x(k) of the neighbours used.
    mean_offset_levels
        Mean signed distance of the neighbours used, in levels: 0 when they surround the body evenly.
    shape_spread
        Relative change of ``expected_mm`` when the numbering is shifted by up to two levels; 0 for a counted level.
    own_sd
        How far a healthy body of this level departs from it, as a relative SD between people.
    neighbour_sd
        The same of the neighbours used (root mean square).
    """

    expected_mm: float
    ratios: tuple[float, ...]
    mean_offset_levels: float
    shape_spread: float = 0.0
    own_sd: float = 0.0
    neighbour_sd: float = 0.0


@dataclass(frozen=True)
class ExpectedHeights:
    """References of all bodies and why some cannot be known or trusted.

    Parameters
    ----------
    references
        Body id → position → reference; None where the expected height cannot be known.
    dropped
        Ids whose index loss keeps them from being a reference.
    reasons
        Body id → codes: ``reference_insufficient``, ``reference_suspect``, ``reference_low`` (the neighbours look
        collapsed themselves), ``no_template``, ``level_unknown``, ``level_guessed``.
    """

    references: Mapping[int, Mapping[Position, Reference | None]]
    dropped: frozenset[int]
    reasons: Mapping[int, tuple[str, ...]]


def expected_heights(bodies: Sequence[Body], policy: MeasurementPolicy) -> ExpectedHeights:
    """Expected heights of every body from its unfractured neighbours."""
    dropped: frozenset[int] = frozenset()
    while True:
        references = {b.id: _references(b, bodies, dropped, policy) for b in bodies}
        lost = {b.id for b in bodies if (loss := index_loss(b.heights, references[b.id])) is not None
                and loss >= policy.reference_drop_loss_percent}  # fmt: skip
        if lost <= dropped:
            break
        dropped |= lost
    reasons = {b.id: _reasons(b, bodies, dropped, references[b.id], policy) for b in bodies}
    return ExpectedHeights(references, dropped, reasons)


def loss_percent(height: float | None, reference: Reference | None) -> float | None:
    """``100 (1 - H / H_expected)``, negative where the body is taller than expected; None when either is unknown."""
    if height is None or reference is None:
        return None
    return round(100.0 * (1.0 - height / reference.expected_mm), ROUND_DIGITS)


def index_loss(heights: Heights, references: Mapping[Position, Reference | None]) -> float | None:
    """The largest of the three losses; None when none is known."""
    losses = [loss_percent(at(heights, x), references[x]) for x in POSITIONS]
    return max((loss for loss in losses if loss is not None), default=None)


def neighbours(body: Body, bodies: Sequence[Body], span: int) -> list[Body]:
    """Measured bodies within ``span`` places of ``body``, itself excluded."""
    return [k for k in bodies if k.id != body.id and abs(k.place - body.place) <= span and k.heights != Heights()]


def _references(
    body: Body, bodies: Sequence[Body], dropped: frozenset[int], policy: MeasurementPolicy
) -> dict[Position, Reference | None]:
    around = [k for k in neighbours(body, bodies, policy.reference_span_levels) if k.id not in dropped]
    return {x: _reference(body, around, x, policy) for x in POSITIONS}


def _reference(body: Body, around: Sequence[Body], x: Position, policy: MeasurementPolicy) -> Reference | None:
    found = _scaled(body, around, x, policy, shift=0)
    if found is None or len(found[1]) < policy.reference_min_neighbours:
        return None
    expected, ratios, offsets = found
    spread = 0.0
    if not (body.named and all(k.named for k in around)):
        shifted = [_scaled(body, around, x, policy, shift=s) for s in (-2, -1, 1, 2)]
        spread = max((abs(s[0] / expected - 1.0) for s in shifted if s is not None), default=0.0)
    levels = [k.level for k in around if at(k.heights, x) is not None]
    return Reference(
        expected,
        tuple(ratios),
        float(np.mean(offsets)),
        spread,
        own_sd=_normal_sd(body.level, x, policy),
        neighbour_sd=float(np.sqrt(np.mean(np.square([_normal_sd(level, x, policy) for level in levels])))),
    )


def _normal_sd(level: str | None, x: Position, policy: MeasurementPolicy) -> float:
    spread = None if level is None else policy.shape_spread(level)
    return 0.0 if spread is None else spread.sd(x)


def _scaled(
    body: Body, around: Sequence[Body], x: Position, policy: MeasurementPolicy, *, shift: int
) -> tuple[float, list[float], list[int]] | None:
    """Expected height, the neighbours' ratios and their offsets, with the numbering moved by ``shift`` levels."""
    own = _template(body.level, x, policy, shift)
    if own is None:
        return None
    ratios, offsets = [], []
    for k in around:
        height, template = at(k.heights, x), _template(k.level, x, policy, shift)
        if height is not None and template is not None:
            ratios.append(height / template)
            offsets.append(k.place - body.place)
    return (own * float(np.median(ratios)), ratios, offsets) if ratios else None


def _template(level: str | None, x: Position, policy: MeasurementPolicy, shift: int) -> float | None:
    if level is None:
        return None
    if not shift:
        return policy.template_mm(x, level)
    index = STANDARD_LEVELS.index(canonical(level)) + shift
    return policy.template_mm(x, STANDARD_LEVELS[index]) if 0 <= index < len(STANDARD_LEVELS) else None


def _reasons(
    body: Body,
    bodies: Sequence[Body],
    dropped: frozenset[int],
    references: Mapping[Position, Reference | None],
    policy: MeasurementPolicy,
) -> tuple[str, ...]:
    if body.level is None:
        return ("level_unknown",)
    if policy.template_mm("posterior", body.level) is None:
        return ("no_template",)
    reasons = [] if body.named else ["level_guessed"]
    if not any(references.values()):
        return (*reasons, "reference_insufficient")
    around = neighbours(body, bodies, policy.reference_span_levels)
    kept = [k for k in around if k.id not in dropped]
    low = (
        _median([_depth_ratio(k) for k in kept], 1.0) < policy.reference_min_height_depth_ratio
        or min(_median([_shape_ratio(k, x, policy) for k in kept], 1.0) for x in ("anterior", "middle"))
        < policy.reference_min_shape_ratio
    )
    if low or len(around) - len(kept) >= policy.reference_suspect_fraction * len(around):
        reasons.append("reference_suspect")
    return (*reasons, REFERENCE_LOW) if low else tuple(reasons)


def _depth_ratio(body: Body) -> float | None:
    height = body.heights.posterior
    return height / body.depth_mm if height is not None and body.depth_mm else None


def _shape_ratio(body: Body, x: Position, policy: MeasurementPolicy) -> float | None:
    """Height at ``x`` over the posterior height, relative to the template's: low in a wedge or fish vertebra."""
    height, posterior = at(body.heights, x), body.heights.posterior
    own, back = _template(body.level, x, policy, 0), _template(body.level, "posterior", policy, 0)
    if not (height and posterior and own and back):
        return None
    return (height / posterior) / (own / back)


def _median(values: Sequence[float | None], empty: float) -> float:
    known = [v for v in values if v is not None]
    return float(np.median(known)) if known else empty
