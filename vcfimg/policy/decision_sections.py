"""The sections behind a decision: which facts count, gates, SINS, preference, care and priority."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vcfimg.level_names import STANDARD_LEVELS, is_above
from vcfimg.policy.section_base import (
    Days,
    Degrees,
    Level,
    Millimetres,
    Percent,
    Points,
    PositiveCount,
    Section,
    Share,
    Years,
)

EsccGrade = Literal["0", "1a", "1b", "1c", "2", "3"]
SinsPoints = Annotated[int, Field(strict=True, ge=0, le=18)]
ItemPoints = Annotated[int, Field(strict=True, ge=0, le=4)]


class FactsPolicy(Section):
    """Which facts count, and how long (clinical.md sections 2 and 8)."""

    vas_max_age_days: Days
    exam_max_age_days: Days
    mri_max_age_days: Days
    neurology_max_age_days: Days
    labs_max_age_days: Days
    record_window_days: Days
    exam_match_levels: Annotated[int, Field(strict=True, ge=0, le=5)]
    reader_loss_uncertainty_percent: Percent
    retropulsion_uncertainty_mm: Millimetres
    canal_uncertainty_percent: Percent


class GatesPolicy(Section):
    """Thresholds of the gates G0-G8 (clinical.md section 2)."""

    escc_surgical: tuple[EsccGrade, ...] = Field(min_length=1)
    escc_relative: tuple[EsccGrade, ...]
    sins_unstable: SinsPoints
    sins_consult: SinsPoints
    scope_min_age_years: Years
    vas_min: Annotated[float, Field(strict=True, gt=0, le=10, allow_inf_nan=False)]
    relative_retropulsion_mm: Millimetres
    relative_canal_narrowing_percent: Percent
    relative_above_level: Level
    relative_loss_percent: Percent
    relative_age_years: Years
    pregnancy_below_years: Years
    lesion_levels: Annotated[int, Field(strict=True, ge=2, le=10)]
    relative_max_levels: PositiveCount
    primary_bone_tumour_names: tuple[str, ...]
    marrow_cancer_names: tuple[str, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.need_order("sins_consult", "sins_unstable")
        self.need_order("scope_min_age_years", "relative_age_years")
        both = set(self.escc_surgical) & set(self.escc_relative)
        if both:
            raise ValueError(f"ESCC {sorted(both)} cannot be surgical and relative at once")
        if "0" in self.escc_surgical or "0" in self.escc_relative:
            raise ValueError("ESCC 0 means bone only and cannot raise a gate")
        if not {"2", "3"} <= set(self.escc_surgical):
            raise ValueError("escc_surgical must hold grades 2 and 3: cord compression always goes to a surgeon")
        return self


class PainPoints(Points):
    """SINS pain item."""

    ASCENDING = ("none", "non_mechanical", "mechanical")

    mechanical: ItemPoints
    non_mechanical: ItemPoints
    none: ItemPoints


class BonePoints(Points):
    """SINS bone lesion item."""

    ASCENDING = ("blastic", "mixed", "lytic")

    lytic: ItemPoints
    mixed: ItemPoints
    blastic: ItemPoints


class AlignmentPoints(Points):
    """SINS alignment item."""

    ASCENDING = ("normal", "deformity", "translation")

    translation: ItemPoints
    deformity: ItemPoints
    normal: ItemPoints


class CollapsePoints(Points):
    """SINS collapse item."""

    ASCENDING = ("none", "involved", "up_to", "over")

    over: ItemPoints
    up_to: ItemPoints
    involved: ItemPoints
    none: ItemPoints


class PosterolateralPoints(Points):
    """SINS posterolateral item."""

    ASCENDING = ("none", "unilateral", "bilateral")

    bilateral: ItemPoints
    unilateral: ItemPoints
    none: ItemPoints


class SinsPolicy(Section):
    """Points of the Spinal Instability Neoplastic Score (clinical.md section 4)."""

    collapse_percent: Percent
    no_collapse_percent: Percent
    intact_percent: Percent
    location: dict[Level, ItemPoints]
    pain: PainPoints
    bone: BonePoints
    alignment: AlignmentPoints
    collapse: CollapsePoints
    posterolateral: PosterolateralPoints

    @model_validator(mode="after")
    def _complete(self) -> Self:
        self.need_order("intact_percent", "no_collapse_percent")
        self.need_order("no_collapse_percent", "collapse_percent")
        absent = [level for level in STANDARD_LEVELS if level not in self.location]
        if absent:
            raise ValueError(f"location has no points for {', '.join(absent)}")
        return self


class PreferencePolicy(Section):
    """Thresholds of the BKP/VP preference (clinical.md section 3)."""

    deformed_loss_percent: Percent
    bkp_favoured_loss_percent: Percent
    junction_first: Level
    junction_last: Level

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.need_order("deformed_loss_percent", "bkp_favoured_loss_percent")
        if is_above(self.junction_last, self.junction_first):
            raise ValueError(f"junction_last {self.junction_last} lies above junction_first {self.junction_first}")
        return self


class CarePolicy(Section):
    """Biopsy, radiation history, sessions and neighbours (clinical.md section 1)."""

    latency_long_years: Years
    several_primaries: Annotated[int, Field(strict=True, ge=2, le=10)]
    prior_rt_gy: Annotated[float, Field(strict=True, ge=0, le=200, allow_inf_nan=False)]
    prior_rt_single_gy: Annotated[float, Field(strict=True, ge=0, le=200, allow_inf_nan=False)]
    levels_per_session: PositiveCount
    levels_staged_above: PositiveCount
    evidence_first: Level
    evidence_last: Level
    evidence_levels: PositiveCount
    neighbour_kyphosis_deg: Degrees

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.need_order("levels_per_session", "levels_staged_above", equal=True)
        self.need_order("prior_rt_single_gy", "prior_rt_gy", equal=True)
        return self


class PriorityPolicy(Section):
    """Worklist class and score (clinical.md section 9)."""

    loss_percent: Percent
    weight_loss: Share
    weight_edema: Share
    weight_pain: Share
    weight_levels: Share
    full_levels: PositiveCount
    edema_needed_loss_percent: Percent
    """From this loss on, unknown edema is a finding even where no body shows whether there is edema."""
    edema_absent_fraction: Share
    unknown_loss_percent: Percent
    unknown_edema_fraction: Share
    wedge_ratio: Share
    band_found: Percent
    band_open: Percent
    band_pending: Percent
    """Lowest scores of the bands within a class."""

    @model_validator(mode="after")
    def _sum_to_one(self) -> Self:
        self.need_order("band_found", "band_open")
        self.need_order("band_open", "band_pending")
        total = self.weight_loss + self.weight_edema + self.weight_pain + self.weight_levels
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the four weights must sum to 1, not {total:g}")
        return self
