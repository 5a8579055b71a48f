"""A command that stays and does its work again and again."""

import re
import time
from collections.abc import Callable
from typing import Final, NoReturn

import typer

from pipelines import exits

_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


def stay(one_round: Callable[[], int], pause: float | None) -> NoReturn:
    """One round, or one after each pause until the program is ended; a round that fails is followed by the next."""
    while True:
        try:
            status = one_round()
        except typer.Exit as error:
            if pause is None:
                raise
            status = error.exit_code
        if pause is None:
            raise typer.Exit(status)
        time.sleep(pause)


def seconds(option: str, text: str) -> float:
    """The time that an option names; leaves with status 2 where it names none."""
    found = re.fullmatch(r"(\d{1,6})([smh])", text)
    if found is None or not int(found[1]):
        exits.unusable(f"{option} {text}: a time such as 30s, 5m or 1h is needed")
    return float(int(found[1]) * _SECONDS[found[2]])
