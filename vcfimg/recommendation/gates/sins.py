"""The Spinal Instability Neoplastic Score as an interval over what is unknown (Fisher 2010; clinical.md section 4)."""

from dataclasses import dataclass
from typing import Any

from vcfimg.policy.decision_sections import SinsPolicy
from vcfimg.policy.section_base import Section
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.facts.patient_facts import PatientFacts
from vcfimg.recommendation.recommendation import Sins

Range = tuple[int, int]


@dataclass(slots=True)
class SinsInterval:
    """Lowest and highest score.

    ``max`` leaves the loss uncertainty out (it is printed); ``gate_max`` scores collapse at loss + uncertainty.
    ``open_items`` are the undecided items with the paths that would settle them, widest first.
    """

    min: int
    max: int
    gate_max: int
    items: dict[str, Any]
    open_items: list[tuple[int, tuple[str, ...]]]
    exactly_at_limit: bool

    def report(self) -> Sins:
        """The value object of ``result.json``."""
        return Sins.model_construct(min=self.min, max=self.max, items=self.items)


def score(facts: LevelFacts, patient: PatientFacts, policy: SinsPolicy) -> SinsInterval:
    """Score one level: unknown items span their possible points."""
    reader, path = facts.reader, facts.path
    location = _location(facts.rule_level, policy)
    pain = _pain(patient.positional, patient.vas_for_sins, policy)
    bone = _named(reader.bone_quality, policy.bone)
    alignment = _named(reader.alignment, policy.alignment)
    posterolateral = _named(reader.posterolateral, policy.posterolateral)
    involved, loss = reader.body_involved_over_half, facts.loss
    collapse = _collapse(loss, involved, policy)
    worst = policy.collapse.over
    if loss is not None and not facts.collapse_stale:
        worst = max(collapse[1], _collapse(loss + facts.uncertainty, involved, policy)[1])
    ranges = {
        "location": (location, facts.rule_level, (f"{path}.level",)),
        "pain": (pain, None, _pain_paths(patient)),
        "bone_quality": (bone, reader.bone_quality, (f"{path}.bone_quality",)),
        "alignment": (alignment, reader.alignment, (f"{path}.alignment",)),
        "collapse": (collapse, loss, (f"{path}.loss_percent" if loss is None else f"{path}.body_involved_over_half",)),
        "posterolateral": (posterolateral, reader.posterolateral, (f"{path}.posterolateral",)),
    }
    low = high = 0
    items: dict[str, Any] = {}
    open_items: list[tuple[int, tuple[str, ...]]] = []
    for name, (span, value, paths) in ranges.items():
        low += span[0]
        high += span[1]
        items[name] = {"min": span[0], "max": span[1], "input": value}
        if span[0] != span[1]:
            open_items.append((span[1] - span[0], paths))
    items["pain"]["input"] = {"positional": patient.positional, "vas": patient.vas_for_sins}
    open_items.sort(key=lambda entry: -entry[0])
    return SinsInterval(low, high, high - collapse[1] + worst, items, open_items, loss == policy.collapse_percent)


def _location(level: str | None, policy: SinsPolicy) -> Range:
    if level is None:
        return min(policy.location.values()), max(policy.location.values())
    points = policy.location[level]
    return points, points


def _pain(positional: bool | None, vas: float | None, policy: SinsPolicy) -> Range:
    points = policy.pain
    if positional is True:
        return points.mechanical, points.mechanical
    if positional is False:
        if vas is None:
            return points.none, points.non_mechanical
        value = points.non_mechanical if vas > 0 else points.none
        return value, value
    return (points.non_mechanical if vas is not None and vas > 0 else points.none), points.mechanical


def _pain_paths(patient: PatientFacts) -> tuple[str, ...]:
    return ("pain_positional",) if patient.positional is None else ("pain_vas",)


def _named(value: str | None, points: Section) -> Range:
    if value is not None:
        known: int = getattr(points, value)
        return known, known
    every: dict[str, int] = dict(points)
    return min(every.values()), max(every.values())


def _collapse(loss: float | None, involved: bool | None, policy: SinsPolicy) -> Range:
    points = policy.collapse
    floor = points.involved if involved else points.none
    if loss is None:
        return floor, points.over
    if loss > policy.collapse_percent:
        return points.over, points.over
    if loss >= policy.no_collapse_percent:
        return points.up_to, points.up_to
    return floor, (points.none if involved is False else points.involved)
