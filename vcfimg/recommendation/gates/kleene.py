"""Three-valued logic: True, False and None for unknown; an unknown is never read as False."""

from collections.abc import Iterable


def all_of(values: Iterable[bool | None]) -> bool | None:
    """Kleene conjunction: False dominates unknown."""
    unknown = False
    for value in values:
        if value is False:
            return False
        if value is None:
            unknown = True
    return None if unknown else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """Kleene disjunction: True dominates unknown."""
    unknown = False
    for value in values:
        if value is True:
            return True
        if value is None:
            unknown = True
    return None if unknown else False


def at_least(value: float | None, limit: float) -> bool | None:
    """``value >= limit``, unknown when the value is."""
    return None if value is None else value >= limit
