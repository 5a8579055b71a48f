"""The three places where a body's height is read, and small operations on values kept for each of them."""

from collections.abc import Callable
from typing import Final, Literal

from vcfimg.imaging.raw import Heights

Position = Literal["anterior", "middle", "posterior"]
POSITIONS: Final[tuple[Position, ...]] = ("anterior", "middle", "posterior")
"""From front to back."""
UNKNOWN_HEIGHTS: Final = Heights()
"""Nothing is known at any position."""


def at(heights: Heights, position: Position) -> float | None:
    """The value of ``heights`` at ``position``."""
    return {"anterior": heights.anterior, "middle": heights.middle, "posterior": heights.posterior}[position]


def for_each(value: Callable[[Position], float | None]) -> Heights:
    """Build a :class:`Heights` from a function of the position."""
    return Heights(anterior=value("anterior"), middle=value("middle"), posterior=value("posterior"))
