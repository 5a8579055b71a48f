"""The vocabulary of series descriptions: word lists in several languages, and their search in hostile text."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from vcfimg.errors import LoadError
from vcfimg.given_file import NotGiven, read_given

MAX_TEXT: Final = 256
"""Characters of a description that are looked at; DICOM allows 64."""

MAX_BYTES: Final = 2**20
"""Largest file of a site's own words, in bytes."""

_SPLIT: Final = re.compile(r"[^a-z0-9]+")
_TWO_CYRILLIC: Final = re.compile("[а-я]{2}")
_LEVEL_RANGE: Final = re.compile(
    r"\b(?:c\d{1,2}\s*(?:-|–|/|to|bis)\s*t\d{1,2}"
    r"|t\d{1,2}\s*(?:-|–|/|to|bis)\s*(?:t(?:1[0-3]|[3-9])|l\d|s\d)"
    r"|t(?:1[0-3]|[3-9])\s*(?:-|–|/|to|bis)\s*t\d{1,2})\b"
)
"""Vertebral ranges such as ``C2-T1`` or ``T1 - T12``: their T1 and T2 are vertebrae, not weightings."""

_REWRITES: Final = (
    (re.compile(r"\bt2\s?\*"), " t2star "),
    (re.compile(r"(?<![a-z0-9])\+\s?(?:c|gd|km|k|ce|mdc|iv)(?![a-z0-9])"), " plus c "),
    (re.compile(r"(?<![a-z0-9])(?:c|gd|km|iv|i\.v\.|k|kc|ce|mdc|inj|gado)\s?\+(?![a-z0-9])"), " plus c "),
    (re.compile(r"(?<![a-z0-9])(t1[a-z]*)\s?\+(?=\s*(?:\||$))"), r" \1 plus c "),
    (re.compile(r"(?<![a-z0-9])(t1[a-z]*)\+(?:c|gd|km|k|ce|mdc|iv|inj)(?![a-z0-9])"), r" \1 plus c "),
    (re.compile(r"(?<![a-z0-9])w/o(?![a-z0-9])"), " without "),
    (re.compile(r"(?<![a-z0-9])k\.\s?m\.?(?![a-z0-9])"), " km "),
    (re.compile(r"(?<![a-z0-9])w/\s?(?=(?:c|gd|contrast)\b)"), " with "),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A description prepared for the search: normalised text and its words."""

    normal: str
    tokens: tuple[str, ...]

    @classmethod
    def of(cls, *parts: str | None) -> "Text":
        """Prepare the concatenation of ``parts``; a part that repeats another is taken once."""
        distinct = dict.fromkeys(part[:MAX_TEXT] for part in parts if part)
        normal = unicodedata.normalize("NFKD", " | ".join(distinct).lower().replace("ß", "ss"))
        normal = "".join(char for char in normal if not unicodedata.combining(char))
        normal = _LEVEL_RANGE.sub(" ", normal)
        for pattern, replacement in _REWRITES:
            normal = pattern.sub(replacement, normal)
        return cls(normal, tuple(token for token in _SPLIT.split(normal) if token))


@dataclass(frozen=True, slots=True)
class WordList:
    """One list of the vocabulary."""

    words: frozenset[str]
    foreign: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    patterns: tuple[re.Pattern[str], ...]

    def find(self, text: Text) -> str | None:
        """The first word, phrase or pattern found in ``text``, as written there; None when there is none."""
        tokens = text.tokens
        for phrase in self.phrases:
            size = len(phrase)
            for start in range(len(tokens) - size + 1):
                if tokens[start : start + size] == phrase:
                    return " ".join(phrase)
        for token in tokens:
            if token in self.words or any(pattern.fullmatch(token[:40]) for pattern in self.patterns):
                return token[:40]
        return next((word for word in self.foreign if _holds(text.normal, word)), None)


def _holds(normal: str, word: str) -> bool:
    """Whether ``normal`` holds a word of another script; two Cyrillic letters (КУ) only where they stand alone."""
    if word not in normal:
        return False
    return not _TWO_CYRILLIC.fullmatch(word) or re.search(rf"(?<!\w){word}(?!\w)", normal) is not None


Vocabulary = Mapping[str, WordList]


def load_vocabulary(site_file: Path | None = None) -> Vocabulary:
    """The shipped word lists, with those of ``site_file`` (TOML of the same form) added.

    Raises
    ------
    LoadError
        ``site_words_invalid`` when the file cannot be read, names a list that does not exist, or holds a broken
        pattern.
    """
    shipped = _shipped_tables()
    if site_file is None:
        return _shipped_vocabulary()
    try:
        added = tomllib.loads(read_given(site_file, MAX_BYTES).decode("utf-8"))
    except (NotGiven, ValueError, RecursionError) as error:
        raise LoadError("site_words_invalid", f"The site word file cannot be read as TOML: {error}") from error
    unknown = sorted(set(added) - set(shipped))
    if unknown:
        known = ", ".join(sorted(shipped))
        raise LoadError(
            "site_words_invalid", f"The site word file names unknown lists {unknown}; known lists are {known}"
        )
    return {name: _compile(name, table, added.get(name, {})) for name, table in shipped.items()}


@cache
def _shipped_tables() -> dict[str, Any]:
    return tomllib.loads(resources.files("vcfimg.loaders.roles").joinpath("vocabulary.toml").read_text("utf-8"))


@cache
def _shipped_vocabulary() -> Vocabulary:
    return {name: _compile(name, table) for name, table in _shipped_tables().items()}


def _compile(name: str, *tables: Any) -> WordList:
    collected: dict[str, list[str]] = {"words": [], "phrases": [], "patterns": []}
    for table in tables:
        for kind, entries in table.items() if isinstance(table, dict) else [("", None)]:
            if (
                kind not in collected
                or not isinstance(entries, list)
                or not all(isinstance(entry, str) and entry for entry in entries)
            ):
                raise LoadError("site_words_invalid", f"List {name!r} takes lists of text: words, phrases, patterns")
            collected[kind].extend(entries)
    words = [Text.of(word).normal.strip() for word in collected["words"]]
    try:
        patterns = tuple(re.compile(pattern) for pattern in collected["patterns"])
    except (re.error, RecursionError, OverflowError) as error:
        raise LoadError("site_words_invalid", f"List {name!r} holds a broken pattern: {error}") from error
    return WordList(
        frozenset(word for word in words if word.isascii()),
        tuple(word for word in words if not word.isascii()),
        tuple(Text.of(phrase).tokens for phrase in collected["phrases"]),
        patterns,
    )
