"""Reads one written value; a reader for each kind of value, whatever the file format.

A reader returns the canonical value, or None where the text says "unknown". It is lenient where the meaning is certain
(``"ja"`` is true, ``"7,5"`` is 7.5, ``"Th12"`` is T12) and raises :class:`UnreadableError` where it is not.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from vcfimg.level_names import is_level

Reader = Callable[[Any], Any]


class UnreadableError(ValueError):
    """A value nobody can read with certainty; the message says what would be accepted."""


UNKNOWN: Final = frozenset(
    {
        "",
        "?",
        "-",
        "--",
        "n/a",
        "na",
        "k.a.",
        "unknown",
        "not known",
        "unbekannt",
        "unklar",
        "null",
        "nan",
        "keine angabe",
    }
)
"""Texts that say that the fact is not known, in any case."""

_TRUE: Final = frozenset(
    {"true", "t", "yes", "y", "ja", "j", "wahr", "1", "1.0", "1,0", "oui", "vrai", "si", "sí", "sì"}
)
_FALSE: Final = frozenset({"false", "f", "no", "n", "nein", "falsch", "0", "0.0", "0,0", "non", "faux"})
_PRESENT: Final = frozenset({"positive", "positiv", "present", "vorhanden", "+"})
_ABSENT: Final = frozenset({"negative", "negativ", "absent", "none", "keine", "kein", "keiner"})
_LOW_ENERGY: Final = frozenset(
    {
        "fall from standing",
        "fall from standing height",
        "ground level fall",
        "low energy",
        "low energy trauma",
        "minor fall",
        "minor trauma",
        "minimal trauma",
        "sturz aus dem stand",
        "sturz aus stand",
        "bagatelltrauma",
        "niedrigenergetisch",
    }
)
_HIGH_ENERGY: Final = frozenset(
    {"high energy", "high energy trauma", "major trauma", "polytrauma", "hochenergetisch", "hochrasanztrauma"}
)
_QUALIFIED_YES: Final = re.compile(r"(yes|ja|true|wahr|oui)\b(?![/?])")
_QUALIFIER: Final = re.compile(r"[?/]|\b(no|nein|not|nicht|non|or|oder|kein\w*|unknown|unklar|false|falsch)\b")

_NUMBER: Final = re.compile(r"([+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d{1,3})?)\s*(\S.*)?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_WHOLE: Final = re.compile(r"([+-]?\d{1,18})(?:[.,]0+)?", re.ASCII)
_OF_TEN: Final = re.compile(
    r"(?:(?:vas|nrs)\s*[:=]?\s*)?(\d+(?:[.,]\d+)?)\s*(?:(?:/|von|of|out of)\s*(\d+))?", re.ASCII
)
_LEVEL: Final = re.compile(r"(c|hwk|hw|t|th|d|bwk|bw|l|lwk|lw|s|swk|sw)[\s.\-_]*0?(\d{1,2})", re.ASCII)
_SPINE_PART: Final = {"h": "C", "c": "C", "t": "T", "d": "T", "b": "T", "l": "L", "s": "S"}
_GRADE: Final = re.compile(r"(?:escc|bilsky|grade|grad|stage)?\s*[:=]?\s*([0-3])\s*([abc])?(?:[.,]0)?", re.ASCII)
_GRADE_RANGE: Final = re.compile(r"\s*(?:-|\u2013|/|bis|to)\s*")
_GRADES: Final = ("0", "1a", "1b", "1c", "2", "3")
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?", re.ASCII)
_DATE_LIKE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", re.ASCII)
_LEVEL_LIST: Final = re.compile(r"\s*(?:[;,/+&\n]|\bund\b|\band\b)\s*")

UNITS_WRITTEN: Final[Mapping[str, frozenset[str]]] = {
    "%": frozenset({"%", "percent", "prozent"}),
    "mm": frozenset({"mm"}),
    "gy": frozenset({"gy", "gray"}),
    "weeks": frozenset({"w", "wk", "wks", "week", "weeks", "wo", "woche", "wochen"}),
    "years": frozenset({"y", "yr", "yrs", "year", "years", "a", "j", "jahr", "jahre"}),
    "points": frozenset({"%", "points", "punkte"}),
}
"""Unit to the ways of writing it that a number may carry; any other unit is refused, never converted."""


def plain(value: str) -> str:
    """Compared without case, width and outer blanks."""
    return unicodedata.normalize("NFKC", value).casefold().strip() if not value.isascii() else value.casefold().strip()


def flag(value: Any) -> bool | None:
    """True or false: ``yes``, ``TRUE``, ``ja``, ``WAHR``, 1 and their opposites."""
    return _truth(value, _TRUE, _FALSE, qualified=False)


def finding(value: Any) -> bool | None:
    """A flag that says something is there: "none" and "negative" are false too, and "yes, since Monday" is true."""
    return _truth(value, _TRUE | _PRESENT, _FALSE | _ABSENT, qualified=True)


def trauma(value: Any) -> bool | None:
    """A flag that says high energy: a fall from standing is none; other words are not certain."""
    if isinstance(value, str):
        text = " ".join(plain(value).replace("-", " ").replace("_", " ").split())
        if text in _LOW_ENERGY:
            return False
        if text in _HIGH_ENERGY:
            return True
    try:
        return finding(value)
    except UnreadableError:
        raise UnreadableError("must be true (high energy) or false (none, or a fall from standing)") from None


def number_in(unit: str | None) -> Reader:
    """A reader of numbers with a decimal point or comma, with or without this unit."""
    units = UNITS_WRITTEN[unit] if unit is not None else frozenset()

    def number(value: Any) -> float | None:
        if type(value) is float or type(value) is int:
            return value
        if not isinstance(value, str):
            raise UnreadableError("must be a number")
        text = plain(value)
        if text in UNKNOWN:
            return None
        found = _NUMBER.fullmatch(text.lstrip("±") if unit == "points" else text)
        if found is None or ((written := found[2]) and written.rstrip(".") not in units):
            raise UnreadableError(f"must be a number{'' if unit is None else f' (in {unit})'}")
        if _THOUSANDS.fullmatch(found[1]):
            raise UnreadableError("must be a number; the comma may separate thousands or decimals")
        return float(found[1].replace(",", "."))

    return number


def count(value: Any) -> int | None:
    """A whole number."""
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    if isinstance(value, str):
        if (text := plain(value)) in UNKNOWN:
            return None
        if found := _WHOLE.fullmatch(text):
            return int(found[1])
    raise UnreadableError("must be a whole number")


def pain(value: Any) -> float | None:
    """A pain score from 0 to 10: ``7``, ``"7/10"``, ``"7,5"``; another scale is refused, never rescaled (SR6)."""
    if type(value) is float or type(value) is int:
        return value
    if not isinstance(value, str):
        raise UnreadableError("must be a number from 0 to 10")
    text = plain(value)
    if text in UNKNOWN:
        return None
    found = _OF_TEN.fullmatch(text)
    if found is None:
        if _NUMBER.fullmatch(text) and "e" not in text and not text.endswith(("%", "mm")):
            return number_in(None)(text)  # type: ignore[no-any-return]
        raise UnreadableError("must be a number from 0 to 10")
    if found[2] not in {None, "10"}:
        raise UnreadableError("must be on the scale 0-10; another scale is not converted")
    return float(found[1].replace(",", "."))


def loss(value: Any) -> float | None:
    """Height loss in percent; strictly between 0 and 1 it may be a fraction, which is refused."""
    read = number_in("%")(value)
    if read is not None and 0 < read < 1:
        raise UnreadableError("must be in percent; is this a fraction?")
    return read  # type: ignore[no-any-return]


def level(value: Any) -> str | None:
    """A vertebral level: T12, Th12, t12, D12, BWK 12, "L 1"."""
    if isinstance(value, str):
        if is_level(value):
            return value
        text = plain(value)
        if text in UNKNOWN:
            return None
        if (found := _LEVEL.fullmatch(text)) and is_level(name := f"{_SPINE_PART[found[1][0]]}{int(found[2])}"):
            return name
    raise UnreadableError("must be a vertebral level: C1-C7, T1-T13, L1-L6 or S1")


def escc(value: Any) -> str | None:
    """A Bilsky grade; 1 without a letter is 1c, and a range counts as its worse end."""
    if isinstance(value, float | int) and not isinstance(value, bool) and value in (0, 1, 2, 3):
        return ("0", "1c", "2", "3")[int(value)]
    if isinstance(value, str):
        if value in _GRADES:
            return value
        text = plain(value)
        if text in UNKNOWN:
            return None
        grades = [_grade(part) for part in _GRADE_RANGE.split(text)]
        if 1 <= len(grades) <= 2 and None not in grades:
            return max((grade for grade in grades if grade is not None), key=_GRADES.index)
    raise UnreadableError('must be an ESCC grade: "0", "1a", "1b", "1c", "2" or "3"')


def sins(value: Any) -> int | None:
    """A SINS total, 0 to 18, also as ``"11/18"``."""
    total = count(value.partition("/")[0] if isinstance(value, str) and value.strip().endswith("/18") else value)
    if total is not None and not 0 <= total <= 18:
        raise UnreadableError("must be a SINS total from 0 to 18")
    return total


def word(meanings: Mapping[str, tuple[str, ...]]) -> Reader:
    """A reader of one of the words in ``meanings`` or of another spelling given there."""
    known = {spelling: meant for meant, spellings in meanings.items() for spelling in (plain(meant), *spellings)}
    names = [repr(meant) for meant in meanings]
    listed = f"{', '.join(names[:-1])} or {names[-1]}"

    def read(value: Any) -> str | None:
        if isinstance(value, str):
            if value in meanings:
                return value
            text = " ".join(plain(value).replace("_", " ").split())
            if text in known:
                return known[text]
            if text in UNKNOWN:
                return None
        raise UnreadableError(f"must be one of {listed}")

    return read


def date(value: Any) -> str | None:
    """An ISO date; a time of midnight, as spreadsheets add it, is dropped."""
    if isinstance(value, str):
        text = value.strip()
        if _ISO_DATE.fullmatch(text):
            return text
        if plain(text) in UNKNOWN:
            return None
        if found := _MIDNIGHT.fullmatch(text):
            return found[1]
        if _DATE_LIKE.fullmatch(text):
            raise UnreadableError("must be a date written YYYY-MM-DD; day and month cannot be distinguished otherwise")
        return text
    raise UnreadableError("must be a date written YYYY-MM-DD")


def identifier(value: Any) -> str | None:
    """Text; a whole number is its digits."""
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        return value if value.strip() else None
    raise UnreadableError("must be text")


def names(value: Any) -> list[Any]:
    """A list of names, or a text of names separated by semicolons."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[;\n]", value) if part.strip()] or [value]
        if len(value) == 1 and not value[0].strip():
            return []
    if not isinstance(value, list | tuple):
        raise UnreadableError("must be a list")
    return list(value)


def levels(value: Any) -> list[str]:
    """A list of levels, or a text of levels separated by commas, semicolons or slashes."""
    if isinstance(value, str):
        value = (
            [] if plain(value) in {*UNKNOWN, *_ABSENT} else [part for part in _LEVEL_LIST.split(value) if part.strip()]
        )
    if not isinstance(value, list | tuple):
        raise UnreadableError("must be a list")
    return [name for one in value if (name := level(one)) is not None]


def _truth(value: Any, true: frozenset[str], false: frozenset[str], *, qualified: bool) -> bool | None:
    if value is True or value is False:
        return bool(value)
    if type(value) in (int, float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        text = plain(value)
        if text in true:
            return True
        if text in false:
            return False
        if text in UNKNOWN:
            return None
        if qualified and _QUALIFIED_YES.match(text) and not _QUALIFIER.search(text):
            return True
    raise UnreadableError("must be true or false")


def _grade(text: str) -> str | None:
    found = _GRADE.fullmatch(text)
    if found is None or (found[2] and found[1] != "1"):
        return None
    return "1" + (found[2] or "c") if found[1] == "1" else found[1]
