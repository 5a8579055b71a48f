"""``explain``: one decision in words: what, why, for and against, what is missing, what would change it."""

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from vcfimg.base import Note
from vcfimg.level_names import unnamed
from vcfimg.policy import Policy
from vcfimg.recommendation.advice.guidance import DISCLAIMER, is_guidance
from vcfimg.recommendation.advice.priority import NO_LEVEL
from vcfimg.recommendation.gates.gate import Gate
from vcfimg.recommendation.gates.gate_table import GATES
from vcfimg.recommendation.gates.indication import INDICATION_NOTES
from vcfimg.recommendation.recommendation import (
    Decision,
    Plan,
    Preference,
    Priority,
    Recommendation,
    Status,
    TraceStep,
)
from vcfimg.reports.explain.what_if import Case, Change, if_all_favourable, what_would_change
from vcfimg.reports.tables.flagged import by_concern
from vcfimg.reports.wording.decision_words import (
    BACKGROUND_NOTES,
    SINS_ITEM,
    STATUS,
    condition_words,
    outcome_words,
    preference_sentence,
)
from vcfimg.reports.wording.input_words import ORIGIN, input_noun, value_words
from vcfimg.reports.wording.question_list import question_lines, study_questions
from vcfimg.reports.wording.vertebra_names import decided_edema_words

if TYPE_CHECKING:
    from vcfimg.result import ScreeningResult

_WIDTH = 100
WHY_LINES: Final = 3
"""Lines that say why, in a short answer."""
_AGAINST = frozenset(INDICATION_NOTES)


class NoSuchLevel(ValueError):
    """The result has no recommendation for a level that was asked for."""


def explain(
    result: "ScreeningResult | Decision",
    level: str | None = None,
    *,
    case: Case | None = None,
    rules: bool = True,
) -> str:
    """The decision as plain text, for every level or for one.

    Parameters
    ----------
    result
        A screened study, or a decision of :func:`vcfimg.recommendation.recommend`.
    level
        Level name such as ``"L1"``, or the id of a vertebra without a name (``7`` or ``#7``); None for all.
    case
        What the decision was made from (:func:`case_of` a stored result); without it "what would change this?" is left
        out.
    rules
        Whether every evaluated rule is listed at the end of each level.

    Raises
    ------
    NoSuchLevel
        When ``level`` has no recommendation; the message lists those that have one.
    """
    chosen = [one for one in result.recommendations if level is None or level in _names(one)]
    if level is not None and not chosen:
        known = ", ".join(_label(one) for one in result.recommendations) or "none"
        raise NoSuchLevel(f"no recommendation for {level!r}; there are: {known}")
    common = {note.code for note in result.notes}
    blocks = [_level_text(one, case, common, rules) for one in chosen]
    if not isinstance(result, Decision) and result.status != "ok":
        blocks.insert(0, _not_screened(result))
    elif not blocks:
        blocks.append(_no_level(result))
    blocks.append(_patient_text(result.plan, result.priority, result.notes))
    blocks.append(_wrap(DISCLAIMER))
    return "\n\n".join(blocks) + "\n"


def answer(result: "ScreeningResult | Decision") -> str:
    """The answer first: for every level status, preference and why, then the questions, then what they rest on."""
    common = {note.code for note in result.notes}
    ordered = by_concern(result.recommendations)
    blocks = ["\n".join(_answer(one)) for one in ordered]
    if not isinstance(result, Decision) and result.status != "ok":
        blocks.insert(0, _not_screened(result))
    elif not ordered:
        blocks.append(_no_level(result))
    lines = _section("To find out", question_lines(study_questions(ordered)))
    blocks += ["\n".join(lines[1:])] if lines else []
    priority = result.priority
    place = f"Worklist: {priority.class_}, score {priority.score:g}"
    blocks.append("\n".join(_section(place, priority.reasons)[1:]))
    blocks += ["\n".join(_details(one, common)) for one in ordered]
    notes = [note for note in result.notes if note.code != "disclaimer" and not is_guidance(note)]
    blocks.append("\n".join(_section("For the whole patient", _texts([*result.plan.notes, *notes]))[1:]))
    blocks.append(_wrap(DISCLAIMER))
    return "\n\n".join(blocks) + "\n"


