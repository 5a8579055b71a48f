"""The measured spine: the ``levels``, ``vertebrae`` and ``spine`` keys of ``result.json``."""

from typing import Final, Literal

from pydantic import ConfigDict, Field

from vcfimg.base import Finite, Model, Note, Vec3
from vcfimg.imaging.raw import Heights, SixPoints
from vcfimg.roles import Role
from vcfimg.series_id import OfSeries, SeriesId

SHAPE_OR_LOSS: Final = "shape_or_loss"
"""Reason code of a body whose low height the normal shape of its level may explain."""


class LevelReport(Model):
    """How the levels were counted."""

    counted_from: Literal["sacrum", "c2", "dicom", "user", "none"]
    confirmed: bool = False
    """True only when a person gave or confirmed the names."""
    warnings: tuple[Note, ...] = ()


class SeriesReading(OfSeries):
    """Heights of one vertebra on one series."""

    height_mm: Heights
    sop_instance_uids: tuple[str, ...] = ()


class LossPercent(Model):
    """Height loss in percent of the expected height; ``index`` is the largest of the three."""

    anterior: Finite | None = None
    middle: Finite | None = None
    posterior: Finite | None = None
    index: Finite | None = None


class Genant(Model):
    """Genant grade 0-3 and type by the most reduced height (clinical.md section 4)."""

    grade: int = Field(ge=0, le=3)
    type: Literal["wedge", "biconcave", "crush"] | None = None


class StirFinding(Model):
    """Edema on STIR or a named substitute; every value None when the series or a normal reference is missing."""

    ratio_to_normal: Finite | None = None
    ratio_to_csf: Finite | None = None
    edema_fraction: Finite | None = Field(default=None, ge=0, le=1)
    pattern: Literal["none", "band", "diffuse", "focal", "endplate"] | None = None
    edema: bool | None = None
    """True/False by the policy's fractions, None between them or when unknown."""
    substitute: Role | None = None
    """Role used instead of STIR (t2_fs, dixon_water), a lower grade of evidence."""
    reasons: tuple[str, ...] = ()


class T1Finding(Model):
    """Marrow signal on T1."""

    ratio_to_disc: Finite | None = None
    ratio_to_muscle: Finite | None = None
    dark_marrow: bool | None = None
    """Marrow darker than disc or muscle: abnormal (clinical.md section 5)."""
    reasons: tuple[str, ...] = ()


class WallFinding(Model):
    """Posterior wall; these values can only raise concern."""

    retropulsion_mm: Finite | None = None
    """Largest distance behind the line joining the neighbours' posterior corners."""
    convex: bool | None = None
    bulge_mm: Finite | None = None
    canal_narrowing_percent: Finite | None = None
    reasons: tuple[str, ...] = ()


class Quality(Model):
    """Whether the vertebra's numbers may be used, with reason codes."""

    measured: bool
    reasons: tuple[str, ...] = ()


class VertebraMeasurement(Model):
    """One vertebra of ``result.json``."""

    id: int
    order: int
    level: str | None
    level_guess: str | None = None
    center_mm: Vec3
    points_mm: SixPoints | None = None
    measured_on: SeriesId | None = None
    by_series: tuple[SeriesReading, ...] = ()
    height_mm: Heights = Heights()
    expected_height_mm: Heights = Heights()
    height_uncertainty_mm: Heights = Heights()
    """95 % half-widths."""
    loss_percent: LossPercent = LossPercent()
    loss_uncertainty: Finite | None = None
    """95 % half-width of the index loss, percent points."""
    loss_uncertainty_by_position: Heights = Heights()
    """95 % half-widths of the three losses, percent points."""
    genant: Genant | None = None
    fractured: bool | None = None
    """Whether the loss is a fracture; None where normal shape may explain it (``shape_or_loss``), or none is known."""
    wedge_angle_deg: Finite | None = None
    stir: StirFinding = StirFinding()
    t1: T1Finding = T1Finding()
    wall: WallFinding = WallFinding()
    quality: Quality


class Kyphosis(Model):
    """Cobb angle from the superior endplate of ``from`` to the inferior endplate of ``to``; kyphosis positive."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null", populate_by_name=True)

    from_: str = Field(alias="from")
    to: str
    deg: Finite


class Canal(Model):
    """Sagittal canal diameter behind one vertebra."""

    vertebra_id: int
    level: str | None
    ap_mm: Finite | None = None
    narrowing_percent: Finite | None = None


class SpineReport(Model):
    """Findings that belong to more than one vertebra."""

    kyphosis: tuple[Kyphosis, ...] = ()
    canal: tuple[Canal, ...] = ()
    notes: tuple[Note, ...] = ()


class SpineMeasurement(Model):
    """Everything :func:`vcfimg.recommendation.recommend` may know from the images."""

    levels: LevelReport
    vertebrae: tuple[VertebraMeasurement, ...] = ()
    spine: SpineReport = SpineReport()
