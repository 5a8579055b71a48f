"""What would change this? The single input changes that flip status or preference, found by deciding again."""

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.clinical.stored_facts import from_dict
from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.level_names import LEVELS, steps_between
from vcfimg.policy import Policy
from vcfimg.recommendation.engine import recommend
from vcfimg.recommendation.gates.missing import NEWER_MRI
from vcfimg.recommendation.recommendation import Decision, Preference, Recommendation, Status

if TYPE_CHECKING:
    from vcfimg.result import ScreeningResult

_PATIENT_FLAGS = (
    "clinical_cord_compression",
    "new_neurological_deficit",
    "overt_instability",
    "surgeon_stable",
    "infection",
    "coagulopathy_uncorrected",
    "cement_allergy",
    "pregnancy",
    "trauma",
    "primary_bone_tumour",
    "cancer",
    "pain_positional",
)
_LEVEL_VALUES: dict[str, tuple[Any, ...]] = {
    "escc": ("0", "1b", "2"),
    "bone_quality": ("lytic", "mixed", "blastic"),
    "alignment": ("normal", "deformity", "translation"),
    "posterolateral": ("none", "unilateral", "bilateral"),
    "body_involved_over_half": (True, False),
    "instrumented": (True, False),
    "stir_edema": (True, False),
    "index": (True, False),
}
_FAVOURABLE: dict[str, Any] = {
    "clinical_cord_compression": False,
    "new_neurological_deficit": False,
    "infection": False,
    "coagulopathy_uncorrected": False,
    "surgeon_stable": True,
    "cancer": True,
    "pain_positional": True,
    "escc": "0",
    "stir_edema": True,
}
"""The value of each blocking input that lets a level through."""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that one decision was made from."""

    measurement: SpineMeasurement | None
    clinical: ClinicalInputs | None
    policy: Policy
    as_of: datetime.date
    study_date: datetime.date | None = None
    levels_confirmed: bool | None = None

    def decide(self, clinical: ClinicalInputs | None = None) -> Decision:
        """Decide, with other clinical facts if given."""
        return recommend(
            self.measurement,
            self.clinical if clinical is None else clinical,
            self.policy,
            self.as_of,
            study_date=self.study_date,
            levels_confirmed=self.levels_confirmed,
        )

    @classmethod
    def from_result(cls, result: "ScreeningResult", policy: Policy) -> "Case":
        """The case behind a stored result, decided by ``policy``."""
        measurement = None
        if result.status == "ok":
            measurement = SpineMeasurement(levels=result.levels, vertebrae=result.vertebrae, spine=result.spine)
        clinical = None if result.clinical is None else from_dict(result.clinical)
        date = result.study.study_date
        return cls(
            measurement=measurement,
            clinical=clinical,
            policy=policy,
            as_of=datetime.date.fromisoformat(result.provenance.as_of),
            study_date=datetime.date.fromisoformat(date) if date else None,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One input set to another value, and what would then be said about the level."""

    path: str
    value: Any
    status: Status
    preference: Preference


def what_would_change(case: Case, recommendation: Recommendation) -> tuple[Change, ...]:
    """Single changes of one input that flip status or preference of this level, most concerning outcome first."""
    found = []
    for path, value, clinical in _variants(case, recommendation):
        other = _same_level(case.decide(clinical), recommendation)
        if other is None:
            continue
        if other.status is not recommendation.status or other.preference is not recommendation.preference:
            found.append(Change(path, value, other.status, other.preference))
    order = list(Status)
    found.sort(key=lambda change: order.index(change.status))
    return tuple(found)


def if_all_favourable(case: Case, recommendation: Recommendation) -> Recommendation | None:
    """What would be said if every missing input turned out favourable; None when nothing blocking is missing."""
    level = recommendation.level
    if recommendation.status is not Status.INDETERMINATE or level is None:
        return None
    record = case.clinical if case.clinical is not None else ClinicalInputs()
    if record.refused:
        return None
    update: dict[str, Any] = {}
    facts = record.levels.get(level, LevelInputs())
    level_update: dict[str, Any] = {}
    for path in recommendation.missing:
        name = path.rsplit(".", 1)[-1]
        if path == NEWER_MRI:
            case = dataclasses.replace(case, study_date=case.as_of)
        elif path.startswith("levels."):
            if name in _FAVOURABLE:
                level_update[name] = _FAVOURABLE[name]
        elif name == "pain_vas":
            update |= {"pain_vas": case.policy.gates.vas_min, "pain_vas_date": case.as_of}
        elif name == "exam_levels":
            update |= {"exam_levels": (level,), "exam_date": case.as_of}
        elif name in _FAVOURABLE:
            update[name] = _FAVOURABLE[name]
    update["levels"] = {**record.levels, level: facts.model_copy(update=level_update)}
    return _same_level(case.decide(record.model_copy(update=update)), recommendation)


def _variants(case: Case, recommendation: Recommendation) -> Iterator[tuple[str, Any, ClinicalInputs]]:
    record = case.clinical if case.clinical is not None else ClinicalInputs()
    gates = case.policy.gates
    level = recommendation.level

    def patient(path: str, value: Any, **update: Any) -> tuple[str, Any, ClinicalInputs]:
        return path, value, record.model_copy(update=update)

    for flag in _PATIENT_FLAGS:
        for answer in (True, False):
            if getattr(record, flag) is not answer:
                yield patient(flag, answer, **{flag: answer})
    low = round(gates.vas_min - 0.1, 1)
    for vas in (gates.vas_min, low):
        if record.pain_vas is None or (record.pain_vas >= gates.vas_min) is (vas < gates.vas_min):
            yield patient("pain_vas", vas, pain_vas=vas, pain_vas_date=case.as_of)
    for age in (gates.scope_min_age_years - 1, gates.relative_age_years - 1, gates.relative_age_years):
        yield patient("age", age, age=age)
    for planned in (gates.relative_max_levels, gates.relative_max_levels + 1):
        yield patient("planned_levels", planned, planned_levels=planned)
    if level is None:
        return
    for exam in (level, _far_from(level, case.policy.facts.exam_match_levels)):
        yield patient("exam_levels", [exam], exam_levels=(exam,), exam_date=case.as_of)
    facts = record.levels.get(level, LevelInputs())

    def at_level(name: str, value: Any) -> tuple[str, Any, ClinicalInputs]:
        levels = {**record.levels, level: facts.model_copy(update={name: value})}
        return f"levels.{level}.{name}", value, record.model_copy(update={"levels": levels})

    for name, values in _LEVEL_VALUES.items():
        for value in values:
            if getattr(facts, name) != value:
                yield at_level(name, value)
    limits = case.policy.preference
    for loss in (
        limits.deformed_loss_percent - 1,
        limits.deformed_loss_percent,
        limits.bkp_favoured_loss_percent - 1,
        limits.bkp_favoured_loss_percent,
        case.policy.sins.collapse_percent + 1,
        gates.relative_loss_percent,
    ):
        yield at_level("loss_percent", loss)
    yield at_level("retropulsion_mm", gates.relative_retropulsion_mm)
    yield at_level("canal_narrowing_percent", gates.relative_canal_narrowing_percent)


def _far_from(level: str, reach: int) -> str:
    """A level too far away to match, towards the middle of the spine."""
    far = [name for name in LEVELS if steps_between(level, name) == reach + 1]
    return far[0]


def _same_level(decision: Decision, recommendation: Recommendation) -> Recommendation | None:
    key = (recommendation.level, recommendation.vertebra_id)
    return next((one for one in decision.recommendations if (one.level, one.vertebra_id) == key), None)
