"""One recommendation in plain language: always the status and the preference, and what is missing."""

from dataclasses import dataclass
from typing import Final

from vcfimg.base import Note
from vcfimg.recommendation.advice.guidance import is_guidance
from vcfimg.recommendation.gates.indication import INDICATION_NOTES
from vcfimg.recommendation.recommendation import Preference, Recommendation, Status, TraceStep
from vcfimg.reports.explain.explanation import changes_in_words
from vcfimg.reports.explain.what_if import Case
from vcfimg.reports.tables.flagged import by_concern, flagged_level
from vcfimg.reports.wording.decision_words import (
    BACKGROUND_NOTES,
    KIND,
    PREFERENCE,
    SINS_ITEM,
    STATUS,
    Phrase,
    condition_words,
    preference_sentence,
)
from vcfimg.reports.wording.input_words import input_noun, input_question, place_of, value_words
from vcfimg.reports.wording.page_words import without_sources
from vcfimg.reports.wording.question_list import question_lines
from vcfimg.reports.wording.vertebra_names import brief_edema_words, decided_edema_words, recommendation_name
from vcfimg.result import ScreeningResult

WHY_FACTS: Final = 3
"""Facts that are named where a level is undecided; all of them are asked for beside it."""


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
    would_be: Phrase | None
    questions: tuple[str, ...]
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
    loss: str
    """``47 ± 13 %``, with who said so where it was not the image."""
    edema: str
    edema_brief: str
    condition: str
    """What the preference stands under, where it is not a candidate's: ``if augmentation is indicated``."""
    why: str
    """What decided the status, or what keeps it open."""
    why_procedure: str
    """What speaks for the preference."""
    borderline: str
    """Which limits the loss may lie on either side of; empty where none."""
    changes: tuple[str, ...]
    """What would change it; empty where the policy that decided is not at hand."""


def verdicts(result: ScreeningResult, case: Case | None = None) -> tuple[Verdict, ...]:
    """All recommendations, the one to look at first in front.

    Parameters
    ----------
    case
        What was decided from, for what would change it.
    """
    ordered = by_concern(result.recommendations)
    return tuple(_verdict(result, item, place, case) for place, item in enumerate(ordered, start=1))


def headline(status: Status, preference: Preference, *, loss_known: bool = True) -> str:
    """Preference with the condition it stands under: ``BKP favoured if augmentation is indicated``.

    Without a preference it says whether the loss or, with a known one, the name of the level is what is missing.
    """
    sentence = preference_sentence(preference, loss_known=loss_known)
    condition = condition_words(status, preference)
    if not condition:
        return sentence
    if status is Status.SURGICAL_REVIEW:
        return f"{condition[0].upper()}{condition[1:]}: {sentence}"
    return f"{sentence}, {condition}"


def _is_confirmation(condition: Note) -> bool:
    return condition.code.startswith("confirm_")


def _verdict(result: ScreeningResult, item: Recommendation, place: int, case: Case | None) -> Verdict:
    return Verdict(
        name=recommendation_name(result, item),
        anchor=f"level-{place}",
        recommendation=item,
        status=STATUS[item.status],
        preference=PREFERENCE[item.preference],
        undecided=item.status is Status.INDETERMINATE,
        headline=headline(item.status, item.preference, loss_known=item.loss.percent is not None),
        would_be=None if item.would_be is None else STATUS[item.would_be],
        questions=tuple(question_lines(item.questions)),
        missing=tuple(input_question(path) for path in item.missing),
        facts=tuple(_facts(result, item)),
        sins_items=tuple(_sins_items(item)),
        conditions=tuple(one for one in item.conditions if not _is_confirmation(one)),
        confirm=tuple(one for one in item.conditions if _is_confirmation(one)),
        notes=tuple(note for note in item.notes if not is_guidance(note) and note.code not in BACKGROUND_NOTES),
        background=tuple(note for note in item.notes if note.code in BACKGROUND_NOTES),
        guidance=tuple(note for note in item.notes if is_guidance(note)),
        steps=tuple(_step(step) for step in item.trace),
        loss=flagged_level(result, item).loss_words.removesuffix(" (image)"),
        edema=decided_edema_words(item.edema),
        edema_brief=brief_edema_words(item.edema),
        condition=condition_words(item.status, item.preference),
        why=why_words(item),
        why_procedure=procedure_words(item),
        borderline=_borderline(item),
        changes=() if case is None else tuple(changes_in_words(item, case)),
    )


def _borderline(item: Recommendation) -> str:
    limits = " and ".join(f"{limit:g} %" for limit in item.borderline)
    return f"Borderline: the loss may lie on either side of {limits}." if limits else ""


def why_words(item: Recommendation) -> str:
    """What decided the status, or what keeps it open, in a sentence."""
    if item.status is Status.INDETERMINATE and item.missing:
        nouns = list(dict.fromkeys(input_noun(path).removesuffix(f" at {place_of(path)}") for path in item.missing))
        more = f" and {len(nouns) - WHY_FACTS} more" if len(nouns) > WHY_FACTS else ""
        return f"not known: {', '.join(nouns[:WHY_FACTS])}{more}"
    said = [note.text for note in item.notes if note.code in INDICATION_NOTES]
    if item.status is Status.NOT_INDICATED and said:
        return without_sources(" ".join(said))
    if item.alerts and item.status not in (Status.CANDIDATE, Status.INDETERMINATE):
        return without_sources(item.alerts[0].text)
    return STATUS[item.status].sentence


def procedure_words(item: Recommendation) -> str:
    """What speaks for the preference, first reason first; where there is none, why."""
    sides = {
        Preference.BKP_FAVOURED: item.for_against.bkp[:1],
        Preference.BKP_GENERAL: item.for_against.bkp[:1],
        Preference.VP_ACCEPTABLE: item.for_against.vp[:1],
        Preference.OPERATOR_CHOICE: (*item.for_against.bkp[:1], *item.for_against.vp[:1]),
    }
    said = " ".join(sides.get(item.preference, ()))
    return without_sources(said) or preference_sentence(item.preference, loss_known=item.loss.percent is not None) + "."


def _facts(result: ScreeningResult, item: Recommendation) -> list[tuple[str, str]]:
    facts = [
        ("Height loss", flagged_level(result, item).loss_words),
        ("Edema on STIR", decided_edema_words(item.edema)),
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
    inputs = tuple(f"{input_noun(name)} = {value_words(value)}" for name, value in step.inputs.items())
    return Step(step.rule, inputs, step.outcome, step.source, KIND[step.kind])
