"""The shipped policy holds the published values, each with its basis."""

from typing import Any

import pytest

from vcfimg.policy import load_policy, show

PUBLISHED: dict[str, tuple[Any, str]] = {
    "images.endplate_offset_mm": (0.4, "design"),
    "measurement.reference_span_levels": (3, "design"),
    "measurement.reference_min_neighbours": (2, "design"),
    "measurement.reference_drop_loss_percent": (15.0, "design"),
    "measurement.fracture_loss_percent": (20.0, "guideline"),
    "measurement.genant_mild_percent": (20.0, "guideline"),
    "measurement.genant_moderate_percent": (25.0, "guideline"),
    "measurement.genant_severe_percent": (40.0, "guideline"),
    "measurement.edema_fraction_true": (0.15, "design"),
    "measurement.edema_fraction_false": (0.05, "design"),
    "measurement.edema_sd": (2.0, "design"),
    "images.oblique_warn_deg": (20.0, "design"),
    "images.oblique_refuse_deg": (35.0, "design"),
    "facts.vas_max_age_days": (30, "design"),
    "facts.exam_max_age_days": (30, "design"),
    "facts.mri_max_age_days": (60, "design"),
    "facts.record_window_days": (60, "design"),
    "facts.exam_match_levels": (1, "design"),
    "gates.vas_min": (4.0, "paper"),
    "gates.sins_unstable": (13, "design"),
    "gates.sins_consult": (7, "guideline"),
    "gates.relative_retropulsion_mm": (3.0, "design"),
    "gates.relative_canal_narrowing_percent": (25.0, "design"),
    "gates.relative_above_level": ("T5", "design"),
    "gates.relative_loss_percent": (80.0, "guideline"),
    "gates.relative_age_years": (40.0, "guideline"),
    "gates.relative_max_levels": (3, "paper"),
    "gates.scope_min_age_years": (18.0, "design"),
    "preference.deformed_loss_percent": (20.0, "design"),
    "preference.bkp_favoured_loss_percent": (40.0, "design"),
    "preference.junction_first": ("T11", "design"),
    "preference.junction_last": ("L2", "design"),
    "care.latency_long_years": (5.0, "design"),
    "care.prior_rt_gy": (20.0, "paper"),
    "care.levels_per_session": (3, "paper"),
}


@pytest.mark.parametrize("key", PUBLISHED)
def test_value_and_kind(key: str) -> None:
    policy = load_policy()
    assert (policy.values()[key], policy.basis[key].kind) == PUBLISHED[key]


def test_every_value_has_a_unit_a_kind_and_a_source() -> None:
    policy = load_policy()
    assert set(policy.values()) == set(policy.basis)
    for entry in show(policy):
        assert entry.unit
        assert entry.source
        assert entry.kind in ("paper", "guideline", "design")


def test_the_only_gating_number_of_the_paper_is_the_vas() -> None:
    gates = {entry.key for entry in show(load_policy()) if entry.kind == "paper" and entry.key.startswith("gates.")}
    assert gates == {"gates.vas_min", "gates.escc_relative", "gates.relative_max_levels"}


def test_normal_heights_and_angles() -> None:
    measurement = load_policy().measurement
    assert measurement.posterior_height_mm["T12"] == 22.7
    assert measurement.posterior_height_mm["L5"] == 22.9
    assert measurement.wedge_angle_women_deg["L5"] == -7.8
    assert measurement.wedge_angle_men_deg["T11"] == 5.4


@pytest.mark.parametrize("position", ["anterior", "middle", "posterior"])
def test_the_template_covers_c3_to_l5_and_transitional_levels(position: str) -> None:
    measurement = load_policy().measurement
    for level in ("C3", "T1", "T9", "L5"):
        assert measurement.template_mm(position, level) is not None
    assert measurement.template_mm(position, "T13") == measurement.template_mm(position, "T12")
    assert measurement.template_mm(position, "L6") == measurement.template_mm(position, "L5")
    assert measurement.template_mm(position, "S1") is None


def test_the_template_grows_about_a_millimetre_a_level_above_l1() -> None:
    heights = load_policy().measurement.template_posterior_mm
    steps = [
        heights[low] - heights[high] for high, low in (("T9", "T10"), ("T10", "T11"), ("T11", "T12"), ("T12", "L1"))
    ]
    assert all(0.8 <= step <= 1.5 for step in steps)
