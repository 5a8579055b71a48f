"""CSV as RFC 4180 has it (UTF-8, CRLF, quoted where needed), safe to open in a spreadsheet."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

Cell = str | int | float | bool | None

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet read a text cell as a formula; the wide forms count too."""


def neutralise(text: str) -> str:
    """Text that a spreadsheet will not run: a leading apostrophe before a formula character (OWASP, CSV injection)."""
    text = text.replace("\0", "")
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


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
