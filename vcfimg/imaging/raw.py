"""Level-free facts read from the images of one study: everything :func:`vcfimg.imaging.derive.derive` needs.

These values are stored in ``result.json`` under ``raw`` so that a corrected level, a new policy or new clinical facts
re-decide an old result without touching an image.
"""

from collections.abc import Callable
from typing import Final, Literal

from pydantic import Field

from vcfimg.base import Finite, Model, Note, Vec3
from vcfimg.roles import Role
from vcfimg.series_id import OfSeries, SeriesId


class SegmenterInfo(Model):
    """Which segmenter made the labels."""

    name: str
    version: str
    sha256: str | None = None
    """Hash of the weights, or None for a segmenter without weights."""


class Heights(Model):
    """Anterior, middle and posterior value of one quantity (mm unless said otherwise); None = could not be read."""

    anterior: Finite | None = None
    middle: Finite | None = None
    posterior: Finite | None = None


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


class SixPoints(Model):
    """The six points of Genant's scheme, LPS mm, at the centre of the dark endplate line (clinical.md section 5)."""

    anterior_superior: Vec3
    middle_superior: Vec3
    posterior_superior: Vec3
    anterior_inferior: Vec3
    middle_inferior: Vec3
    posterior_inferior: Vec3


class SeriesHeights(OfSeries):
    """Heights of one vertebra read on one series."""

    role: Role
    height_mm: Heights
    slice_spread_mm: Heights
    """Robust SD of the height over the slices used; None with a single slice."""
    edge_sharpness: Finite | None = None
    """Mean 10-90 % edge width along the endplates, mm; larger is blurrier."""
    points_mm: SixPoints | None = None
    """In the frame of this series (not shifted to the reference)."""
    sop_instance_uids: tuple[str, ...] = ()
    """The slices that were measured."""
    reasons: tuple[str, ...] = ()
    """Why this reading should not be trusted, as codes; empty when it can be."""


class Signal(OfSeries):
    """Marrow signal of one body on one series, coil shading removed.

    Samples come from the eroded body. ``normalized`` values are divided by the smooth coil-shading field so that bodies
    of one series can be compared; units are arbitrary but the same within a series.
    """

    role: Role
    quantiles: tuple[float, ...]
    """101 values: the 0th to 100th percentile of the normalized signal."""
    grid: tuple[tuple[float | None, ...], ...]
    """6 rows (superior to inferior) x 6 columns (anterior to posterior): mean normalized signal in body coordinates."""
    voxels: int
    raw_mean: Finite
    """Mean signal before shading correction."""
    cut_by: tuple[Literal["border", "stack"], ...] = ()
    """What keeps a part of the body from being seen on this series: the edge of the image, the end of the stack."""


class Wall(Model):
    """Posterior wall of one body in its mid-sagittal plane."""

    points_mm: tuple[Vec3, ...]
    """Wall points from the superior to the inferior corner (LPS, reference frame)."""
    bulge_mm: Finite
    """Largest distance of the wall behind (positive) or in front of (negative) the line of its own corners."""


class RawVertebra(Model):
    """One vertebra seen in the study, unnamed."""

    id: int = Field(ge=1)
    order: int = Field(ge=1, description="1 = nearest to the head")
    center_mm: Vec3
    """Body centroid, LPS, reference frame."""
    axis_anterior: Vec3
    axis_left: Vec3
    axis_superior: Vec3
    """Unit vectors of the body's own frame, LPS."""
    depth_mm: Finite | None = None
    width_mm: Finite | None = None
    on_border: bool = False
    """The body is cut by the edge of the field of view."""
    station: int = 0
    measured_on: SeriesId | None = None
    """Series that gave ``points_mm`` and ``height_mm``."""
    points_mm: SixPoints | None = None
    height_mm: Heights = Heights()
    height_error_mm: Heights = Heights()
    """95 % half-width from slice spread, edge sharpness and voxel size; excludes the reference error."""
    by_series: tuple[SeriesHeights, ...] = ()
    signals: tuple[Signal, ...] = ()
    wall: Wall | None = None
    canal_ap_mm: Finite | None = None
    """Sagittal canal diameter behind the body's middle."""
    level_log_likelihood: tuple[Finite, ...] = ()
    """What the column's shape says (:data:`vcfimg.imaging.landmarks.level_fit.LEVELS`); empty where not asked."""
    reasons: tuple[str, ...] = ()
    """Codes that make the vertebra not measured (border, motion, low_contrast, hardware, contrasts_disagree, …)."""
    notes: tuple[str, ...] = ()


class SeriesSignal(OfSeries):
    """Per-series facts that are not of one vertebra."""

    role: Role
    csf: Finite | None = None
    """Normalized signal of CSF in the canal: its upper quartile where CSF is bright, its lower where it is dark."""
    muscle: Finite | None = None
    disc: Finite | None = None
    noise: Finite | None = None
    voxel_mm: Vec3
    """Column, row and slice spacing."""


class Anchor(Model):
    """A landmark that lets levels be counted."""

    kind: Literal["sacrum", "c2"]
    center_mm: Vec3
    adjacent_id: int | None
    """Vertebra id next to it: the last one above the sacrum, or the one that *is* C2."""
    confidence: Literal["high", "low"] = "high"
    notes: tuple[str, ...] = ()
    points_mm: tuple[Vec3, ...] = ()
    """Sacrum: anterior and posterior end of the S1 endplate, where seen."""


class RawSpine(Model):
    """All level-free facts of one study."""

    reference_series: SeriesId
    frame_of_reference_uid: str | None = None
    vertebrae: tuple[RawVertebra, ...]
    anchors: tuple[Anchor, ...] = ()
    series: tuple[SeriesSignal, ...] = ()
    segmenter: SegmenterInfo
    segmenter_levels: dict[int, str] | None = None
    """Level names given by the segmenter, by vertebra id."""
    level_text: tuple[str, ...] = ()
    """Body-part words of the DICOM headers ("LSPINE"), used only as a guess marked as such."""
    warnings: tuple[Note, ...] = ()


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
