"""Edema on STIR, or on a named substitute, of every vertebra."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from vcfimg.imaging.findings.edema_pattern import edema_pattern
from vcfimg.imaging.findings.normal_marrow import NormalMarrow, normal_marrow, signals_on
from vcfimg.imaging.measurement import StirFinding
from vcfimg.imaging.raw import RawSpine, Signal
from vcfimg.policy.measurement_section import MeasurementPolicy
from vcfimg.roles import EDEMA_ROLES, Role
from vcfimg.series_id import SeriesId

BORDER_FACTOR: Final = 2.0
"""How many times the policy's upper fraction the visible part of a body cut by the border has to show: the cut edge
itself reads bright, with up to 0.26 in phantom bodies without edema."""

UNREADABLE: Final = frozenset({"hardware"})
"""Reasons for which the marrow signal of a body means nothing."""


def stir_findings(
    raw: RawSpine, fractured: frozenset[int], dark_on_t1: Mapping[int, bool], policy: MeasurementPolicy
) -> dict[int, StirFinding]:
    """Edema finding of each vertebra by id; fields stay None, with a reason, where nothing can be said.

    Parameters
    ----------
    fractured
        Ids whose index loss keeps them from being normal marrow.
    dark_on_t1
        Id → whether its marrow is darker than disc on T1, where known. Dark in most reference bodies speaks for diffuse
        disease, not dark in most of them against it.
    """
    by_vertebra = {v.id: v.signals for v in raw.vertebrae if not UNREADABLE & {*v.reasons, *v.notes}}
    per_series = {s.series_id: s for s in raw.series}
    used = {s.series_id for signals in by_vertebra.values() for s in signals if s.role in EDEMA_ROLES}
    normal = {
        series: normal_marrow(signals_on(series, by_vertebra), fractured, per_series.get(series), dark_on_t1, policy)
        for series in used
    }
    findings = {}
    for vertebra in raw.vertebrae:
        signal = _best(by_vertebra.get(vertebra.id, ()), normal)
        if signal is None:
            unreadable = UNREADABLE & {*vertebra.reasons, *vertebra.notes}
            findings[vertebra.id] = StirFinding(reasons=tuple(sorted(unreadable)) or ("no_stir",))
            continue
        csf = per_series[signal.series_id].csf if signal.series_id in per_series else None
        finding = _finding(signal, normal[signal.series_id], csf, policy)
        findings[vertebra.id] = _partly_seen(finding, signal, policy) if signal.cut_by else finding
    return findings


def _best(signals: Sequence[Signal], normal: Mapping[SeriesId, NormalMarrow | str]) -> Signal | None:
    """The signal on the best role; among equals one with a normal reference, then the one with most voxels."""
    usable = [s for s in signals if s.role in EDEMA_ROLES and s.voxels > 0 and s.quantiles]
    return min(
        usable,
        key=lambda s: (EDEMA_ROLES.index(s.role), isinstance(normal[s.series_id], str), -s.voxels),
        default=None,
    )


def _finding(signal: Signal, normal: NormalMarrow | str, csf: float | None, policy: MeasurementPolicy) -> StirFinding:
    mean = float(np.mean(signal.quantiles))
    substitute = None if signal.role is Role.STIR else signal.role
    ratio_to_csf = mean / csf if csf else None
    reasons = () if substitute is None else ("substitute",)
    if isinstance(normal, str):
        return StirFinding(ratio_to_csf=ratio_to_csf, substitute=substitute, reasons=(*reasons, normal))
    bright_from = normal.bright_from(policy)
    fraction = share_above(signal.quantiles, bright_from)
    return StirFinding(
        ratio_to_normal=mean / normal.mean,
        ratio_to_csf=ratio_to_csf,
        edema_fraction=fraction,
        pattern=edema_pattern(signal.grid, bright_from, fraction, policy),
        edema=is_edema(fraction, policy),
        substitute=substitute,
        reasons=reasons,
    )


def _partly_seen(finding: StirFinding, signal: Signal, policy: MeasurementPolicy) -> StirFinding:
    """The finding of a body of which the images show a part.

    A little edema beside the border of the image proves nothing, and no edema there says nothing of the rest.
    """
    little = (finding.edema_fraction or 0.0) < BORDER_FACTOR * policy.edema_fraction_true
    doubtful = little and "border" in signal.cut_by
    return finding.model_copy(
        update={"edema": None if doubtful else finding.edema, "reasons": (*finding.reasons, "partly_seen")}
    )


def share_above(quantiles: Sequence[float], threshold: float) -> float:
    """Share of a distribution, given by evenly spaced quantiles, that lies above ``threshold``; linear in between."""
    values = np.asarray(quantiles, dtype=np.float64)
    ranks = np.linspace(0.0, 1.0, len(values))
    if threshold < values[0]:
        return 1.0
    if threshold >= values[-1]:
        return 0.0
    above = int(np.searchsorted(values, threshold, side="right"))
    low, high = values[above - 1], values[above]
    rank = ranks[above - 1] + (threshold - low) / (high - low) * (ranks[above] - ranks[above - 1])
    return float(1.0 - rank)


def is_edema(fraction: float, policy: MeasurementPolicy) -> bool | None:
    """True from the policy's upper fraction on, False up to its lower one, None between (clinical.md section 2)."""
    if fraction >= policy.edema_fraction_true:
        return True
    return False if fraction <= policy.edema_fraction_false else None
