"""Hostile text made safe to show in an error message."""

from collections.abc import Mapping
from typing import Final

MAX_SHOWN: Final = 60
"""Longest part of an offending value or key that is repeated in an error, in characters."""


def printable(text: str) -> str:
    """Hostile text made safe to show: one line, ASCII, shortened."""
    safe = text.encode("ascii", "backslashreplace").decode()
    safe = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in safe)
    return safe if len(safe) <= MAX_SHOWN else safe[: MAX_SHOWN - 3] + "..."


def shown(value: object) -> str:
    """An offending value for an error message; containers are named by their kind only."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{printable(value)}"'
    if isinstance(value, int | float):
        return printable(f"{value:g}" if isinstance(value, float) else str(value))
    return "a list" if isinstance(value, list | tuple) else "an object" if isinstance(value, Mapping) else "this value"
