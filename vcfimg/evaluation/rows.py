"""One row per true body and one per case: everything the tables and plots are made of."""

from dataclasses import asdict, dataclass
from typing import Any

from vcfimg.imaging.raw import POSITIONS, UNKNOWN_HEIGHTS, Heights


@dataclass(frozen=True)
class BodyRow:
    """One true body and what was measured of it; None = unknown or not applicable."""

    case: str
    contrast: str
    level: str | None
    complete: bool
    found: bool
    vertebra_id: int | None = None
    named: str | None = None
    guessed: str | None = None
    """A probable name, given where none could be counted."""
    nameable: bool = False
    """The sacrum is in view and the person has the usual count, so the name can be known."""
    nameable_from_c2: bool = False
    """C2 is in view and the sacrum is not."""
    measured: bool = False
    reasons: tuple[str, ...] = ()
    dice: float | None = None
    surface_mm: float | None = None
    height_mm: Heights = UNKNOWN_HEIGHTS
    height_true_mm: Heights = UNKNOWN_HEIGHTS
    height_half_width_mm: Heights = UNKNOWN_HEIGHTS
    loss: Heights = UNKNOWN_HEIGHTS
    loss_true: Heights = UNKNOWN_HEIGHTS
    loss_half_width: Heights = UNKNOWN_HEIGHTS
    index_loss: float | None = None
    index_loss_true: float | None = None
    index_half_width: float | None = None
    fractured: bool | None = None
    fractured_true: bool | None = None
    edema: bool | None = None
    edema_true: bool | None = None
    edema_readable: bool = False
    """An edema series was given and the marrow is not diffusely abnormal."""
    edema_fraction: float | None = None
    edema_fraction_true: float | None = None
    between_series_mm: tuple[float, ...] = ()
    """Differences of the same height between two series of the study, mm."""

    def flat(self) -> dict[str, Any]:
        """Columns of a table."""
        flat: dict[str, Any] = {}
        for key, value in asdict(self).items():
            field = getattr(self, key)
            if isinstance(field, Heights):
                flat |= {f"{key}_{x}": getattr(field, x) for x in POSITIONS}
            elif isinstance(value, tuple):
                flat[key] = ";".join(f"{v:.3f}" if isinstance(v, float) else str(v) for v in value)
            else:
                flat[key] = value
        return flat


@dataclass(frozen=True)
class CaseRow:
    """One case as a whole."""

    case: str
    contrast: str
    bodies: int = 0
    found: int = 0
    false_bodies: int = 0
    counted_from: str = "none"
    transitional: bool = False
    """The person has an unusual count of vertebrae."""
    flagged_transitional: bool = False
    seconds: float | None = None
    peak_memory_mb: float | None = None
    error: str | None = None
    warnings: tuple[str, ...] = ()

    def flat(self) -> dict[str, Any]:
        """Columns of a table."""
        return asdict(self) | {"warnings": ";".join(self.warnings)}
