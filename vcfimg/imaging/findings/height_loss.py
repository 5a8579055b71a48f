"""Height losses with their 95 % intervals.

The half-width of a loss joins errors that do not depend on each other: that of the body's own height (slice spread,
edge sharpness, voxel size; scaled by the policy), that of the expected height (spread of the neighbours, how far the
person's own shape may leave the template, doubt about the level), and, where height is lost, that of reading a deformed
endplate. The constants were set on the phantom; how far healthy people differ in shape, by level and position, is that
of the policy's ``shape_*`` tables.
"""

from collections.abc import Mapping
from math import sqrt

from vcfimg.imaging.findings.expected_heights import Reference, loss_percent
from vcfimg.imaging.measurement import LossPercent
from vcfimg.imaging.raw import POSITIONS, Heights, Position, at, for_each
from vcfimg.imaging.robust import MEDIAN_EFFICIENCY, Z95
from vcfimg.policy.measurement_section import MeasurementPolicy

DEFORMED_PERCENT = 10.0
"""Loss from which an endplate is deformed for certain; the error of reading it grows from none at 0 up to here."""


def losses(heights: Heights, references: Mapping[Position, Reference | None]) -> LossPercent:
    """The three losses and their largest, in percent of the expected height."""
    by = {x: loss_percent(at(heights, x), references[x]) for x in POSITIONS}
    known = [loss for loss in by.values() if loss is not None]
    return LossPercent(
        anterior=by["anterior"], middle=by["middle"], posterior=by["posterior"], index=max(known) if known else None
    )


def expected_mm(references: Mapping[Position, Reference | None]) -> Heights:
    """The expected heights alone."""
    return for_each(lambda x: None if (ref := references[x]) is None else ref.expected_mm)


def height_uncertainty(heights: Heights, error: Heights, policy: MeasurementPolicy) -> Heights:
    """95 % half-widths of the heights in mm: the reading's own error, scaled, with a floor."""
    return for_each(lambda x: _half_width(heights, error, x, policy, policy.uncertainty_height_floor_mm))


def loss_uncertainty(
    heights: Heights,
    error: Heights,
    references: Mapping[Position, Reference | None],
    policy: MeasurementPolicy,
    *,
    suspect: bool = False,
) -> Heights:
    """95 % half-widths of the three losses in percent points.

    The floor under the error of the height is smaller here than for the height itself: where an edge is placed a little
    too far out in all bodies of a series, the heights are wrong and their ratios are not.

    Parameters
    ----------
    error
        95 % half-widths of ``heights`` in mm, as read.
    suspect
        Whether the reference may itself have lost height; widens the interval.
    """

    scale = policy.uncertainty_suspect_scale if suspect else 1.0

    def half_width(x: Position) -> float | None:
        height, reference = at(heights, x), references[x]
        read = _half_width(heights, error, x, policy, policy.uncertainty_loss_floor_mm)
        if height is None or read is None or reference is None:
            return None
        left = height / reference.expected_mm
        own = read / reference.expected_mm
        ref = left * Z95 * reference_sd(reference, policy)
        # the scale belongs to the errors that were measured on people of one shape, not to how people differ
        shape = left * Z95 * reference.own_sd
        usual = 100.0 * sqrt(policy.uncertainty_loss_scale**2 * (own**2 + ref**2) + shape**2)
        lost = loss_percent(height, reference) or 0.0
        deformed = policy.uncertainty_deformed_percent * min(max(lost / DEFORMED_PERCENT, 0.0), 1.0)
        return scale * sqrt(usual**2 + deformed**2)

    return for_each(half_width)


def normal_uncertainty(
    heights: Heights, error: Heights, references: Mapping[Position, Reference | None], policy: MeasurementPolicy
) -> Heights:
    """95 % half-widths of the losses that healthy bodies of this level are read with, percent points.

    What people differ in is not narrowed, as it is in the interval by its fit to phantoms: a false fracture costs more
    than a wide limit.
    """

    def half_width(x: Position) -> float | None:
        reference, read = references[x], _half_width(heights, error, x, policy, policy.uncertainty_loss_floor_mm)
        if read is None or reference is None:
            return None
        # a guessed level may be off by one: in full here, by a half in the interval
        doubt = reference_sd(reference, policy) ** 2 + 0.75 * reference.shape_spread**2
        own = policy.uncertainty_loss_scale * read / reference.expected_mm
        return 100.0 * sqrt(own**2 + Z95**2 * (doubt + reference.own_sd**2))

    return for_each(half_width)


def _half_width(
    heights: Heights, error: Heights, x: Position, policy: MeasurementPolicy, floor_mm: float
) -> float | None:
    if at(heights, x) is None:
        return None
    return sqrt((policy.uncertainty_height_scale * (at(error, x) or 0.0)) ** 2 + floor_mm**2)


def reference_sd(reference: Reference, policy: MeasurementPolicy) -> float:
    """Relative standard deviation of an expected height."""
    n = len(reference.ratios)
    middle = sorted(reference.ratios)[n // 2] if n % 2 else sum(sorted(reference.ratios)[n // 2 - 1 : n // 2 + 1]) / 2
    weight = policy.uncertainty_spread_prior_weight
    prior = (policy.uncertainty_spread_prior_percent / 100.0) ** 2 + reference.neighbour_sd**2
    # Few neighbours say little about their own spread, so a prior spread is mixed in.
    variance = (sum((r / middle - 1.0) ** 2 for r in reference.ratios) + weight * prior) / (n - 1 + weight)
    sampling = MEDIAN_EFFICIENCY * sqrt(variance / n)
    template = policy.uncertainty_template_percent / 100.0
    uneven = policy.uncertainty_template_per_level_percent / 100.0 * abs(reference.mean_offset_levels)
    return sqrt(sampling**2 + template**2 + uneven**2 + (reference.shape_spread / 2.0) ** 2)


def index_uncertainty(loss: LossPercent, by_position: Heights) -> float | None:
    """Half-width of the index loss: that of the position whose loss is the largest."""
    if loss.index is None:
        return None
    largest = max((x for x in POSITIONS if getattr(loss, x) is not None), key=lambda x: float(getattr(loss, x)))
    return at(by_position, largest)
