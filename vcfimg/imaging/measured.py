"""Whether the numbers of a vertebra may be used, and if not, why."""

from vcfimg.imaging.heights import UNKNOWN_HEIGHTS
from vcfimg.imaging.raw import RawVertebra


def unmeasured_reasons(vertebra: RawVertebra) -> tuple[str, ...]:
    """Codes that forbid the numbers of ``vertebra``; empty when they may be used.

    ``border`` (cut by the edge of the field of view), ``no_heights``, ``impossible_heights`` (zero or negative), and
    what the measurement itself found.
    """
    reasons = [*(("border",) if vertebra.on_border else ()), *vertebra.reasons]
    known = [height for height in vertebra.height_mm.model_dump().values() if height is not None]
    if any(height <= 0 for height in known):
        reasons.append("impossible_heights")
    if vertebra.height_mm == UNKNOWN_HEIGHTS and not reasons:
        reasons.append("no_heights")
    return tuple(dict.fromkeys(reasons))


def is_measured(vertebra: RawVertebra) -> bool:
    """Whether the numbers of ``vertebra`` may be used."""
    return not unmeasured_reasons(vertebra)
