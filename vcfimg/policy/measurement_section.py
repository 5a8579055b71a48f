"""The ``[measurement]`` section: from what was read on the images to measured vertebrae (clinical.md section 5)."""

from dataclasses import dataclass
from math import hypot
from typing import Annotated, Self

from pydantic import Field, model_validator

from vcfimg.level_names import canonical
from vcfimg.policy.section_base import (
    Level,
    LevelHeights,
    LevelPercents,
    LevelWedges,
    Millimetres,
    Percent,
    PositiveCount,
    Section,
    Share,
)

Positive = Annotated[float, Field(strict=True, gt=0, le=100, allow_inf_nan=False)]


@dataclass(frozen=True)
class ShapeSpread:
    """Standard deviations between people of the shape of one body, as shares.

    Parameters
    ----------
    size
        Of all its heights against those of the neighbours.
    wedge
        Of anterior over posterior height; a half of it falls to either.
    concavity
        Of the middle height over the mean of the other two.
    """

    size: float
    wedge: float
    concavity: float

    def sd(self, position: str) -> float:
        """Of one height ("anterior", "middle", "posterior") against what the neighbours predict."""
        return hypot(self.size, self.concavity if position == "middle" else self.wedge / 2)


class MeasurementPolicy(Section):
    """Values for the image modules; units, kinds and sources stand beside each value in the policy file."""

    reference_span_levels: PositiveCount
    """Neighbours within this many levels carry the expected height."""
    reference_min_neighbours: PositiveCount
    """Fewer valid neighbours leave the expected height unknown."""
    reference_drop_loss_percent: Percent
    """A neighbour with this index loss or more is not a reference."""
    reference_suspect_fraction: Share
    """This share of neighbours dropped marks ``reference_suspect``."""
    reference_min_height_depth_ratio: Share
    """Reference posterior height over depth below this marks ``reference_suspect``."""
    reference_min_shape_ratio: Share
    """Reference anterior or middle over posterior height, relative to the template's, below which it is suspect."""
    fracture_loss_percent: Percent
    """Index loss from which a vertebra counts as fractured."""
    fracture_normal_widths: Positive
    """95 % half-widths of a healthy body's loss that a loss without a second sign has to reach."""
    fracture_companion_share: Share
    """Share of a loss that the other height has to lose so that it counts as a second sign."""
    genant_mild_percent: Percent
    genant_moderate_percent: Percent
    genant_severe_percent: Percent
    """Genant grades: 1 [mild, moderate), 2 [moderate, severe], 3 above severe."""
    edema_fraction_true: Share
    """Edematous from this share of the body on."""
    edema_fraction_false: Share
    """Free of edema up to this share of the body; unknown between the two."""
    edema_sd: Annotated[float, Field(strict=True, gt=0, le=10, allow_inf_nan=False)]
    """Bright means above mean + this many SD of normal marrow."""
    t1_dark_ratio: Annotated[float, Field(strict=True, gt=0, le=3, allow_inf_nan=False)]
    """Marrow over disc or muscle below this is dark, abnormal on T1."""
    uncertainty_height_scale: Positive
    """Factor on the 95 % half-width that the reading itself claims."""
    uncertainty_height_floor_mm: Millimetres
    """Error of a height that no reading of its own shows, 95 % half-width, mm."""
    uncertainty_loss_floor_mm: Millimetres
    """The same for a height against those of the neighbours: what is common to a series cancels."""
    uncertainty_spread_prior_percent: Percent
    """Usual spread (SD) of the height-to-template ratios of neighbours."""
    uncertainty_spread_prior_weight: Positive
    """Number of neighbours that the usual spread is worth."""
    uncertainty_template_percent: Percent
    """SD of a person's own shape against the template, between neighbours on both sides."""
    uncertainty_template_per_level_percent: Percent
    """What is added to it for each level that the neighbours' mean place is off."""
    uncertainty_suspect_scale: Positive
    """Widening of the loss interval where the reference is suspect."""
    uncertainty_loss_scale: Positive
    """Factor on the 95 % half-width of a loss."""
    uncertainty_deformed_percent: Percent
    """What a deformed endplate adds to it (in quadrature), percent points."""
    marrow_min_bodies: PositiveCount
    """Fewer reference bodies leave edema unknown."""
    marrow_low_quantile: Share
    """Quantile of the bodies' median signals that normal marrow is taken to have."""
    marrow_spread: Positive
    """A body is normal while its median signal stays below this multiple of that quantile."""
    marrow_min_sd_share: Share
    """Smallest SD of normal marrow, as a share of its mean."""
    marrow_diffuse_to_csf: Positive
    """Reference marrow over CSF from which the marrow disease is diffuse."""
    marrow_diffuse_to_muscle: Positive
    """Reference marrow over muscle from which the marrow disease is diffuse."""
    edema_band_columns: Annotated[int, Field(strict=True, ge=1, le=6)]
    """Bright cells of six in one row that make a band."""
    edema_diffuse_share: Share
    """Share of bright cells that makes diffuse edema."""
    wall_convex_mm: Millimetres
    """Bulge of the posterior wall behind its own corners from which it is convex, mm."""
    wall_slip_mm: Millimetres
    """Distance behind the neighbours from which a straight wall may stand behind one that slipped, mm."""
    kyphosis_junction_from: Level
    kyphosis_junction_to: Level
    """Cobb pair of the thoracolumbar junction, reported whenever it is seen."""
    level_gap_ratio: Positive
    """Distance between two bodies over the usual one from which a body seems to be missing."""
    level_split_ratio: Share
    """The same below which two bodies seem to be one."""
    level_height_spacing_ratio: Positive
    """Usual distance between two bodies over their posterior height."""
    level_sacrum_gap_ratio: Positive
    """Distance from the lowest body's centre to the S1 endplate over the usual distance between bodies."""
    level_guess_size: Positive
    """Usual size of a body on MRI over the template."""
    level_guess_size_spread: Positive
    level_guess_growth_spread: Positive
    """Relative deviations of the overall size, and of one body, that count as one unit of misfit."""
    level_guess_text_spread_levels: Positive
    """Levels by which the middle of the field of view may be off for one unit of misfit."""
    level_guess_text: dict[str, Level]
    """Body-part word (letters only, lower case) → level usually in the middle of that field of view."""
    posterior_height_mm: LevelHeights
    """Normal posterior height by level (cadaver); shape only."""
    wedge_angle_women_deg: LevelWedges
    wedge_angle_men_deg: LevelWedges
    """Normal wedge angle by level, anterior wedging positive."""
    template_anterior_mm: LevelHeights
    template_middle_mm: LevelHeights
    template_posterior_mm: LevelHeights
    """Template shape N_x(level): only ratios between levels may be used."""
    shape_size_sd_percent: LevelPercents
    shape_wedge_sd_percent: LevelPercents
    shape_concavity_sd_percent: LevelPercents
    """Normal shape between people (SD, see :class:`ShapeSpread`) by level."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.need_order("genant_mild_percent", "genant_moderate_percent", "genant_severe_percent")
        self.need_order("edema_fraction_false", "edema_fraction_true")
        self.need_order("reference_drop_loss_percent", "fracture_loss_percent")
        tables = (self.template_anterior_mm, self.template_middle_mm, self.template_posterior_mm)
        if len({frozenset(table) for table in tables}) != 1:
            raise ValueError("the three template tables must name the same levels")
        spreads = (self.shape_size_sd_percent, self.shape_wedge_sd_percent, self.shape_concavity_sd_percent)
        if {frozenset(table) for table in spreads} != {frozenset(tables[0])}:
            raise ValueError("the three shape_*_sd_percent tables must name the levels of the template")
        return self

    def template_mm(self, position: str, level: str) -> float | None:
        """Template height of ``position`` ("anterior", "middle", "posterior") at ``level``; None where it has none."""
        table: dict[str, float] = getattr(self, f"template_{position}_mm")
        return table.get(level, table.get(canonical(level)))

    def shape_spread(self, level: str) -> ShapeSpread | None:
        """Spread of the normal shape between people at ``level``; None where the template has no such level."""
        own = level if level in self.shape_size_sd_percent else canonical(level)
        if own not in self.shape_size_sd_percent:
            return None
        tables = (self.shape_size_sd_percent, self.shape_wedge_sd_percent, self.shape_concavity_sd_percent)
        return ShapeSpread(*(table[own] / 100.0 for table in tables))
