"""Role, evidence, confidence and conflict of one stack, by the rule table."""

from collections.abc import Iterable
from typing import NamedTuple

from vcfimg.loaders.roles.body_part import spine_evidence
from vcfimg.loaders.roles.role_rules import Facts, Rule, RuleTable, load_rules, run_rules
from vcfimg.loaders.roles.vocabulary import Text, Vocabulary, load_vocabulary
from vcfimg.loaders.study import Classification, Header

CONFLICT_FACTOR = 0.7
"""A decided role that something contradicts is believed this much less."""

MAX_CONFIDENCE = 0.99


class Vote(NamedTuple):
    """One rule's opinion on the weighting."""

    rule: Rule
    say: str


def classify(
    header: Header,
    plane: str | None = None,
    *,
    hints: Iterable[str] = (),
    vocabulary: Vocabulary | None = None,
    table: RuleTable | None = None,
) -> Classification:
    """Recognise a stack from its header.

    Parameters
    ----------
    plane
        ``sagittal``, ``coronal`` or ``axial`` as computed from the direction cosines; words that say otherwise are
        reported as a conflict and never believed.
    hints
        Features known from outside the header: ``many_planes`` (the series holds stacks of several orientations),
        ``few_frames`` (fewer than five images in the stack).
    vocabulary, table
        Word lists (with a site's own words) and rules; the shipped ones by default.
    """
    table = table or load_rules()
    vocabulary = vocabulary or load_vocabulary()
    text = Text.of(header.series_description, header.protocol_name)
    facts = Facts(header, text, vocabulary, set(hints))
    notes: list[str] = []
    conflicts: list[str] = []
    votes: dict[str, list[Vote]] = {}
    for rule, found in run_rules(table, facts):
        say = rule.say.format_map(found) if rule.say else ""
        if rule.contrast is not None and rule.stage is not None:
            votes.setdefault(rule.stage, []).append(Vote(rule, say))
        elif say:
            notes.append(say)
        if rule.conflict is not None:
            conflicts.append(rule.conflict.format_map(found))
    decided, evidence, confidence = _decide(table, votes, conflicts)
    facts.contrast = decided
    role = next(rule for rule in table.roles if all(condition(facts, {}) for condition in rule.conditions))
    if (said := _plane_words(facts)) and plane and said != plane:
        conflicts.append(f"the description says {said}, the image orientation is {plane}")
    spine, spine_note, spine_conflict = spine_evidence(header, text, vocabulary)
    if spine_conflict:
        conflicts.append(spine_conflict)
    if role.code is not None and decided is None and notes:
        confidence = 0.9
    if conflicts:
        confidence *= CONFLICT_FACTOR
    return Classification(
        role=role.role,
        evidence=(*evidence, *notes, *([spine_note] if spine_note else [])),
        confidence=round(min(confidence, MAX_CONFIDENCE), 3),
        conflict="; ".join(dict.fromkeys(conflicts)) or None,
        exclusion=role.code,
        reason=role.reason,
        features=frozenset(facts.features),
        contrast=decided,
        spine=spine,
    )


def _decide(
    table: RuleTable, votes: dict[str, list[Vote]], conflicts: list[str]
) -> tuple[str | None, list[str], float]:
    """The weighting by the first stage that has an opinion; what later stages say is agreement or conflict."""
    decided: Vote | None = None
    doubt = 1.0
    evidence: list[str] = []
    for stage in table.stages:
        for vote in sorted(votes.get(stage, ()), key=lambda vote: -vote.rule.weight):
            if decided is None:
                decided, doubt = vote, 1 - vote.rule.weight
            elif vote.rule.contrast == decided.rule.contrast:
                doubt *= 1 - vote.rule.weight / 2
            elif decided.rule.contrast in vote.rule.overrides:
                decided, doubt = vote, 1 - vote.rule.weight
                evidence.insert(0, vote.say)
                continue
            elif vote.rule.contrast not in table.compatible.get(decided.rule.contrast or "", ()):
                conflicts.append(f"{vote.say}, against {decided.say}")
                continue
            evidence.append(vote.say)
    if decided is None:
        return None, evidence, 0.0
    return decided.rule.contrast, evidence, 1 - doubt


def _plane_words(facts: Facts) -> str | None:
    """The plane the description names, None when it names none or several."""
    said = [plane for plane in ("sagittal", "axial", "coronal") if facts.word(plane)]
    return said[0] if len(said) == 1 else None
