"""Keys and texts that nobody planned for, searched for words that name a danger (clinical.md 10.6)."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, Final

_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?<![a-z])(?:spinal)?cord|cauda(?!l)|myelo(?!m|id|dys|fib|pro|gen|sup|cyt)|mscc|rückenmark|querschnitt",
     "clinical_cord_compression"),
    (r"paraly|(?<!com)(?<!pre)pares|plegi|deficit|defizit|neuro(?!endo|blast|fibro)|lähmung",
     "new_neurological_deficit"),
    (r"epidur|bilsky", "escc"),
    (r"unstab|instab", "overt_instability"),
    (r"(?<![a-z])sins(?![a-z])", "sins_reported"),
    (r"infect|infekt|sepsis|discitis|diszitis|abscess|abszess", "infection"),
    (r"coag|koag|(?<![a-z])inr(?![a-z])|platelet|gerinnung", "coagulopathy_uncorrected"),
    (r"allerg", "cement_allergy"),
    (r"pregnan|schwanger", "pregnancy"),
)  # fmt: skip
"""Stems and the fact they speak of. Words of cancers (myeloma, neuroendocrine) and of direction (caudal) are none."""

_ANY: Final = re.compile("|".join(f"({stems})" for stems, _ in _WORDS))
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")

NEAR_SHORT, NEAR_LONG, SHORT_NAME = 1, 2, 6
"""Letters by which a key may miss a danger's name: one for names of up to six letters, two for longer ones (10.6)."""


def facts_named(*texts: str) -> tuple[str, ...]:
    """The dangers that these texts speak of, each once; what they say about them nobody can tell."""
    found: dict[str, None] = {}
    for text in texts:
        plain = _CAMEL.sub(" ", text).casefold().replace("_", " ")
        for match in _ANY.finditer(plain):
            found[_WORDS[(match.lastindex or 1) - 1][1]] = None
    return tuple(found)


def texts_in(value: Any) -> Iterable[str]:
    """Every key and text inside ``value``."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            for key, inner in one.items():
                yield str(key)
                pending.append(inner)
        elif isinstance(one, list | tuple):
            pending.extend(one)


def squashed(key: str) -> str:
    """A key without case, blanks and separators: ``Pain VAS``, ``pain-vas`` and ``painVas`` are ``pain_vas``."""
    return "".join(char for char in key.casefold() if char.isalnum())


def near(key: str, names: Iterable[str]) -> str | None:
    """The danger's name that ``key`` misses by a letter or two."""
    written = squashed(key)
    for name in names:
        wanted, reach, parts = _aim(name)
        if (
            abs(len(wanted) - len(written)) <= reach
            and any(part in written for part in parts)
            and _distance(written, wanted, reach) <= reach
        ):
            return name
    return None


@cache
def _aim(name: str) -> tuple[str, int, tuple[str, ...]]:
    """A name squashed, how far a key may miss it, and parts of it: so few changes leave one of them whole."""
    wanted = squashed(name)
    reach = NEAR_SHORT if len(wanted) <= SHORT_NAME else NEAR_LONG
    ends = [len(wanted) * number // (reach + 1) for number in range(reach + 2)]
    return wanted, reach, tuple(wanted[start:end] for start, end in pairwise(ends))


def _distance(first: str, second: str, limit: int) -> int:
    """Letters to insert, delete or change (Levenshtein); anything above ``limit`` may be returned as ``limit + 1``."""
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, start=1):
        line = [row]
        for column, other in enumerate(second, start=1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != other)))
        if min(line) > limit:
            return limit + 1
        above = line
    return above[-1]
