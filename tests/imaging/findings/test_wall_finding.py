"""Posterior wall and canal against the neighbours."""

import pytest

from tests.imaging.raw_spines import NUMBERS, body
from vcfimg.imaging.findings.wall_finding import canal_narrowing, canal_report, retropulsion_mm, wall_finding
from vcfimg.imaging.raw import Heights, RawVertebra, Wall

SQUARE = Heights(anterior=20.0, middle=20.0, posterior=20.0)
ABOVE, BELOW = body(1, 27.0, SQUARE), body(3, -27.0, SQUARE)


def pushed_back(mm: float, bulge: float = 0.0) -> RawVertebra:
    """A body whose wall lies ``mm`` behind (+y) its neighbours' corners at y = 0."""
    return body(
        2, 0.0, SQUARE, wall=Wall(points_mm=((0, mm, 10.0), (0, mm + bulge, 0.0), (0, mm, -10.0)), bulge_mm=bulge)
    )


@pytest.mark.parametrize(
    ("wall", "bulge", "expected"), [(0.0, 0.0, 0.0), (4.0, 0.0, 4.0), (1.0, 2.5, 3.5), (-3.0, 1.0, 0.0)]
)
def test_retropulsion_by_hand(wall: float, bulge: float, expected: float) -> None:
    assert retropulsion_mm(pushed_back(wall, bulge), ABOVE, BELOW) == pytest.approx(expected)


def test_retropulsion_is_measured_from_a_tilted_line() -> None:
    lower = body(3, -27.0, SQUARE, wall=Wall(points_mm=((0, 3.4, -17.0), (0, 3.4, -37.0)), bulge_mm=0.0))
    # The line runs from (y 0, z 17) to (y 3.4, z -17): slope 0.1. At z = 10 it has come back 0.7 mm.
    assert retropulsion_mm(pushed_back(4.0), ABOVE, lower) == pytest.approx((4.0 - 0.7) / (1 + 0.1**2) ** 0.5)


def test_without_a_traced_neighbour_retropulsion_is_unknown() -> None:
    assert retropulsion_mm(pushed_back(4.0), ABOVE, body(3, -27.0, SQUARE, wall=None)) is None


def test_without_both_neighbours_retropulsion_is_unknown() -> None:
    finding = wall_finding(pushed_back(5.0), None, BELOW, frozenset(), NUMBERS)
    assert finding.retropulsion_mm is None
    assert finding.canal_narrowing_percent is None
    assert "no_neighbour" in finding.reasons


def test_a_fractured_neighbour_is_said() -> None:
    assert wall_finding(pushed_back(0.0), ABOVE, BELOW, frozenset({3}), NUMBERS).reasons == ("neighbour_fractured",)


@pytest.mark.parametrize(
    ("behind", "bulge", "fractured", "said"),
    [(4.0, 0.0, False, True), (4.0, 2.0, False, False), (2.5, 0.0, False, False), (4.0, 0.0, True, False)],
)
def test_a_straight_wall_far_behind_its_neighbours_may_be_a_slip(
    behind: float, bulge: float, fractured: bool, said: bool
) -> None:
    finding = wall_finding(pushed_back(behind, bulge), ABOVE, BELOW, frozenset({2} if fractured else ()), NUMBERS)
    assert finding.retropulsion_mm == pytest.approx(behind + bulge)
    assert ("wall_straight" in finding.reasons) is said


@pytest.mark.parametrize(("bulge", "convex"), [(-0.5, False), (0.9, False), (1.0, True), (3.0, True)])
def test_convexity(bulge: float, convex: bool) -> None:
    assert wall_finding(pushed_back(0.0, bulge), ABOVE, BELOW, frozenset(), NUMBERS).convex is convex


def test_an_unseen_wall_is_unknown_not_intact() -> None:
    finding = wall_finding(body(2, 0.0, SQUARE, wall=None), ABOVE, BELOW, frozenset(), NUMBERS)
    assert finding.convex is None
    assert "wall_not_seen" in finding.reasons


def test_canal_narrowing_against_the_mean_of_the_neighbours() -> None:
    above, below = body(1, 27.0, SQUARE, canal_ap_mm=15.0), body(3, -27.0, SQUARE, canal_ap_mm=17.0)
    assert canal_narrowing(body(2, 0.0, SQUARE, canal_ap_mm=12.0), above, below) == pytest.approx(25.0)
    assert canal_narrowing(body(2, 0.0, SQUARE, canal_ap_mm=18.0), above, below) == 0.0
    assert canal_narrowing(body(2, 0.0, SQUARE, canal_ap_mm=None), above, below) is None


def test_canal_report_lists_what_was_seen() -> None:
    bodies = [ABOVE, body(2, 0.0, SQUARE, canal_ap_mm=None), BELOW]
    found = canal_report(bodies, {1: "T12", 2: "L1", 3: None}, {1: None, 3: 10.0})
    assert [(c.vertebra_id, c.level, c.narrowing_percent) for c in found] == [(1, "T12", None), (3, None, 10.0)]
