"""CSV as RFC 4180 has it (UTF-8, CRLF, quoted where needed), safe to open in a spreadsheet."""

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

Cell = str | int | float | bool | None

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet read a text cell as a formula; the wide forms count too."""


_PASSED_OVER: Final = ' "\u00a0\u3000'
"""What may stand before a formula that is run all the same."""

_CONTROL: Final = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control and direction-changing characters, as in the pages."""


_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/:]*")
"""What needs no second look: most cells by far."""


def neutralise(text: str) -> str:
    """Text that a spreadsheet will not run (OWASP, CSV injection), also when it splits cells at ``;``.

    Characters that control the terminal or turn the direction of text become a replacement character.
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _CONTROL.sub("\ufffd", text.replace("\0", ""))
    return ";".join(map(_harmless, text.split(";")))


def _harmless(part: str) -> str:
    """A leading apostrophe before a formula character, also where blanks or quotation marks stand before it."""
    return (
        "'" + part
        if part.startswith(_FORMULA_STARTS) or part.lstrip(_PASSED_OVER).startswith(_FORMULA_STARTS)
        else part
    )


def cell_text(value: Cell) -> str:
    """One cell. ``None`` is empty, numbers stay numbers (negative ones too), booleans are ``true``/``false``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(round(value, 4)) if math.isfinite(value) else ""
    return neutralise(value)


def write_rows(stream: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a table, row by row; returns the number of rows below the header."""
    text = io.TextIOWrapper(stream, "utf-8", errors="backslashreplace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([cell_text(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count
