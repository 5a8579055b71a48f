"""Clinical records and measured spines put together by hand, with the defaults of the published vignettes."""

import datetime
from collections.abc import Sequence
from typing import Any

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.imaging.measurement import (
    Genant,
    LevelReport,
    LossPercent,
    Quality,
    SpineMeasurement,
    SpineReport,
    StirFinding,
    VertebraMeasurement,
    WallFinding,
)
from vcfimg.policy import Policy, load_policy
from vcfimg.recommendation import recommend
from vcfimg.recommendation.recommendation import Decision, Recommendation
from vcfimg.reports.explain.what_if import Case

AS_OF = datetime.date(2026, 11, 24)

PATIENT: dict[str, Any] = {
    "age": 65,
    "cancer": True,
    "pain_vas": 7,
    "pain_positional": True,
    "clinical_cord_compression": False,
    "new_neurological_deficit": False,
    "infection": False,
    "coagulopathy_uncorrected": False,
    "cement_allergy": False,
    "pregnancy": False,
}
LEVEL: dict[str, Any] = {
    "index": True,
    "escc": "0",
    "bone_quality": "lytic",
    "alignment": "normal",
    "posterolateral": "none",
    "posterior_wall": "intact",
    "body_involved_over_half": True,
    "stir_edema": True,
    "loss_percent": 30,
    "loss_uncertainty": 6,
}
OF_LEVEL = frozenset(LevelInputs.model_fields) - frozenset(ClinicalInputs.model_fields)
"""Names that only a level has; ``surgeon_stable`` is the patient's here."""

CANDIDATE_NAMES = ("CANDIDATE", "CANDIDATE_MDT")


def record(level: str | Sequence[str] = "L3", **changes: Any) -> ClinicalInputs:
    """A record with the default facts; ``changes`` go to the patient or to every level, by their name."""
    names = (level,) if isinstance(level, str) else tuple(level)
    facts = LEVEL | {key: value for key, value in changes.items() if key in OF_LEVEL}
    patient = {"exam_levels": names} | PATIENT
    patient |= {key: value for key, value in changes.items() if key not in OF_LEVEL}
    return ClinicalInputs(**patient, levels={name: LevelInputs(**facts) for name in names})


def decide(
    clinical: ClinicalInputs | None,
    measurement: SpineMeasurement | None = None,
    policy: Policy | None = None,
    **options: Any,
) -> Decision:
    return recommend(measurement, clinical, policy or load_policy(), options.pop("as_of", AS_OF), **options)


def one(level: str = "L3", **changes: Any) -> Recommendation:
    """The recommendation for a default patient with ``changes``."""
    return at(decide(record(level, **changes)), level)


def at(decision: Decision, level: str) -> Recommendation:
    return next(found for found in decision.recommendations if found.level == level)


def case(clinical: ClinicalInputs | None, measurement: SpineMeasurement | None = None, **options: Any) -> Case:
    return Case(measurement, clinical, load_policy(), AS_OF, **options)


def codes(texts: Sequence[Any]) -> set[str]:
    return {text.code for text in texts}


def vertebra(
    identity: int,
    level: str | None,
    *,
    loss: float | None = 2.0,
    uncertainty: float | None = 5.0,
    fraction: float | None = 0.0,
    measured: bool = True,
    wall: WallFinding | None = None,
    stir: StirFinding | None = None,
    genant: Genant | None = None,
) -> VertebraMeasurement:
    return VertebraMeasurement(
        id=identity,
        order=identity,
        level=level,
        center_mm=(0.0, 0.0, -30.0 * identity),
        loss_percent=LossPercent(index=loss),
        loss_uncertainty=uncertainty,
        stir=stir or StirFinding(edema_fraction=fraction),
        wall=wall or WallFinding(),
        genant=genant,
        quality=Quality(measured=measured),
    )


def spine(
    *vertebrae: VertebraMeasurement, confirmed: bool = True, report: SpineReport | None = None
) -> SpineMeasurement:
    return SpineMeasurement(
        levels=LevelReport(counted_from="sacrum", confirmed=confirmed),
        vertebrae=vertebrae,
        spine=report or SpineReport(),
    )
