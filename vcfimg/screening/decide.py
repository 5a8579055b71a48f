"""From findings to a result: the pure half of screening, used by a full run and by a re-decision alike."""

import datetime
from collections.abc import Mapping
from typing import Any

from vcfimg import __version__
from vcfimg.clinical import ClinicalInputs, clinical_sha256, to_dict
from vcfimg.image_findings import Findings
from vcfimg.imaging.derive import derive
from vcfimg.imaging.measurement import LevelReport, SpineMeasurement
from vcfimg.policy import Policy
from vcfimg.recommendation import DISCLAIMER, recommend, unscreened_priority
from vcfimg.recommendation.recommendation import Decision, Priority
from vcfimg.result import Conclusion, Provenance, ScreeningResult


def decide(
    findings: Findings,
    *,
    clinical: ClinicalInputs | None,
    levels: Mapping[int, str] | None,
    policy: Policy,
    as_of: datetime.date,
) -> ScreeningResult:
    """Name the levels, compare the heights, join the clinical facts and recommend; touches no image.

    Parameters
    ----------
    levels
        A person's corrections: vertebra id to level; None or empty when there are none.
    as_of
        The decision date, against which the dates of the clinical facts and of the examination are held.
    """
    measurement = derive(findings.raw, levels or None, policy) if findings.raw is not None else None
    decision = recommend(
        measurement,
        clinical,
        policy,
        as_of,
        study_date=_date(findings.study.study_date),
        image_notes=findings.image_notes,
    )
    seen = measurement or SpineMeasurement(levels=LevelReport(counted_from="none"))
    conclusion = Conclusion(
        status="failed" if findings.failure else "ok" if findings.raw is not None else "no_spine_series",
        levels=seen.levels,
        vertebrae=seen.vertebrae,
        spine=seen.spine,
        recommendations=decision.recommendations,
        plan=decision.plan,
        priority=_priority(decision, findings),
        notes=decision.notes,
        **facts_used(clinical, levels),
    )
    return result_of(findings, conclusion, clinical, policy, as_of)


def facts_used(clinical: ClinicalInputs | None, levels: Mapping[int, str] | None) -> dict[str, Any]:
    """The fields of a conclusion that say what it rests on beside the findings."""
    return {
        "clinical": None if clinical is None else to_dict(clinical),
        "level_corrections": dict(levels) if levels else None,
        "disclaimer": DISCLAIMER,
    }


def result_of(
    findings: Findings,
    conclusion: Conclusion,
    clinical: ClinicalInputs | None,
    policy: Policy,
    as_of: datetime.date,
) -> ScreeningResult:
    """Findings and conclusion in one, with what is needed to come to them again."""
    provenance = Provenance(
        **dict(findings.provenance),
        version=__version__,
        policy=policy.info,
        image_policy_sha256=policy.images.sha256,
        clinical_sha256=clinical_sha256(clinical),
        as_of=as_of.isoformat(),
    )
    return ScreeningResult(**{**dict(findings), **dict(conclusion), "provenance": provenance})


def _priority(decision: Decision, findings: Findings) -> Priority:
    """The engine's priority; a study that shows nothing measured is ``unscreened`` where that would be routine."""
    if findings.raw is not None or decision.priority.class_ not in ("routine", "unscreened"):
        return decision.priority
    if findings.failure is not None:
        return unscreened_priority(findings.failure.message)
    return unscreened_priority("no usable spine series", spine=False)


def _date(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
