"""The normal marrow of one series, against which edema is judged: chosen robustly, or said to be missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.raw import SeriesSignal, Signal
from vcfimg.imaging.robust import robust_sd
from vcfimg.policy.measurement_section import MeasurementPolicy
from vcfimg.series_id import SeriesId

TRIM: Final = 0.02
"""Share of a distribution left out at either end: the basivertebral vein and partial volume live there."""

TRIMMED_SD: Final = 0.89
"""SD of a normal distribution without those ends, as a share of the whole one's."""

BRIGHT_OUTLIER_SD: Final = 3.0
"""Samples this many robust SD above the median are not normal marrow: a bright spot within a reference
body, too small to make that body unfit, would widen the SD and hide an edema of the same size elsewhere."""

FLAT_SHARE: Final = 0.02
"""CSF and muscle that differ by no more than this share are of an empty image."""


ABOVE_MUSCLE: Final = 1.0
"""Marrow that looks fatty on T1 and is near CSF on STIR is replaced all the same when it is brighter than muscle there.
On phantoms with echo times of 15 to 30 ms: 0.5 to 0.8 of muscle where it is healthy, 1.2 to 1.4 where all of it is
replaced."""


@dataclass(frozen=True)
class NormalMarrow:
    """Mean and standard deviation of normal marrow on one series, in its normalized units.

    Parameters
    ----------
    mean, sd
        Of the marrow of the reference bodies, without bright spots.
    """

    mean: float
    sd: float

    def bright_from(self, policy: MeasurementPolicy) -> float:
        """The signal from which marrow counts as bright: mean + 2 SD by clinical.md section 5."""
        return self.mean + policy.edema_sd * self.sd


def normal_marrow(
    signals: Mapping[int, Signal],
    fractured: frozenset[int],
    series: SeriesSignal | None,
    dark_on_t1: Mapping[int, bool],
    policy: MeasurementPolicy,
) -> NormalMarrow | str:
    """Choose the reference bodies of one series.

    Unfractured bodies whose median signal is near the low end of all medians are normal: edematous bodies lie above,
    whether fractured or not. The reference is refused when too few remain, or when it is itself as bright as marrow
    should never be (diffuse disease).

    Parameters
    ----------
    signals
        Vertebra id → its signal on this series.
    fractured
        Ids that may not be a reference.
    series
        CSF and muscle signal of the series.
    dark_on_t1
        Id → whether its marrow is darker than disc on T1, where known. Marrow that is fatty there is not replaced,
        however it compares on STIR with muscle, whose darkness varies with field strength and inversion time, or with
        CSF, which a short echo time leaves little brighter than marrow.

    Returns
    -------
    NormalMarrow, or the code of the reason why there is none: ``no_normal_marrow`` or ``diffuse_marrow``.
    """
    candidates = {i: s for i, s in signals.items() if i not in fractured and s.voxels > 0 and s.quantiles}
    if len(candidates) < policy.marrow_min_bodies:
        return "no_normal_marrow"
    medians = {i: float(np.median(s.quantiles)) for i, s in candidates.items()}
    low = float(np.quantile(list(medians.values()), policy.marrow_low_quantile))
    chosen = frozenset(i for i, median in medians.items() if median <= policy.marrow_spread * low)
    if len(chosen) < policy.marrow_min_bodies:
        return "no_normal_marrow"
    samples = _without_bright_spots(np.concatenate([_trimmed(candidates[i].quantiles) for i in sorted(chosen)]))
    mean = float(samples.mean())
    if mean <= 0:
        return "no_normal_marrow"
    if _is_flat(series):
        return "no_normal_marrow"
    dark = sum(dark_on_t1.get(i) is True for i in chosen)
    fatty = sum(dark_on_t1.get(i) is False for i in chosen)
    if 2 * dark > len(chosen) or _too_bright(mean, series, policy, fatty=2 * fatty > len(chosen)):
        return "diffuse_marrow"
    return NormalMarrow(mean, max(float(samples.std()) / TRIMMED_SD, policy.marrow_min_sd_share * mean))


def _is_flat(series: SeriesSignal | None) -> bool:
    """Whether CSF and muscle look alike: an image without contrast says nothing of the marrow."""
    if series is None or series.csf is None or series.muscle is None:
        return False
    return abs(series.csf - series.muscle) <= FLAT_SHARE * max(abs(series.csf), abs(series.muscle))


def signals_on(series: SeriesId, by_vertebra: Mapping[int, Sequence[Signal]]) -> dict[int, Signal]:
    """Vertebra id → its signal on one series."""
    return {i: s for i, signals in by_vertebra.items() for s in signals if s.series_id == series}


def _trimmed(quantiles: Sequence[float]) -> NDArray[np.float64]:
    """The distribution without its extremes."""
    values = np.asarray(quantiles, dtype=np.float64)
    cut = round(TRIM * len(values))
    return values[cut : len(values) - cut]


def _without_bright_spots(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """The samples without those far above the rest."""
    return samples[samples <= np.median(samples) + BRIGHT_OUTLIER_SD * robust_sd(samples)]


def _too_bright(mean: float, series: SeriesSignal | None, policy: MeasurementPolicy, *, fatty: bool) -> bool:
    """Whether marrow is nearer to CSF, or further above muscle, than suppressed marrow is.

    Where it is ``fatty`` on T1, neither alone is believed; that it is near CSF and brighter than muscle is.
    """
    if series is None:
        return False
    to_csf = mean / series.csf if series.csf else 0.0
    to_muscle = mean / series.muscle if series.muscle else 0.0
    near_csf = to_csf >= policy.marrow_diffuse_to_csf
    if fatty:
        return near_csf and to_muscle >= ABOVE_MUSCLE
    return near_csf or to_muscle >= policy.marrow_diffuse_to_muscle
