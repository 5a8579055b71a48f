"""Cobb pairs around fractures and across the junction."""

import pytest

from tests.imaging.raw_spines import POLICY, change, levels_between, spine
from vcfimg.imaging.derive import derive


def pairs(raw: object) -> set[tuple[str, str]]:
    return {(k.from_, k.to) for k in derive(raw, None, POLICY).spine.kyphosis}  # type: ignore[arg-type]


def test_junction_is_reported_when_seen() -> None:
    assert pairs(spine(levels_between("T10", "L5"))) == {("T11", "L2")}
    assert pairs(spine(levels_between("L1", "L5"))) == set()


def test_a_fracture_is_spanned_by_its_neighbours() -> None:
    raw = spine(levels_between("T10", "L5"), losses={"L3": (30, 20, 5)})
    assert pairs(raw) == {("T11", "L2"), ("L2", "L4")}


def test_an_unnamed_pair_is_told_by_id() -> None:
    raw = spine(levels_between("T12", "L5"), losses={"L2": (30, 20, 5)}, anchors=[])
    assert pairs(raw) == {("#2", "#4")}


def test_no_pair_across_an_unmeasured_neighbour() -> None:
    raw = spine(levels_between("T12", "L5"), losses={"L3": (30, 20, 5)})
    assert pairs(change(raw, 3, reasons=("motion",))) == set()


def test_straight_plates_sum_to_the_bodies_own_wedges() -> None:
    report = derive(spine(levels_between("T10", "L5")), None, POLICY)
    by_level = {v.level: v.wedge_angle_deg for v in report.vertebrae}
    upper, lower = by_level["T11"], by_level["L2"]
    assert upper is not None
    assert lower is not None
    assert report.spine.kyphosis[0].deg == pytest.approx(upper / 2 + lower / 2)
