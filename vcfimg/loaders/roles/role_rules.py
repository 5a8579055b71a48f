"""The rule table that recognises a stack: its reading, its checks and the evaluation of one rule."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

from vcfimg.loaders.roles.vocabulary import Text, Vocabulary
from vcfimg.loaders.study import Header
from vcfimg.roles import Role

_RANGES: Final[dict[str, str]] = {
    "tr": "repetition_time",
    "te": "echo_time",
    "ti": "inversion_time",
    "flip": "flip_angle",
    "b_value": "b_value",
}
_CODES: Final = ("scanning_sequence", "sequence_variant", "scan_options", "image_type")
_TEXTS: Final[dict[str, str]] = {
    "sequence_name": "sequence_name",
    "acquisition_contrast": "acquisition_contrast",
    "complex_component": "complex_component",
    "echo_pulse_sequence": "echo_pulse_sequence",
    "inversion_recovery": "inversion_recovery",
    "fat_suppression": "fat_suppression",
    "agent": "contrast_agent",
}
_EFFECTS: Final = frozenset({"name", "stage", "when", "feature", "contrast", "conflict", "weight", "overrides", "say"})


@dataclass(slots=True)
class Facts:
    """What is known about a stack while the rules run; ``features`` grows from rule to rule."""

    header: Header
    text: Text
    vocabulary: Vocabulary
    features: set[str] = field(default_factory=set)
    contrast: str | None = None
    _words: dict[str, str | None] = field(default_factory=dict)

    def word(self, name: str) -> str | None:
        """The first word of list ``name`` in the description, looked up once."""
        if name not in self._words:
            self._words[name] = self.vocabulary[name].find(self.text)
        return self._words[name]


Found = dict[str, str]
"""Values for the placeholders of ``say``."""

Condition = Callable[[Facts, Found], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One ``[[rule]]`` of the table."""

    name: str
    conditions: tuple[Condition, ...]
    stage: str | None = None
    feature: str | None = None
    contrast: str | None = None
    conflict: str | None = None
    weight: float = 0.0
    overrides: frozenset[str] = frozenset()
    say: str | None = None

    def match(self, facts: Facts) -> Found | None:
        """The placeholder values when every condition holds, else None."""
        found: Found = {}
        for condition in self.conditions:
            if not condition(facts, found):
                return None
        found.update(_numbers(facts.header))
        return found


@dataclass(frozen=True, slots=True)
class RoleRule:
    """One ``[[role]]`` of the table; ``code`` and ``reason`` are set when the role is never used."""

    conditions: tuple[Condition, ...]
    role: Role
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The whole table, checked."""

    stages: tuple[str, ...]
    compatible: Mapping[str, frozenset[str]]
    rules: tuple[Rule, ...]
    roles: tuple[RoleRule, ...]


def run_rules(table: RuleTable, facts: Facts) -> list[tuple[Rule, Found]]:
    """Every rule that applies, in table order, with its placeholder values; ``facts.features`` grows on the way."""
    fired: list[tuple[Rule, Found]] = []
    for rule in table.rules:
        found = rule.match(facts)
        if found is not None:
            fired.append((rule, found))
            if rule.feature is not None:
                facts.features.add(rule.feature)
    return fired


@cache
def load_rules() -> RuleTable:
    """The shipped table. Raises ``ValueError`` naming the rule when the table is malformed."""
    return parse_rules(resources.files("vcfimg.loaders.roles").joinpath("rules.toml").read_text("utf-8"))


def parse_rules(text: str) -> RuleTable:
    """Read a table from TOML; every key, stage and word list must be known."""
    table = tomllib.loads(text)
    stages = tuple(table["stages"])
    rules = tuple(_rule(entry, stages) for entry in table["rule"])
    if len({rule.name for rule in rules}) != len(rules):
        raise ValueError("two rules have the same name")
    roles = tuple(
        RoleRule(_conditions("role", entry["when"]), Role(entry["role"]), entry.get("code"), entry.get("reason"))
        for entry in table["role"]
    )
    compatible = {name: frozenset(others) for name, others in table["compatible"].items()}
    return RuleTable(stages, compatible, rules, roles)


def _rule(entry: dict[str, Any], stages: tuple[str, ...]) -> Rule:
    name = entry["name"]
    if unknown := set(entry) - _EFFECTS:
        raise ValueError(f"rule {name!r} has unknown keys {sorted(unknown)}")
    if ("contrast" in entry) != ("stage" in entry) or entry.get("stage", stages[0]) not in stages:
        raise ValueError(f"rule {name!r}: a contrast needs one of the stages {stages}")
    return Rule(
        name,
        _conditions(name, entry["when"]),
        entry.get("stage"),
        entry.get("feature"),
        entry.get("contrast"),
        entry.get("conflict"),
        float(entry.get("weight", 0.0)),
        frozenset(entry.get("overrides", ())),
        entry.get("say"),
    )


def _conditions(name: str, when: dict[str, Any]) -> tuple[Condition, ...]:
    return tuple(_condition(name, key, value) for key, value in when.items())


def _condition(name: str, key: str, value: Any) -> Condition:
    if key in _RANGES:
        low, high = value
        return lambda facts, found: _within(getattr(facts.header, _RANGES[key]), low, high)
    if key in _CODES:
        wanted = frozenset(value)
        return lambda facts, found: _any_code(getattr(facts.header, key), wanted, found)
    if key in _TEXTS:
        pattern = re.compile(value)
        return lambda facts, found: _search(getattr(facts.header, _TEXTS[key]), pattern, found)
    if key == "words":
        return lambda facts, found: all(_note(found, facts.word(name)) for name in reversed(value))
    if key == "no_words":
        return lambda facts, found: not any(facts.word(name) for name in value)
    if key == "ti_absent":
        return lambda facts, found: (facts.header.inversion_time is None) == value
    if key == "has":
        return lambda facts, found: facts.features.issuperset(value)
    if key == "lacks":
        return lambda facts, found: facts.features.isdisjoint(value)
    if key == "contrast":
        return lambda facts, found: (facts.contrast or "none") in value
    raise ValueError(f"rule {name!r} has an unknown condition {key!r}")


def _within(value: float | None, low: float, high: float) -> bool:
    return value is not None and low <= value <= high


def _any_code(present: tuple[str, ...], wanted: frozenset[str], found: Found) -> bool:
    code = next((code for code in present if code in wanted), None)
    if code is not None:
        found["found"] = code
    return code is not None


def _search(text: str | None, pattern: re.Pattern[str], found: Found) -> bool:
    if text is None or pattern.search(text.lower()) is None:
        return False
    found["found"] = "".join(char for char in text if char.isascii() and char.isprintable())[:32]
    return True


def _note(found: Found, word: str | None) -> bool:
    if word is not None:
        found["word"] = word
    return word is not None


def _numbers(header: Header) -> Found:
    values = {key: getattr(header, name) for key, name in _RANGES.items()}
    return {key: f"{value:g}" for key, value in values.items() if value is not None}
