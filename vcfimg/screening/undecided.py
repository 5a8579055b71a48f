"""The result of a study about which nothing could be decided."""

import datetime
from collections.abc import Mapping

from vcfimg.clinical import ClinicalInputs
from vcfimg.image_findings import DECIDE, Failure, Findings
from vcfimg.imaging.measurement import LevelReport
from vcfimg.policy import Policy
from vcfimg.recommendation import unscreened_priority
from vcfimg.result import Conclusion, ScreeningResult
from vcfimg.screening.decide import decide, facts_used, result_of
from vcfimg.screening.failure import failure_from


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
    unseen = findings.model_copy(update={"raw": None, "failure": failure})
    try:
        result = decide(unseen, clinical=clinical, levels=levels, policy=policy, as_of=as_of)
    except Exception:  # noqa: BLE001  the facts themselves may be what cannot be decided on: unscreened, not lost
        conclusion = Conclusion(
            status="failed",
            levels=LevelReport(counted_from="none"),
            priority=unscreened_priority(failure.message),
            **facts_used(clinical, levels),
        )
        result = result_of(unseen, conclusion, clinical, policy, as_of)
    return result.model_copy(update={"raw": findings.raw})
