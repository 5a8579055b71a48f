"""What one resource says about one patient."""

from typing import Any, Final, NamedTuple

OBSERVED, CONDITION = "observed", "condition"
"""How a fact was stated: with its value and day, or by a diagnosis that holds until it is ended."""

PROVISIONAL: Final = "danger_provisional"
PROPOSED: Final = "lab_proposal"


class Statement(NamedTuple):
    """One fact that a resource states, or (with ``message``) what is wrong with it.

    ``path`` is ``("pain_vas",)``, ``("levels", "T12", "escc")`` or ``("exam_levels", "T12")``; ``when`` an ISO day.
    With ``doubt`` (a remark's code) the resource leaves the fact open.
    """

    path: tuple[str, ...]
    value: Any
    when: str | None
    source: str
    message: str | None = None
    kind: str = OBSERVED
    doubt: str | None = None


class Stated(NamedTuple):
    """All that a resource says; ``unread`` is what of it was not understood, as type and code."""

    statements: tuple[Statement, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