def _answer(one: Recommendation) -> list[str]:
    title = f"{_label(one)}: {one.status.value} / {one.preference.value}"
    lines = [title, "=" * len(title), _wrap(_status_sentence(one)), _wrap(_preference_sentence(one))]
    return lines + [_wrap(reason, "  - ", "    ") for reason in _why(one)[:WHY_LINES]]


def _why(one: Recommendation) -> list[str]:
    """What decided, or what keeps it open: the gates that say so, then the alerts."""
    gates = [_reason(gate, one) for gate in GATES if gate.status is not None]
    alerts = [alert.text for alert in one.alerts]
    if one.status is Status.INDETERMINATE:
        return [*(line for line in gates if " open" in line), *alerts]
    against = [note.text for note in one.notes if note.code in _AGAINST]
    return alerts or against or gates


def _details(one: Recommendation, common: set[str]) -> list[str]:
    lines = [f"{_label(one)} in detail", *_section("Findings", _findings(one))]
    lines += _section("Alerts", _texts(one.alerts[WHY_LINES:]))
    if one.biopsy is not None:
        lines += _section("Biopsy", [f"{one.biopsy}, at the same procedure"])
    lines += _section("Conditions", _texts(one.conditions))
    lines += _section("Consults", _texts(one.consults))
    notes = [note for note in one.notes if note.code not in common | BACKGROUND_NOTES]
    return lines + _section("Notes", _texts(notes))


def _no_level(result: "ScreeningResult | Decision") -> str:
    """Without images nobody says that nothing is fractured."""
    if any(NO_LEVEL in reason for reason in result.priority.reasons):
        return "No level was given, and there are no images: nothing can be said about any level."
    return "No level is fractured, edematous or named in the record."


def _not_screened(result: "ScreeningResult") -> str:
    if result.failure is None:
        why = "it holds no sagittal series of the spine"
    else:
        why = f"{result.failure.stage} failed ({result.failure.code}): {result.failure.message}"
    return _wrap(f"This study was not screened: {why}. What follows rests on the clinical record alone.")


def case_of(result: "ScreeningResult", policy: Policy) -> Case | None:
    """The case behind a stored result, when ``policy`` is the one that decided it."""
    case = Case.from_result(result, policy)
    return case if case.policy.sha256 == result.provenance.policy.sha256 else None


def _names(one: Recommendation) -> tuple[str | None, ...]:
    """What a caller may ask for this level by."""
    return one.level, str(one.vertebra_id), _label(one)


def _label(one: Recommendation) -> str:
    return one.level if one.level is not None else unnamed(one.vertebra_id)


def _level_text(one: Recommendation, case: Case | None, common: set[str], rules: bool) -> str:
    """One level; notes in ``common`` are said once for the whole patient."""
    title = f"{_label(one)}: {one.status.value} / {one.preference.value}"
    lines = [title, "=" * len(title), _wrap(_status_sentence(one)), _wrap(_preference_sentence(one))]
    lines += _section("Alerts", _texts(one.alerts))
    lines += _section("Findings", _findings(one))
    lines += _section("Why this status", _reasons(one))
    lines += _section(_ask_title(one), question_lines(one.questions))
    lines += _section("What is missing, in the order in which it is needed", _missing(one), mark="  ")
    lines += _section("For augmentation", one.for_against.augmentation)
    lines += _section("Against augmentation", one.for_against.augmentation_against)
    lines += _section("For BKP", one.for_against.bkp)
    lines += _section("Against BKP", one.for_against.bkp_against)
    lines += _section("For VP", one.for_against.vp)
    lines += _section("Against VP", one.for_against.vp_against)
    if one.biopsy is not None:
        lines += _section("Biopsy", [f"{one.biopsy}, at the same procedure"])
    lines += _section("Conditions", _texts(one.conditions))
    lines += _section("Consults", _texts(one.consults))
    lines += _section("Notes", _texts([note for note in one.notes if note.code not in common]))
    if case is not None:
        lines += _section("What would change this?", changes_in_words(one, case))
    if rules:
        lines += _section("Every rule that was evaluated", [_step_text(step) for step in one.trace])
    return "\n".join(lines)


