"""What would change this? The single input changes that flip status or preference, found by deciding again."""

import dataclasses
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.clinical.stored_facts import from_dict
from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.policy import Policy
from vcfimg.recommendation.advice.preference import PREFERENCE_INPUTS
from vcfimg.recommendation.engine import recommend
from vcfimg.recommendation.gates.gate import Input
from vcfimg.recommendation.gates.gate_table import GATES
from vcfimg.recommendation.gates.mri_age import NEWER_MRI
from vcfimg.recommendation.recommendation import Decision, Preference, Recommendation, Status

if TYPE_CHECKING:
    from vcfimg.result import ScreeningResult

INPUTS: Final[dict[str, tuple[Input, ...]]] = {}
"""The facts that the gates and the preference depend on, by field; two gates may hold one against other limits."""
for _entry in (*(entry for gate in GATES for entry in gate.inputs), *PREFERENCE_INPUTS):
    INPUTS[_entry.name] = (*INPUTS.get(_entry.name, ()), _entry)


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
    for path in recommendation.missing:
        if path == NEWER_MRI:
            case = dataclasses.replace(case, study_date=case.as_of)
            continue
        for entry in INPUTS.get(path.rsplit(".", 1)[-1], ()):
            if entry.blocks:
                record = _with(record, level, entry, entry.answers(case.policy, level)[0], case.as_of)
    return _same_level(case.decide(record), recommendation)


def _variants(case: Case, recommendation: Recommendation) -> Iterator[tuple[str, Any, ClinicalInputs]]:
    """Every fact set to every answer it does not have, the level's own where the level has a name."""
    record = case.clinical if case.clinical is not None else ClinicalInputs()
    level = recommendation.level
    for name, entries in INPUTS.items():
        here = entries[0]
        if level is None and (here.at_level or name == "exam_levels"):
            continue
        facts = record.levels.get(level or "", LevelInputs()) if here.at_level else record
        answers = dict.fromkeys(answer for entry in entries for answer in entry.answers(case.policy, level or ""))
        for answer in answers:
            if getattr(facts, name) != answer or here.dated is not None:
                path = f"levels.{level}.{name}" if here.at_level else name
                yield path, answer, _with(record, level, here, answer, case.as_of)


def _with(record: ClinicalInputs, level: str | None, entry: Input, answer: Any, as_of: datetime.date) -> ClinicalInputs:
    """The record with one fact set, dated at the decision where the fact has a date."""
    if not entry.at_level:
        dated = {} if entry.dated is None else {entry.dated: as_of}
        return record.model_copy(update={entry.name: answer, **dated})
    name = level or ""
    facts = record.levels.get(name, LevelInputs()).model_copy(update={entry.name: answer})
    return record.model_copy(update={"levels": {**record.levels, name: facts}})


def _same_level(decision: Decision, recommendation: Recommendation) -> Recommendation | None:
    key = (recommendation.level, recommendation.vertebra_id)
    return next((one for one in decision.recommendations if (one.level, one.vertebra_id) == key), None)
