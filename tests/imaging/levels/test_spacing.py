"""Distances between bodies show a missing or a doubled one."""

import pytest

from tests.imaging.raw_spines import NUMBERS, body
from vcfimg.imaging.levels.spacing import analyse_spacing, body_distances
from vcfimg.imaging.raw import Anchor, Heights

H = Heights(anterior=20.0, middle=20.0, posterior=20.0)


def at_depths(*z: float, heights: Heights = H) -> list:  # type: ignore[type-arg]
    return [body(i + 1, -depth, heights) for i, depth in enumerate(z)]


def test_distances_are_between_centres() -> None:
    assert body_distances(at_depths(0, 27, 60), ()) == pytest.approx([27, 33])


def test_even_spacing_is_quiet() -> None:
    found = analyse_spacing(at_depths(0, 27, 55, 84, 114), (), NUMBERS)
    assert set(found.missing) == {0}
    assert set(found.crowded) == {False}


@pytest.mark.parametrize(("gap", "count"), [(54, 1), (81, 2), (108, 3)])
def test_a_gap_counts_the_missing_bodies(gap: float, count: int) -> None:
    found = analyse_spacing(at_depths(0, 27, 54, 54 + gap, 81 + gap), (), NUMBERS)
    assert found.missing == (0, 0, count, 0)


def test_collapsed_neighbours_do_not_make_a_usual_distance_a_gap() -> None:
    collapsed = Heights(anterior=8.0, middle=8.0, posterior=9.0)
    z, bodies = 0.0, []
    for i, heights in enumerate([collapsed] * 3 + [H] * 2 + [collapsed] * 3):
        half = (heights.posterior or 0) / 2
        bodies.append(body(i + 1, z - half, heights))
        z -= 2 * half + 7
    assert analyse_spacing(bodies, (), NUMBERS).missing == (0,) * 7
    without_second = [bodies[0], *bodies[2:]]
    assert analyse_spacing(without_second, (), NUMBERS).missing == (1, 0, 0, 0, 0, 0), "a collapsed one was missed"
    unknown = [b.model_copy(update={"height_mm": Heights()}) for b in bodies]
    assert analyse_spacing(unknown, (), NUMBERS).missing[3] == 1, "without heights the distance alone speaks"


def test_a_close_pair_is_crowded() -> None:
    assert analyse_spacing(at_depths(0, 27, 39, 66, 93), (), NUMBERS).crowded == (False, True, False, False)


def test_a_cut_body_at_the_border_is_not_crowded() -> None:
    bodies = at_depths(0, 12, 39, 66, 93)
    bodies[0] = bodies[0].model_copy(update={"on_border": True})
    assert analyse_spacing(bodies, (), NUMBERS).crowded == (False,) * 4


def test_c2_is_taken_without_its_dens() -> None:
    bodies = at_depths(0, 30, 47, 64, 81)
    axis = Anchor(kind="c2", center_mm=(0.0, 0.0, -13.0), adjacent_id=1)
    assert analyse_spacing(bodies, (), NUMBERS).missing == (1, 0, 0, 0)
    assert analyse_spacing(bodies, (axis,), NUMBERS).missing == (0, 0, 0, 0)
    c3_missed = [bodies[0], *bodies[2:]]
    assert analyse_spacing(c3_missed, (axis,), NUMBERS).missing == (1, 0, 0)


def test_two_bodies_are_judged_by_their_own_height() -> None:
    assert analyse_spacing(at_depths(0, 27), (), NUMBERS).missing == (0,)
    assert analyse_spacing(at_depths(0, 54), (), NUMBERS).missing == (1,)


def test_two_bodies_without_heights_claim_nothing() -> None:
    assert analyse_spacing(at_depths(0, 200, heights=Heights()), (), NUMBERS).missing == (0,)


def test_a_single_body_has_no_spacing() -> None:
    assert analyse_spacing(at_depths(0), (), NUMBERS).missing == ()
