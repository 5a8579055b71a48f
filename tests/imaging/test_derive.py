"""The measured spine as a whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imaging.raw_spines import POLICY, change, levels_between, marrow, spine, with_stir
from vcfimg.base import Note
from vcfimg.imaging.derive import derive
from vcfimg.imaging.measurement import SHAPE_OR_LOSS, LossPercent, SpineMeasurement
from vcfimg.imaging.raw import POSITIONS, Heights, RawSpine
from vcfimg.phantom.spec import SpineSpec
from vcfimg.phantom.spine import build_spine

PEOPLE = 50
MOVED = Note(code="moved", text="STIR lies 4.2 mm away from T2")


def test_a_wedge_fracture_is_measured_at_its_level() -> None:
    report = derive(spine(levels_between("T9", "L5"), losses={"L1": (35, 20, 4)}, scale=1.12), None, POLICY)
    fracture = next(v for v in report.vertebrae if v.level == "L1")
    assert fracture.loss_percent.anterior == pytest.approx(35.0)
    assert fracture.loss_percent.middle == pytest.approx(20.0)
    assert fracture.loss_percent.posterior == pytest.approx(4.0)
    assert fracture.loss_percent.index == pytest.approx(35.0)
    assert fracture.genant is not None
    assert (fracture.genant.grade, fracture.genant.type) == (2, "wedge")
    assert fracture.loss_uncertainty is not None
    assert all(v.loss_percent.index == pytest.approx(0.0) for v in report.vertebrae if v.level != "L1")


def test_multilevel_disease_is_found_and_said() -> None:
    losses = {"T11": (40, 30, 5), "T12": (25, 45, 5), "L1": (50, 50, 40), "L3": (22, 15, 2)}
    report = derive(spine(levels_between("T7", "L5"), losses=losses), None, POLICY)
    for v in report.vertebrae:
        index = max(losses.get(v.level or "", (0,)))
        assert v.loss_percent.index == pytest.approx(index)
    suspect = {v.level for v in report.vertebrae if "reference_suspect" in v.quality.reasons}
    assert "T12" in suspect
    assert "T7" not in suspect


def test_collapse_of_all_is_unknown_and_never_called_normal() -> None:
    levels = levels_between("T8", "L5")
    report = derive(spine(levels, losses=dict.fromkeys(levels, (45, 45, 45))), None, POLICY)
    for v in report.vertebrae:
        assert v.quality.measured
        assert "reference_low" in v.quality.reasons
        assert (v.loss_percent, v.loss_uncertainty, v.genant) == (LossPercent(), None, None)


def test_a_collapse_below_a_low_reference_is_kept_as_a_lower_bound() -> None:
    levels = levels_between("T8", "L5")
    report = derive(spine(levels, losses=dict.fromkeys(levels, (45,) * 3) | {"L1": (70,) * 3}), None, POLICY)
    worst = next(v for v in report.vertebrae if v.level == "L1")
    assert "reference_low" in worst.quality.reasons
    assert worst.loss_percent.index is not None
    assert worst.loss_percent.index > 40
    assert worst.genant is not None


def test_an_unmeasured_vertebra_keeps_its_place_without_numbers() -> None:
    raw = change(spine(levels_between("T10", "L5")), 3, reasons=("motion",), notes=("schmorl",))
    v = derive(raw, None, POLICY).vertebrae[2]
    assert (v.level, v.quality.measured, v.quality.reasons) == ("T12", False, ("motion", "schmorl"))
    assert (v.loss_percent, v.height_mm, v.expected_height_mm) == (LossPercent(), Heights(), Heights())
    assert (v.genant, v.wedge_angle_deg, v.loss_uncertainty, v.points_mm) == (None, None, None, None)


def test_a_body_at_the_border_is_listed_and_not_measured() -> None:
    raw = change(spine(levels_between("T10", "L5")), 1, on_border=True)
    v = derive(raw, None, POLICY).vertebrae[0]
    assert (v.level, v.quality.measured, v.quality.reasons) == ("T10", False, ("border",))


def test_a_body_without_heights_is_not_measured() -> None:
    raw = change(spine(levels_between("T10", "L5")), 2, height_mm=Heights())
    assert derive(raw, None, POLICY).vertebrae[1].quality.reasons == ("no_heights",)


def test_an_impossible_height_is_no_measurement() -> None:
    raw = spine(levels_between("T10", "L5"))
    raw = change(raw, 2, height_mm=Heights(anterior=7.4, middle=2.0, posterior=-0.2))
    v = derive(raw, None, POLICY).vertebrae[1]
    assert (v.quality.measured, v.quality.reasons, v.loss_percent) == (False, ("impossible_heights",), LossPercent())


def test_too_few_neighbours_leave_the_loss_unknown() -> None:
    report = derive(spine(levels_between("L4", "L5")), None, POLICY)
    for v in report.vertebrae:
        assert v.quality.measured
        assert v.loss_percent == LossPercent()
        assert v.genant is None
        assert "reference_insufficient" in v.quality.reasons


def test_stations_in_any_order_are_counted_head_to_foot() -> None:
    raw = spine(levels_between("T3", "L5"))
    shuffled = raw.model_copy(update={"vertebrae": raw.vertebrae[7:] + raw.vertebrae[:7]})
    assert derive(shuffled, None, POLICY) == derive(raw, None, POLICY)


def test_edema_and_fracture_are_told_together() -> None:
    raw = with_stir(
        spine(levels_between("T10", "L5"), losses={"L1": (30, 20, 5)}), {4: marrow(100.0, bright_share=0.4)}
    )
    report = derive(raw, None, POLICY)
    assert [v.level for v in report.vertebrae if v.stir.edema] == ["L1"]


def test_warnings_of_the_measurement_are_passed_on() -> None:
    raw = spine(levels_between("T10", "L5"), warnings=(MOVED,))
    assert MOVED in derive(raw, None, POLICY).spine.notes


def test_the_same_facts_give_the_same_measurement_after_storage() -> None:
    raw = with_stir(
        spine(levels_between("T10", "L5"), losses={"L1": (30, 20, 5)}), {4: marrow(100.0, bright_share=0.4)}
    )
    stored = RawSpine.model_validate_json(raw.model_dump_json())
    assert derive(stored, {1: "T9"}, POLICY) == derive(raw, {1: "T9"}, POLICY)


def indices(report: SpineMeasurement) -> list[float | None]:
    return [v.loss_percent.index for v in report.vertebrae]


LOSS = st.tuples(st.floats(0, 70), st.floats(0, 70), st.floats(0, 40))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(levels_between("T8", "L5")), LOSS, max_size=4), st.floats(0.7, 1.4))
def test_losses_do_not_depend_on_body_size(losses: dict[str, tuple[float, float, float]], scale: float) -> None:
    levels = levels_between("T8", "L5")
    one = indices(derive(spine(levels, losses=losses), None, POLICY))
    other = indices(derive(spine(levels, losses=losses, scale=scale), None, POLICY))
    for a, b in zip(one, other, strict=True):
        assert (a is None) == (b is None)
        if a is not None and b is not None:
            assert b == pytest.approx(a, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.integers(-2, 0))
def test_naming_any_one_vertebra_gives_the_same_names_for_all(id_: int, shift: int) -> None:
    levels = levels_between("T10", "L5")
    shifted = levels_between("T8", "L5")[2 + shift : 10 + shift]
    report = derive(spine(levels), {id_: shifted[id_ - 1]}, POLICY)
    assert [v.level for v in report.vertebrae] == shifted


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(1, 8), max_size=8))
def test_vertebrae_that_cannot_be_measured_never_get_a_number(unmeasured: set[int]) -> None:
    raw = spine(levels_between("T10", "L5"))
    for i in unmeasured:
        raw = change(raw, i, reasons=("low_contrast",))
    for v in derive(raw, None, POLICY).vertebrae:
        known = [i for i in range(1, 9) if i not in unmeasured and i != v.id and abs(i - v.id) <= 3]
        assert (v.loss_percent.index is not None) == (v.id not in unmeasured and len(known) >= 2)


def lordotic(levels: list[str], anterior_mm: float, posterior_mm: float) -> RawSpine:
    """A spine of the usual size of people on MRI whose L5 has these heights."""
    raw = spine(levels, scale=1.2)
    middle = 0.95 * 0.5 * (anterior_mm + posterior_mm)
    return change(raw, len(levels), height_mm=Heights(anterior=anterior_mm, middle=middle, posterior=posterior_mm))


@pytest.mark.parametrize(("anterior", "posterior"), [(30.0, 21.0), (31.0, 20.0), (29.0, 20.5)])
def test_a_lordotic_l5_is_no_fracture(anterior: float, posterior: float) -> None:
    l5 = derive(lordotic(levels_between("T11", "L5"), anterior, posterior), None, POLICY).vertebrae[-1]
    assert l5.loss_percent.index is not None
    assert l5.loss_uncertainty is not None
    if l5.loss_percent.index >= 20:
        assert l5.fractured is None
        assert l5.genant is None
        assert SHAPE_OR_LOSS in l5.quality.reasons
    assert l5.loss_percent.index - l5.loss_uncertainty < 20, "borderline"


def test_a_crushed_l5_is_a_fracture() -> None:
    levels = levels_between("T11", "L5")
    l5 = derive(spine(levels, losses={"L5": (32, 34, 30)}), None, POLICY).vertebrae[-1]
    assert l5.fractured is True
    assert SHAPE_OR_LOSS not in l5.quality.reasons


def people_read(levels: list[str], anchors: tuple[str, ...], error_mm: float, claimed_mm: float) -> list[bool | None]:
    """Verdicts on the bodies of healthy people whose shapes vary, read with this random error (SD) and half-width."""
    out = []
    for seed in range(PEOPLE):
        own = {b.level: b.heights for b in build_spine(SpineSpec(seed=seed, shape_spread=1.0)).presacral}
        noise = np.random.default_rng([seed, 3])
        raw = spine(levels, anchors=anchors)
        vertebrae = []
        for vertebra, level in zip(raw.vertebrae, levels, strict=True):
            a, m, p = np.array(own[level]) + noise.normal(0, error_mm, 3)
            heights, error = Heights(anterior=a, middle=m, posterior=p), dict.fromkeys(POSITIONS, claimed_mm)
            vertebrae.append(vertebra.model_copy(update={"height_mm": heights, "height_error_mm": Heights(**error)}))
        found = derive(raw.model_copy(update={"vertebrae": tuple(vertebrae)}), None, POLICY).vertebrae
        out += [v.fractured for v, level in zip(found, levels, strict=True) if level != "C2"]
    return out


@pytest.mark.parametrize(
    ("levels", "anchors", "error_mm", "claimed_mm"),
    [
        (levels_between("T11", "L5"), ("sacrum",), 0.4, 0.53),
        (levels_between("C2", "T2"), ("c2",), 0.45, 1.6),
        (levels_between("C3", "T2"), (), 0.45, 1.6),
    ],
    ids=["lumbar", "neck", "neck without C2"],
)
def test_healthy_people_of_every_shape_are_not_fractured(
    levels: list[str], anchors: tuple[str, ...], error_mm: float, claimed_mm: float
) -> None:
    """Errors and half-widths as measured on the images: three lumbar series, a neck on one."""
    verdicts = people_read(levels, anchors, error_mm, claimed_mm)
    assert sum(v is True for v in verdicts) <= 0.005 * len(verdicts)
