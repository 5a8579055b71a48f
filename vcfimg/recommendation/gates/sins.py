"""The Spinal Instability Neoplastic Score as an interval over what is unknown (Fisher 2010; clinical.md section 4)."""

from dataclasses import dataclass
from typing import Any, Literal

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
    translation: bool | None = None
    """Whether the reported SINS needs or excludes a translation; None where it leaves that open, or there is none."""
    misreported: Literal["above", "below"] | None = None
    """The reported SINS is one that the items cannot make."""
    collapse_conflict: bool = False
    """A reader's word on the collapse contradicts the loss."""

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
    loss = facts.loss
    collapse, worst, conflict = collapse_item(facts, policy)
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
    if reader.collapse is not None:
        items["collapse"]["input"] = {"loss": loss, "collapse": reader.collapse}
    items["pain"]["input"] = {"positional": patient.positional, "vas": patient.vas_for_sins}
    open_items.sort(key=lambda entry: -entry[0])
    interval = SinsInterval(
        min=low,
        max=high,
        gate_max=high - collapse[1] + worst,
        items=items,
        open_items=open_items,
        exactly_at_limit=loss == policy.collapse_percent and reader.collapse is None,
        collapse_conflict=conflict,
    )
    if reader.sins_reported is not None:
        _narrow(interval, reader.sins_reported, worst, policy)
    return interval


def _narrow(interval: SinsInterval, reported: int, worst: int, policy: SinsPolicy) -> None:
    """Hold the items to the score that a report gives, where they can make it (clinical.md section 4)."""
    if reported < interval.min:
        interval.misreported = "below"
        return
    if reported > interval.gate_max:
        interval.misreported = "above"
        interval.max, interval.gate_max = max(reported, interval.max), reported
        interval.min = max(interval.min, reported)
        return
    low, high = interval.min, interval.gate_max
    for name, item in interval.items.items():
        top = worst if name == "collapse" else item["max"]
        item["min"], item["max"] = (
            max(item["min"], reported - (high - top)),
            min(top, reported - (low - item["min"])),
        )
    alignment, translation = interval.items["alignment"], policy.alignment.translation
    if alignment["max"] < translation:
        interval.translation = False
    elif alignment["min"] >= translation:
        interval.translation = True
    interval.min = interval.max = interval.gate_max = reported
    interval.open_items.clear()


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


def collapse_item(facts: LevelFacts, policy: SinsPolicy) -> tuple[Range, int, bool]:
    """Points of the collapse, the most within the uncertainty of the loss, and whether a reader's word contradicts it.

    Fisher 2010 scores any collapse under half with 2. Between ``intact_percent`` and ``no_collapse_percent`` a loss may
    be shape or collapse. A reader's word settles only what the loss leaves open; against it the worse holds.
    """
    loss, involved, said, u = facts.loss, facts.reader.body_involved_over_half, facts.reader.collapse, facts.uncertainty
    if loss is None:
        points = (_floor(involved, policy), policy.collapse.over) if said is None else _said(said, involved, policy)
        return points, policy.collapse.over if facts.collapse_stale else points[1], False
    points = by_loss(loss, involved, policy)
    worst = max(points[1], by_loss(loss + u, involved, policy)[1])
    conflict = False
    if said is not None:
        by_word = _said(said, involved, policy)
        if _fits(said, loss, u, policy):
            points, worst = by_word, by_word[1]
        else:
            points, conflict = (max(points[0], by_word[0]), max(points[1], by_word[1])), True
            worst = max(worst, by_word[1])
    return points, policy.collapse.over if facts.collapse_stale else worst, conflict


def by_loss(loss: float, involved: bool | None, policy: SinsPolicy) -> Range:
    """Points of a known height loss in percent."""
    points = policy.collapse
    if loss > policy.collapse_percent:
        return points.over, points.over
    if loss >= policy.no_collapse_percent:
        return points.up_to, points.up_to
    top = points.none if involved is False else points.involved
    return _floor(involved, policy), points.up_to if loss >= policy.intact_percent else top


def _floor(involved: bool | None, policy: SinsPolicy) -> int:
    return policy.collapse.involved if involved else policy.collapse.none


def _said(word: str, involved: bool | None, policy: SinsPolicy) -> Range:
    points = policy.collapse
    if word == "over_half":
        return points.over, points.over
    if word == "under_half":
        return points.up_to, points.up_to
    return _floor(involved, policy), points.none if involved is False else points.involved


def _fits(word: str, loss: float, uncertainty: float, policy: SinsPolicy) -> bool:
    """Whether a reader's word is one of those that the loss leaves open."""
    least, most = loss - uncertainty, loss + uncertainty
    if word == "none":
        return least < policy.no_collapse_percent
    if word == "under_half":
        return most >= policy.intact_percent and least <= policy.collapse_percent
    return most > policy.collapse_percent
