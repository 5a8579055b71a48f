"""One recommendation in plain language: always the status and the preference, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vcfimg.base import Note
from vcfimg.recommendation.advice.care import CANDIDATES
from vcfimg.recommendation.recommendation import Preference, Recommendation, Status, TraceStep
from vcfimg.reports.explain.decided import decided_edema, decided_loss
from vcfimg.reports.tables.flagged import by_concern, flagged_level
from vcfimg.reports.wording.page_words import (
    BACKGROUND_NOTES,
    LEVEL_UNNAMED,
    PREFERENCE,
    SINS_ITEM,
    STATUS,
    Phrase,
    missing_words,
)
from vcfimg.reports.wording.vertebra_names import recommendation_name
from vcfimg.result import ScreeningResult

_KINDS = {"paper": "paper", "guideline": "guideline", "design": "own design choice"}


@dataclass(frozen=True)
class Step:
    """A trace step with its inputs in words."""

    rule: str
    inputs: tuple[str, ...]
    outcome: str
    source: str
    kind: str


@dataclass(frozen=True)
class Verdict:
    """What the page says about one level."""

    name: str
    anchor: str
    recommendation: Recommendation
    status: Phrase
    preference: Phrase
    undecided: bool
    headline: str
    missing: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sins_items: tuple[tuple[str, str], ...]
    conditions: tuple[Note, ...]
    confirm: tuple[Note, ...]
    """The conditions that only ask to confirm something before a procedure."""
    notes: tuple[Note, ...]
    background: tuple[Note, ...]
    guidance: tuple[Note, ...]
    steps: tuple[Step, ...]


def verdicts(result: ScreeningResult) -> tuple[Verdict, ...]:
    """All recommendations, the one to look at first in front."""
    ordered = by_concern(result.recommendations)
    return tuple(_verdict(result, item, place) for place, item in enumerate(ordered, start=1))


def headline(status: Status, preference: Preference, *, loss_known: bool = True) -> str:
    """Preference with the condition it stands under: ``BKP favoured if augmentation is indicated``.

    Without a preference it says whether the loss or, with a known one, the name of the level is what is missing.
    """
    if preference is Preference.UNDETERMINED and loss_known:
        return LEVEL_UNNAMED
    if preference in (Preference.WITHHELD, Preference.UNDETERMINED) or status in CANDIDATES:
        return PREFERENCE[preference].sentence
    return f"{PREFERENCE[preference].sentence}, if augmentation is indicated"


def is_guidance(note: Note) -> bool:
    """Whether a note tells where later guidance differs; these go into one box."""
    return "guidance" in note.code


def _is_confirmation(condition: Note) -> bool:
    return condition.code.startswith("confirm_")


def _verdict(result: ScreeningResult, item: Recommendation, place: int) -> Verdict:
    return Verdict(
        name=recommendation_name(result, item),
        anchor=f"level-{place}",
        recommendation=item,
        status=STATUS[item.status],
        preference=PREFERENCE[item.preference],
        undecided=item.status is Status.INDETERMINATE,
        headline=headline(item.status, item.preference, loss_known=decided_loss(item).percent is not None),
        missing=tuple(missing_words(path) for path in item.missing),
        facts=tuple(_facts(result, item)),
        sins_items=tuple(_sins_items(item)),
        conditions=tuple(one for one in item.conditions if not _is_confirmation(one)),
        confirm=tuple(one for one in item.conditions if _is_confirmation(one)),
        notes=tuple(note for note in item.notes if not is_guidance(note) and note.code not in BACKGROUND_NOTES),
        background=tuple(note for note in item.notes if note.code in BACKGROUND_NOTES),
        guidance=tuple(note for note in item.notes if is_guidance(note)),
        steps=tuple(_step(step) for step in item.trace),
    )


def _facts(result: ScreeningResult, item: Recommendation) -> list[tuple[str, str]]:
    facts = [
        ("Height loss", flagged_level(result, item).loss_words),
        ("Edema on STIR", decided_edema(item).words),
    ]
    if item.genant is not None:
        facts.append(("Genant", f"grade {item.genant.grade}" + (f", {item.genant.type}" if item.genant.type else "")))
    if item.sins is not None:
        low, high = item.sins.min, item.sins.max
        facts.append(("SINS", f"{low} of 18" if low == high else f"between {low} and {high} of 18"))
    facts.append(("Epidural grade (ESCC)", item.escc or "not known"))
    if item.biopsy:
        words = {"routine": "at the same procedure, routinely", "paramount": "of paramount importance"}
        facts.append(("Biopsy", words[item.biopsy]))
    if item.borderline:
        limits = ", ".join(f"{value:g} %" for value in item.borderline)
        facts.append(("Borderline", f"within the uncertainty of the {limits} limit"))
    return facts


def _sins_items(item: Recommendation) -> list[tuple[str, str]]:
    if item.sins is None:
        return []
    return [(SINS_ITEM.get(name, name), value_words(value)) for name, value in item.sins.items.items()]


def _step(step: TraceStep) -> Step:
    inputs = tuple(f"{name} = {value_words(value)}" for name, value in step.inputs.items())
    return Step(step.rule, inputs, step.outcome, step.source, _KINDS[step.kind])


def value_words(value: Any) -> str:
    """A free-form value in words: ``{"value": 8, "from": "file"}`` → ``8 (file)``, ``[0, 3]`` → ``0–3``."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", "−")
    if isinstance(value, Mapping):
        return _mapping_words(value)
    if isinstance(value, list | tuple):
        if len(value) == 2 and all(isinstance(part, int | float) for part in value):
            return value_words(value[0]) if value[0] == value[1] else f"{value[0]:g}–{value[1]:g}"
        return ", ".join(value_words(part) for part in value) or "none"
    return str(value)


def _mapping_words(value: Mapping[str, Any]) -> str:
    if "min" in value and "max" in value:
        main = value_words([value["min"], value["max"]])
    elif "value" in value:
        main = value_words(value["value"])
    else:
        return ", ".join(f"{name.replace('_', ' ')} {value_words(part)}" for name, part in value.items())
    about = [
        value_words(part) if name in ("from", "input") else f"{name} {value_words(part)}"
        for name, part in value.items()
        if name not in ("min", "max", "value")
    ]
    # an unknown value needs no "(unknown)" behind it
    about = [words for words in about if words != main]
    return f"{main} ({', '.join(about)})" if about else main
