"""The result of a study about which nothing could be decided."""

import datetime
from collections.abc import Mapping

from vcfimg.clinical import ClinicalInputs, to_dict
from vcfimg.imaging.measurement import LevelReport
from vcfimg.policy import Policy
from vcfimg.recommendation import DISCLAIMER, unscreened_priority
from vcfimg.result import Failure, ScreeningResult
from vcfimg.screening.decide import decide, provenance_of
from vcfimg.screening.failure import failure_from
from vcfimg.screening.image_findings import DECIDE, Findings


def decide_or_fail(
    findings: Findings,
    *,
    clinical: ClinicalInputs | None,
    levels: Mapping[int, str] | None,
    policy: Policy,
    as_of: datetime.date,
) -> ScreeningResult:
    """As :func:`vcfimg.screening.decide.decide`; a decision that cannot be made becomes a failed result."""
    try:
        return decide(findings, clinical=clinical, levels=levels, policy=policy, as_of=as_of)
    except Exception as error:  # noqa: BLE001  whatever one study provokes must not reach the others
        failure = findings.failure or failure_from(error, DECIDE)
        return _undecided(findings, failure, clinical, levels, policy, as_of)


def _undecided(
    findings: Findings,
    failure: Failure,
    clinical: ClinicalInputs | None,
    levels: Mapping[int, str] | None,
    policy: Policy,
    as_of: datetime.date,
) -> ScreeningResult:
    """A result with ``status: failed`` that is decided on the clinical facts alone, where those can be decided on.

    It keeps what was seen and what was given, so that it can be decided again.
    """
    unseen = findings.model_copy(update={"raw": None, "failure": failure, "no_spine_series": False})
    try:
        result = decide(unseen, clinical=clinical, levels=levels, policy=policy, as_of=as_of)
    except Exception:  # noqa: BLE001  the facts themselves may be what cannot be decided on: unscreened, not lost
        result = ScreeningResult(
            status="failed",
            failure=failure,
            study=unseen.study,
            frame_of_reference_uid=unseen.frame_of_reference_uid,
            series=unseen.series,
            image_notes=unseen.notes,
            skipped_files=unseen.skipped_files,
            levels=LevelReport(counted_from="none"),
            priority=unscreened_priority(failure.message),
            clinical=None if clinical is None else to_dict(clinical),
            level_corrections=dict(levels) if levels else None,
            provenance=provenance_of(unseen, clinical, policy, as_of),
            disclaimer=DISCLAIMER,
        )
    return result.model_copy(update={"raw": findings.raw})
