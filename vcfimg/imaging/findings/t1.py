"""Marrow signal on T1: darker than disc or muscle is abnormal (clinical.md section 5)."""

from collections.abc import Sequence

import numpy as np

from vcfimg.imaging.measurement import T1Finding
from vcfimg.imaging.raw import RawVertebra, SeriesSignal
from vcfimg.policy.measurement_section import MeasurementPolicy
from vcfimg.roles import Role


def t1_finding(vertebra: RawVertebra, series: Sequence[SeriesSignal], policy: MeasurementPolicy) -> T1Finding:
    """Ratios of the mean marrow signal to disc and muscle of the same T1 series; a post-contrast T1 is never used."""
    signal = next((s for s in vertebra.signals if s.role is Role.T1 and s.voxels > 0 and s.quantiles), None)
    if signal is None:
        return T1Finding(reasons=("no_t1",))
    found = next((s for s in series if s.series_id == signal.series_id), None)
    marrow = float(np.mean(signal.quantiles))
    to_disc = marrow / found.disc if found and found.disc else None
    to_muscle = marrow / found.muscle if found and found.muscle else None
    ratios = [r for r in (to_disc, to_muscle) if r is not None]
    if not ratios:
        return T1Finding(reasons=("no_disc_or_muscle",))
    return T1Finding(
        ratio_to_disc=to_disc, ratio_to_muscle=to_muscle, dark_marrow=any(r < policy.t1_dark_ratio for r in ratios)
    )


def darker_than_disc(finding: T1Finding, policy: MeasurementPolicy) -> bool | None:
    """Whether the marrow is darker than the disc next to it; muscle stands in where no disc was read. None = unknown.

    Coil shading falls off towards the muscle, so one person's whole spine is only called abnormal by the disc.
    """
    ratio = finding.ratio_to_disc if finding.ratio_to_disc is not None else finding.ratio_to_muscle
    return None if ratio is None else ratio < policy.t1_dark_ratio
