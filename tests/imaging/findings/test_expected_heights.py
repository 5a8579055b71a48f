"""Expected heights come from unfractured neighbours by the template's shape."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imaging.raw_spines import NUMBERS, levels_between, normal_height
from vcfimg.imaging.findings.expected_heights import REFERENCE_LOW, Body, expected_heights
from vcfimg.imaging.raw import POSITIONS, Heights


def bodies(levels: list[str], posterior: dict[str, float] | None = None, scale: float = 1.0) -> list[Body]:
    """Normal bodies, some with their posterior height replaced."""
    made = []
    for i, level in enumerate(levels):
        values = {x: scale * normal_height(level, x) for x in POSITIONS}
        if posterior and level in posterior:
            values["posterior"] = posterior[level]
        made.append(Body(i + 1, i, level, True, Heights(**values), 33.0))
    return made


def test_posterior_expectation_by_hand() -> None:
    # T11 21.3, L1 23.8, L2 24.3 measured at 1.1, 1.0 and 1.2 times the template; T12's template is 22.7.
    made = bodies(["T11", "T12", "L1", "L2"], {"T11": 1.1 * 21.3, "T12": 20.0, "L1": 23.8, "L2": 1.2 * 24.3})
    reference = expected_heights(made, NUMBERS).references[2]["posterior"]
    assert reference is not None
    assert reference.expected_mm == pytest.approx(22.7 * 1.1)
    assert reference.mean_offset_levels == pytest.approx((-1 + 1 + 2) / 3)


def test_growth_along_the_spine_is_not_read_as_height() -> None:
    """A true 25 % at T12; against the cranial neighbour alone it would read 1 - 0.75 * 22.7 / 21.3 = 20.1 %."""
    made = bodies(levels_between("T9", "L3"), {"T12": 0.75 * 22.7})
    reference = expected_heights(made, NUMBERS).references[4]["posterior"]
    assert reference is not None
    assert 100 * (1 - 0.75 * 22.7 / reference.expected_mm) == pytest.approx(25.0)


def test_neighbours_farther_than_three_levels_do_not_count() -> None:
    made = bodies(levels_between("T8", "L5"), {"T8": 30.0, "L4": 30.0})
    reference = expected_heights(made, NUMBERS).references[5]["posterior"]
    assert reference is not None
    assert len(reference.ratios) == 6
    assert set(reference.ratios) == {1.0}


def test_one_neighbour_is_not_enough() -> None:
    found = expected_heights(bodies(["L1", "L2"]), NUMBERS)
    assert found.references[1] == dict.fromkeys(POSITIONS)
    assert "reference_insufficient" in found.reasons[1]


def test_fractured_neighbours_drop_out_until_nothing_changes() -> None:
    # Against all six neighbours only T12 and L1 stand out; without them T11 does.
    made = bodies(levels_between("T9", "L4"), {"T11": 0.8 * 21.3, "T12": 0.6 * 22.7, "L1": 0.5 * 23.8})
    found = expected_heights(made, NUMBERS)
    assert found.dropped == {3, 4, 5}
    assert found.references[2]["posterior"] is None, "T10 has only T9 left"
    for i in range(3, 9):
        reference = found.references[i]["posterior"]
        assert reference is not None
        assert set(reference.ratios) == {1.0}
    assert found.reasons[4] == (), "two of six neighbours dropped out"


def test_half_of_the_neighbours_dropped_makes_the_rest_suspect() -> None:
    made = bodies(
        levels_between("T11", "L5"), {level: 0.6 * normal_height(level, "posterior") for level in ("T12", "L1", "L3")}
    )
    found = expected_heights(made, NUMBERS)
    assert found.dropped == {2, 3, 5}
    assert found.reasons[4] == ("reference_suspect",), "three of the six neighbours of L2; the others are normal"
    assert found.reasons[7] == (), "one of the three neighbours of L5"


def test_uniform_collapse_of_all_is_suspect_by_height_to_depth() -> None:
    found = expected_heights(bodies(levels_between("T10", "L5"), scale=0.6), NUMBERS)
    assert all(reasons == ("reference_suspect", REFERENCE_LOW) for reasons in found.reasons.values())


def test_uniform_wedging_of_all_is_suspect_by_shape() -> None:
    made = [
        Body(
            b.id,
            b.place,
            b.level,
            True,
            b.heights.model_copy(update={"anterior": 0.75 * (b.heights.anterior or 0)}),
            33.0,
        )
        for b in bodies(levels_between("T10", "L5"))
    ]
    assert all("reference_suspect" in reasons for reasons in expected_heights(made, NUMBERS).reasons.values())


def test_a_normal_spine_is_not_suspect() -> None:
    assert set(expected_heights(bodies(levels_between("T4", "L5")), NUMBERS).reasons.values()) == {()}


def test_c2_has_no_template_and_is_no_reference() -> None:
    found = expected_heights(bodies(levels_between("C2", "C6")), NUMBERS)
    assert found.reasons[1] == ("no_template",)
    reference = found.references[2]["posterior"]
    assert reference is not None
    assert len(reference.ratios) == 3


def test_an_unmeasured_body_is_no_reference_but_may_have_an_expectation() -> None:
    made = bodies(levels_between("T12", "L4"))
    made[2] = Body(3, 2, "L2", True, Heights())
    found = expected_heights(made, NUMBERS)
    assert found.references[3]["middle"] is not None
    reference = found.references[1]["middle"]
    assert reference is not None
    assert len(reference.ratios) == 2


def test_a_missing_middle_height_leaves_the_other_positions_alone() -> None:
    made = bodies(levels_between("T12", "L2"))
    made[1] = Body(2, 1, "L1", True, made[1].heights.model_copy(update={"middle": None}))
    found = expected_heights(made, NUMBERS).references[1]
    assert found["middle"] is None
    assert found["anterior"] is not None


def test_a_guessed_level_says_so_and_carries_its_doubt() -> None:
    named = bodies(levels_between("T9", "L2"))
    guessed = [Body(b.id, b.place, b.level, False, b.heights, b.depth_mm) for b in named]
    found = expected_heights(guessed, NUMBERS)
    assert set(found.reasons.values()) == {("level_guessed",)}
    end, middle = found.references[1]["posterior"], found.references[4]["posterior"]
    assert end is not None
    assert middle is not None
    assert end.shape_spread > middle.shape_spread > 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.4, 1.15), min_size=3, max_size=14),
    st.floats(0.5, 2.0),
)
def test_scaling_the_whole_spine_scales_the_expectations(shares: list[float], scale: float) -> None:
    levels = levels_between("T4", "L5")[: len(shares)]
    posterior = {level: s * normal_height(level, "posterior") for level, s in zip(levels, shares, strict=True)}
    one = bodies(levels, posterior)
    other = [
        Body(b.id, b.place, b.level, True, Heights(**{x: scale * getattr(b.heights, x) for x in POSITIONS}))
        for b in one
    ]
    first, second = expected_heights(one, NUMBERS), expected_heights(other, NUMBERS)
    assert first.dropped == second.dropped
    for i, references in first.references.items():
        for x in POSITIONS:
            a, b = references[x], second.references[i][x]
            assert (a is None) == (b is None)
            if a is not None and b is not None:
                assert b.expected_mm == pytest.approx(scale * a.expected_mm)


def test_the_reference_knows_how_far_people_differ_at_its_level() -> None:
    found = expected_heights(bodies(levels_between("T11", "L5")), NUMBERS)
    l5, l2 = (found.references[i]["posterior"] for i in (7, 4))
    assert l5 is not None
    assert l2 is not None
    spread = NUMBERS.shape_spread("L5")
    assert spread is not None
    assert l5.own_sd == pytest.approx(spread.sd("posterior"))
    assert l5.own_sd > l2.own_sd
    assert l5.neighbour_sd < l5.own_sd, "L2 to L4 vary less"
