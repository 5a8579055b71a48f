"""The ``[measurement]`` section: every number between an image and a measured vertebra (clinical.md section 5)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from vcfimg.policy.section import (
    Degrees,
    LevelHeights,
    LevelWedges,
    Percent,
    PositiveCount,
    Section,
    Share,
)


class MeasurementPolicy(Section):
    """Values for the image modules; units, kinds and sources stand beside each value in the policy file."""

    endplate_offset_mm: Annotated[float, Field(ge=0, le=3, allow_inf_nan=False)]
    """From the inner marrow half-maximum to the centre of the dark endplate line, mm."""
    reference_span_levels: PositiveCount
    """Neighbours within this many levels carry the expected height."""
    reference_min_neighbours: PositiveCount
    """Fewer valid neighbours leave the expected height unknown."""
    reference_drop_loss_percent: Percent
    """A neighbour with this index loss or more is no reference."""
    reference_suspect_fraction: Share
    """This share of neighbours dropped marks ``reference_suspect``."""
    reference_min_height_depth_ratio: Share
    """Reference posterior height over depth below this marks ``reference_suspect``."""
    fracture_loss_percent: Percent
    """Index loss from which a vertebra counts as fractured."""
    genant_mild_percent: Percent
    genant_moderate_percent: Percent
    genant_severe_percent: Percent
    """Genant grades: 1 [mild, moderate), 2 [moderate, severe], 3 above severe."""
    edema_fraction_true: Share
    """Edematous from this share of the body on."""
    edema_fraction_false: Share
    """Free of edema up to this share of the body; unknown between the two."""
    edema_sd: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)]
    """Bright means above mean + this many SD of normal marrow."""
    t1_dark_ratio: Annotated[float, Field(gt=0, le=3, allow_inf_nan=False)]
    """Marrow over disc or muscle below this is dark, abnormal on T1."""
    oblique_warn_deg: Degrees
    oblique_refuse_deg: Degrees
    """Tilt of a sagittal stack that gives a warning, or refuses it."""
    posterior_height_mm: LevelHeights
    """Normal posterior height by level (cadaver); shape only."""
    wedge_angle_women_deg: LevelWedges
    wedge_angle_men_deg: LevelWedges
    """Normal wedge angle by level, anterior wedging positive."""
    template_anterior_mm: LevelHeights
    template_middle_mm: LevelHeights
    template_posterior_mm: LevelHeights
    """Template shape N_x(level): only ratios between levels may be used."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.need_order("genant_mild_percent", "genant_moderate_percent", "genant_severe_percent")
        self.need_order("edema_fraction_false", "edema_fraction_true")
        self.need_order("oblique_warn_deg", "oblique_refuse_deg")
        self.need_order("reference_drop_loss_percent", "fracture_loss_percent")
        tables = (self.template_anterior_mm, self.template_middle_mm, self.template_posterior_mm)
        if len({frozenset(table) for table in tables}) != 1:
            raise ValueError("the three template tables must name the same levels")
        return self

    def template_mm(self, position: str, level: str) -> float | None:
        """Template height of ``position`` ("anterior", "middle", "posterior") at ``level``; None where it has none."""
        from vcfimg.levels import canonical

        table: dict[str, float] = getattr(self, f"template_{position}_mm")
        return table.get(level, table.get(canonical(level)))