def _ask_title(one: Recommendation) -> str:
    best = "" if one.would_be is None else f" (at best: {STATUS[one.would_be].label.casefold()})"
    return f"To find out{best}"


def _status_sentence(one: Recommendation) -> str:
    words = STATUS[one.status]
    sentence = f"Status: {words.label}. {words.sentence}"
    if one.status is Status.INDETERMINATE and one.missing:
        sentence += f" Needed first: {input_noun(one.missing[0])}."
    if one.would_be is not None:
        sentence += f" At best: {STATUS[one.would_be].label.casefold()}."
    if one.status is Status.NOT_INDICATED:
        sentence = " ".join((sentence, *(note.text for note in one.notes if note.code in _AGAINST)))
    return sentence


def _preference_sentence(one: Recommendation) -> str:
    words = preference_sentence(one.preference, loss_known=one.loss.percent is not None)
    condition = condition_words(one.status, one.preference)
    if condition and one.status is Status.SURGICAL_REVIEW:
        words = f"{condition}: {words}"
    elif condition:
        words += ", if augmentation were indicated"
    sentence = f"Procedure: {words}."
    if one.borderline:
        limits = " and ".join(f"{limit:g} %" for limit in one.borderline)
        sentence += f" Borderline: the height loss may lie on either side of {limits}."
    return sentence


def _findings(one: Recommendation) -> list[str]:
    found = []
    loss = one.loss
    if loss.percent is not None:
        spread = "" if loss.uncertainty is None else f" ± {loss.uncertainty:.0f} points"
        genant = f", Genant grade {one.genant.grade}" if one.genant is not None else ""
        kind = f" ({one.genant.type})" if one.genant is not None and one.genant.type else ""
        found.append(f"Height loss {loss.percent:.0f} %{spread} ({loss.origin}){genant}{kind}.")
    else:
        found.append("Height loss not known.")
    found.append(f"Edema on STIR: {decided_edema_words(one.edema)}.")
    if one.sins is not None:
        span = f"{one.sins.min}" if one.sins.min == one.sins.max else f"{one.sins.min} to {one.sins.max}"
        items = ", ".join(f"{SINS_ITEM.get(name, name)} {_points(item)}" for name, item in one.sins.items.items())
        found.append(f"SINS {span} ({items}).")
    found.append(f"ESCC {one.escc if one.escc is not None else 'not known'}.")
    return found


def _points(item: dict[str, Any]) -> str:
    return str(item["min"]) if item["min"] == item["max"] else f"{item['min']}-{item['max']}"


def _reasons(one: Recommendation) -> list[str]:
    """One line per gate: raised, passed or open, with the inputs that made it so."""
    return [_reason(gate, one) for gate in GATES]


def _reason(gate: Gate, one: Recommendation) -> str:
    steps = [step for step in one.trace if step.gate == gate.id]
    raised = [step for step in steps if step.answer is gate.raised_by]
    unknown = [step for step in steps if step.answer is None]
    passed = [step for step in steps if step.answer is not None and step.answer is not gate.raised_by]
    yes, no = ("raised", "not raised") if gate.raised_by else ("not met", "met")
    if raised:
        word, which = yes, raised
    elif unknown:
        asked = {path.rsplit(".", 1)[-1] for path in one.missing}
        blocks = any(entry.name in asked for entry in gate.inputs)
        word, which = ("open" if blocks else f"{no} as far as known"), unknown
    else:
        word, which = no, passed
    facts = "; ".join(dict.fromkeys(fact for step in which for fact in _facts(step, raised=bool(raised))))
    return f"{gate.title} ({gate.id}) {word}: {facts}." if facts else f"{gate.title} ({gate.id}) {word}."


