"""Edema against normal marrow of the same series."""

import pytest

from tests.imaging.raw_spines import NUMBERS, POLICY, change, levels_between, marrow, spine, with_stir
from vcfimg.imaging.derive import derive
from vcfimg.imaging.findings.stir import is_edema, share_above, stir_findings
from vcfimg.imaging.measurement import StirFinding

NONE: frozenset[int] = frozenset()


def findings(signals: dict, fractured: frozenset[int] = NONE, **tissue: float | None) -> dict[int, StirFinding]:  # type: ignore[type-arg]
    raw = with_stir(spine(levels_between("T11", "L5")), signals, **tissue)
    return stir_findings(raw, fractured, {}, NUMBERS)


def test_normal_marrow_has_no_edema() -> None:
    found = findings({})
    assert all(f.edema is False and f.pattern == "none" for f in found.values())
    assert found[1].ratio_to_normal == pytest.approx(1.0, abs=0.01)
    assert found[1].ratio_to_csf == pytest.approx(0.2)


def test_half_a_bright_body_is_edematous() -> None:
    found = findings({4: marrow(100.0, bright_share=0.5)}, frozenset({4}))
    assert found[4].edema is True
    assert found[4].edema_fraction == pytest.approx(0.5, abs=0.03)
    assert found[4].pattern == "band"
    assert found[4].ratio_to_normal == pytest.approx(2.0, abs=0.05)
    assert found[5].edema is False


def test_bright_unfractured_bodies_are_no_reference() -> None:
    bright = {i: marrow(220.0) for i in (2, 4, 6)}
    found = findings(bright)
    assert [i for i, f in found.items() if f.edema] == [2, 4, 6]
    assert found[1].ratio_to_normal == pytest.approx(1.0, abs=0.01)


def test_bright_spots_in_reference_bodies_do_not_hide_edema_elsewhere() -> None:
    spotted = {i: marrow(100.0, bright_share=0.12) for i in (1, 2, 3, 5)}
    found = findings({**spotted, 4: marrow(100.0, bright_share=0.17, bright=150.0)})
    assert found[4].edema_fraction == pytest.approx(0.17, abs=0.03)
    assert found[4].edema is True
    assert found[7].edema is False


def test_a_fractured_dark_body_is_no_reference() -> None:
    found = findings({3: marrow(40.0)}, frozenset({3}))
    assert found[1].ratio_to_normal == pytest.approx(1.0, abs=0.01)


def test_an_image_without_contrast_shows_no_disease() -> None:
    for finding in findings({}, csf=100.0, muscle=100.0).values():
        assert (finding.edema, finding.reasons) == (None, ("no_normal_marrow",))


@pytest.mark.parametrize("tissue", [{"csf": 150.0, "muscle": None}, {"csf": None, "muscle": 50.0}])
def test_marrow_bright_everywhere_is_diffuse_and_unknown(tissue: dict[str, float | None]) -> None:
    for finding in findings({}, **tissue).values():
        assert finding.edema is None
        assert finding.edema_fraction is None
        assert finding.reasons == ("diffuse_marrow",)


def test_dark_t1_in_most_reference_bodies_is_diffuse() -> None:
    raw = with_stir(spine(levels_between("T11", "L5")), {})
    found = stir_findings(raw, NONE, dict.fromkeys(range(1, 6), True), NUMBERS)
    assert found[1].reasons == ("diffuse_marrow",)


def test_fatty_t1_marrow_overrules_the_comparison_with_muscle() -> None:
    raw = with_stir(spine(levels_between("T11", "L5")), {}, muscle=30.0)
    assert stir_findings(raw, NONE, {}, NUMBERS)[1].reasons == ("diffuse_marrow",)
    assert stir_findings(raw, NONE, dict.fromkeys(range(1, 8), False), NUMBERS)[1].edema is False


def test_without_enough_normal_bodies_edema_is_unknown() -> None:
    found = findings({}, frozenset(range(1, 7)))
    assert found[1].edema is None
    assert found[1].reasons == ("no_normal_marrow",)


def test_without_stir_edema_is_unknown() -> None:
    found = stir_findings(spine(levels_between("T11", "L5")), NONE, {}, NUMBERS)
    assert found[1] == StirFinding(reasons=("no_stir",))


def test_a_substitute_is_named() -> None:
    raw = with_stir(spine(levels_between("T11", "L5")), {4: marrow(100.0, bright_share=0.5, role="t2_fs")})
    found = stir_findings(raw, NONE, {}, NUMBERS)
    assert found[4].edema is True
    assert found[4].substitute == "t2_fs"
    assert "substitute" in found[4].reasons
    assert any(
        note.text == "edema was read on the fat-suppressed T2 series instead of STIR"
        for note in derive(raw, None, POLICY).spine.notes
    )


def test_stir_is_preferred_to_a_substitute() -> None:
    raw = with_stir(spine(levels_between("T11", "L5")), {})
    other = marrow(100.0, bright_share=0.5, role="t2_fs").model_copy(update={"series_instance_uid": "1.2.3.40"})
    raw = change(raw, 4, signals=(other, *raw.vertebrae[3].signals))
    found = stir_findings(raw, NONE, {}, NUMBERS)[4]
    assert (found.substitute, found.edema) == (None, False)


def test_a_body_with_hardware_says_nothing() -> None:
    raw = change(with_stir(spine(levels_between("T11", "L5")), {}), 4, reasons=("hardware",))
    assert stir_findings(raw, NONE, {}, NUMBERS)[4] == StirFinding(reasons=("hardware",))


@pytest.mark.parametrize(("share", "edema"), [(0.02, None), (0.22, None), (0.5, True)])
def test_little_or_no_edema_in_a_body_at_the_border_is_unknown(share: float, edema: bool | None) -> None:
    found = findings({1: marrow(100.0, bright_share=share, cut_by=("border",))})
    assert found[1].edema is edema
    assert found[1].edema_fraction == pytest.approx(share, abs=0.03)
    assert found[1].reasons == ("partly_seen",)
    assert found[2].reasons == ()


def test_edema_that_the_end_of_the_stack_cuts_is_edema() -> None:
    finding = findings({1: marrow(100.0, bright_share=0.22, cut_by=("stack",))})[1]
    assert (finding.edema, finding.reasons) == (True, ("partly_seen",))


@pytest.mark.parametrize(("threshold", "share"), [(-1.0, 1.0), (0.0, 1.0), (25.0, 0.75), (99.5, 0.005), (100.0, 0.0)])
def test_share_above_interpolates(threshold: float, share: float) -> None:
    assert share_above([float(i) for i in range(101)], threshold) == pytest.approx(share)


@pytest.mark.parametrize(
    ("fraction", "edema"), [(0.0, False), (0.05, False), (0.0501, None), (0.1499, None), (0.15, True), (1.0, True)]
)
def test_edema_at_the_limits(fraction: float, edema: bool | None) -> None:
    assert is_edema(fraction, NUMBERS) is edema
