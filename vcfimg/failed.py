"""The result of a study about which nothing could be decided."""

import datetime
from collections.abc import Mapping

from vcfimg import __version__
from vcfimg.clinical import ClinicalInputs
from vcfimg.decide import decide
from vcfimg.failure import failure_from
from vcfimg.findings import Findings
from vcfimg.image_policy import image_policy_sha256
from vcfimg.imaging.measurement import LevelReport
from vcfimg.policy import Policy
from vcfimg.recommendation import unscreened_priority
from vcfimg.reports.words import DISCLAIMER
from vcfimg.result import Provenance, ScreeningResult


def decide_or_fail(
    findings: Findings,
    *,
    clinical: ClinicalInputs | None,
    levels: Mapping[int, str] | None,
    policy: Policy,
    as_of: datetime.date,
) -> ScreeningResult:
    """As :func:`vcfimg.decide.decide`; a decision that cannot be made becomes a failed result."""
    try:
        return decide(findings, clinical=clinical, levels=levels, policy=policy, as_of=as_of)
    except Exception as error:  # noqa: BLE001  whatever one study provokes must not reach the others
        failure = findings.failure or failure_from(error, "decide")
        return failed_result(findings.model_copy(update={"failure": failure}), policy=policy, as_of=as_of)


def failed_result(findings: Findings, *, policy: Policy, as_of: datetime.date) -> ScreeningResult:
    """A result with ``status: failed`` and the priority ``unscreened``, so that the study is not lost from sight.

    Raises
    ------
    ValueError
        When the findings hold no failure.
    """
    if findings.failure is None:
        raise ValueError("a failed result needs a failure")
    return ScreeningResult(
        status="failed",
        failure=findings.failure,
        study=findings.study,
        series=findings.series,
        image_notes=findings.notes,
        skipped_files=findings.skipped_files,
        levels=LevelReport(counted_from="none"),
        priority=unscreened_priority(findings.failure.message),
        provenance=Provenance(
            version=__version__,
            policy=policy.info,
            segmenter=findings.segmenter,
            image_policy_sha256=image_policy_sha256(policy),
            inputs_sha256=findings.inputs_sha256,
            as_of=as_of.isoformat(),
            started=findings.started,
            seconds=findings.seconds,
        ),
        disclaimer=DISCLAIMER,
    )