def _facts(step: TraceStep, *, raised: bool) -> list[str]:
    given = {name: entry for name, entry in step.inputs.items() if entry["from"] != "policy"}
    if any(entry["from"] == "rule" for entry in given.values()):
        return [_fact(name, entry) for name, entry in given.items()]
    if step.answer is None:
        given = {name: entry for name, entry in given.items() if entry["value"] is None} or given
    elif raised and step.answer and len(given) > 1:
        given = {name: entry for name, entry in given.items() if entry["value"] not in (None, False)}
    return [_fact(name, entry) for name, entry in given.items()]


def _fact(name: str, entry: dict[str, Any]) -> str:
    text = f"{input_noun(name)}: {value_words(entry['value'])}"
    if name == "posterior_wall" and entry["value"] is None:
        text += ", which counts as disrupted"
    return text if entry["from"] in ("unknown", "rule") else f"{text} ({ORIGIN[entry['from']]})"


def _missing(one: Recommendation) -> list[str]:
    return [f"{i}. {input_noun(path)}  [{path}]" for i, path in enumerate(one.missing, start=1)]


def changes_in_words(one: Recommendation, case: Case) -> list[str]:
    """What else would be said, and the single changes of one input that lead there, in sentences."""
    lines = []
    best = if_all_favourable(case, one)
    if best is not None:
        lines.append(f"If everything missing turned out favourable: {outcome_words(best.status, best.preference)}.")
    grouped: dict[tuple[Status, Preference], list[Change]] = {}
    for change in what_would_change(case, one):
        grouped.setdefault((change.status, change.preference), []).append(change)
    for (status, preference), changes in grouped.items():
        causes: dict[str, list[str]] = {}
        for change in changes:
            causes.setdefault(change.path, []).append(value_words(change.value))
        what = "; ".join(f"{input_noun(path)}: {' or '.join(values)}" for path, values in causes.items())
        lines.append(f"{outcome_words(status, preference)}, by any one of: {what}.")
    return lines or ["No single change of one input."]


def _step_text(step: TraceStep) -> str:
    inputs = ", ".join(
        f"{name} = {value_words(entry['value'])} ({ORIGIN[entry['from']]})"
        if "from" in entry
        else f"{name} {_points(entry)}"
        for name, entry in step.inputs.items()
    )
    return f"{step.rule}: {inputs} -> {step.outcome} [{step.kind}: {step.source}]"


def _patient_text(plan: Plan, priority: Priority, notes: Iterable[Note]) -> str:
    title = "Patient"
    lines = [title, "=" * len(title)]
    sessions = [
        f"Session {i}: {', '.join(session.levels)}{_joined(session.notes)}"
        for i, session in enumerate(plan.sessions, start=1)
    ]
    lines += _section("Session plan", [*sessions, *_texts(plan.notes)] or ["No candidate level."])
    lines += _section("Neighbouring levels", _texts(plan.neighbour_options))
    lines += _section(
        f"Worklist: {priority.class_}, score {priority.score:g} (FHIR {priority.fhir}, DICOM {priority.dicom})",
        priority.reasons,
    )
    common = [note for note in notes if note.code != "disclaimer"]
    lines += _section("For the whole patient", _texts([note for note in common if not is_guidance(note)]))
    lines += _section("Where guidance and the paper differ", _texts([note for note in common if is_guidance(note)]))
    return "\n".join(lines)


def _joined(notes: Iterable[Note]) -> str:
    return "".join(f". {note.text}" for note in notes)


def _texts(entries: Iterable[Note]) -> list[str]:
    return [entry.text for entry in entries]


def _section(title: str, entries: Iterable[str], mark: str = "  - ") -> list[str]:
    lines = [_wrap(entry, mark, "    ") for entry in entries]
    return ["", title, *lines] if lines else []


def _wrap(text: str, first: str = "", rest: str = "") -> str:
    head, *others = text.split("\n")
    lines = [_filled(head, first, rest), *(_filled(line, f"{rest}  ", f"{rest}     ") for line in others)]
    return "\n".join(lines)


def _filled(text: str, first: str, rest: str) -> str:
    return textwrap.fill(
        text.strip(),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
