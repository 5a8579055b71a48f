"""A case is compared with its truth."""

from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.made_cases import LEVELS, POLICY, block_case, block_masks, outcome_of
from vcfimg.evaluation.accuracy_summary import summarise
from vcfimg.evaluation.score import score
from vcfimg.imaging.raw import Heights, for_each

NUMBERS = POLICY.measurement


def test_a_perfect_outcome_scores_perfectly() -> None:
    masks = block_masks()
    case, rows = score(block_case(masks), outcome_of(masks), NUMBERS, 100.0)
    assert (case.bodies, case.found, case.false_bodies, case.counted_from) == (7, 7, 0, "sacrum")
    figures = summarise([case], rows)
    assert (figures.found.value, figures.named.value, figures.dice, figures.surface_mm) == (1.0, 1.0, 1.0, 0.0)
    assert figures.height["all"].mae == 0.0
    assert figures.height_coverage.value == 1.0
    assert (figures.seconds_median, figures.peak_memory_mb) == (1.5, 100.0)


def test_a_bias_of_the_heights_is_seen() -> None:
    masks = block_masks()
    case, rows = score(block_case(masks), outcome_of(masks, error_mm=1.5), NUMBERS, 1.0)
    figures = summarise([case], rows)
    assert figures.height["middle"].bias == pytest.approx(1.5)
    assert figures.height["middle"].icc is not None
    assert figures.height["middle"].icc < 0.9
    assert figures.height_coverage.value == 0.0


def test_intervals_of_lost_heights_are_counted_apart() -> None:
    masks = block_masks()
    case, (first, *others) = score(block_case(masks), outcome_of(masks), NUMBERS, 1.0)
    halves = for_each(lambda x: 4.0)
    collapsed = replace(
        first,
        loss=Heights(anterior=30.0, middle=10.0, posterior=9.9),
        loss_true=Heights(anterior=35.0, middle=12.0, posterior=9.9),
        loss_half_width=halves,
    )
    healthy = [replace(r, loss=halves, loss_true=Heights(), loss_half_width=halves) for r in others]
    figures = summarise([case], [collapsed, *healthy])
    assert (figures.lost_coverage.hits, figures.lost_coverage.n) == (1, 2)
    assert (figures.loss_coverage.hits, figures.loss_coverage.n) == (2, 3)


def test_losses_read_where_none_is_are_told_of_bodies_known_to_be_whole() -> None:
    masks = block_masks()
    case, (first, second, third, *_) = score(block_case(masks), outcome_of(masks), NUMBERS, 1.0)
    read = Heights(anterior=6.0, middle=-2.0, posterior=None)
    half = Heights(anterior=5.0, middle=5.0, posterior=5.0)
    whole = replace(first, fractured_true=False, loss=read, loss_true=Heights(), loss_half_width=half)
    known = replace(second, fractured_true=False, loss=read, loss_true=Heights(anterior=5.0))
    fractured = replace(third, fractured_true=True, loss=read, loss_true=Heights())
    figures = summarise([case], [whole, known, fractured])
    found = {x: (a.n, a.mae, a.bias) for x, a in figures.healthy_loss.items()}
    assert found == {
        "anterior": (1, 6.0, 6.0),
        "middle": (1, 2.0, -2.0),
        "posterior": (0, None, None),
        "all": (2, 4.0, 2.0),
    }
    assert (figures.healthy_loss_coverage.hits, figures.healthy_loss_coverage.n) == (1, 2)


def test_a_missed_body_and_its_effect_on_names_are_counted() -> None:
    masks = block_masks()
    without_l2 = np.where(masks == 21, 0, masks)
    case, rows = score(block_case(masks), outcome_of(without_l2), NUMBERS, 1.0)
    figures = summarise([case], rows)
    assert (case.found, figures.found.hits, figures.found.n) == (6, 6, 7)
    assert figures.named.hits == 3, "the names above the gap are only guesses"
    assert figures.misnamed.hits == 0


def test_wrong_names_are_told_from_missing_ones() -> None:
    masks = block_masks()
    without_l5 = np.where(masks == 24, 0, masks)
    case, rows = score(block_case(masks), outcome_of(without_l5), NUMBERS, 1.0)
    assert summarise([case], rows).misnamed.hits == 6
    case, rows = score(block_case(masks), outcome_of(masks, anchored=False), NUMBERS, 1.0)
    figures = summarise([case], rows)
    assert (figures.named.hits, figures.misnamed.hits) == (0, 0)


def test_guesses_count_where_there_is_no_name() -> None:
    masks = block_masks()
    case, rows = score(block_case(masks), outcome_of(masks, anchored=False), NUMBERS, 1.0)
    assert all(r.guessed for r in rows), "a guess is given for every body without a name"
    lower = {"T11": "T12", "T12": "L1", "L1": "L2", "L2": "L4"}
    guessed = [replace(r, guessed=lower.get(r.level or "", r.level)) for r in rows]
    guessed[-1] = replace(guessed[-1], named="L5", guessed=None)
    figures = summarise([case], guessed)
    assert (figures.guessed.hits, figures.guessed.n) == (2, 6)
    assert (figures.guessed_nearly.hits, figures.guessed_nearly.n) == (5, 6)


def test_names_are_not_demanded_without_the_sacrum_or_with_an_unusual_count() -> None:
    masks = block_masks()
    for fields in ({"sacrum_in_view": False}, {"usual_count": False}):
        case, rows = score(block_case(masks, **fields), outcome_of(masks), NUMBERS, 1.0)
        assert summarise([case], rows).named.n == 0


def test_names_counted_from_c2_are_judged_apart() -> None:
    masks = block_masks()
    seen = {"sacrum_in_view": False, "c2_in_view": True}
    case, rows = score(block_case(masks, **seen), outcome_of(masks), NUMBERS, 1.0)
    figures = summarise([case], rows)
    assert (figures.named.n, figures.named_from_c2.n) == (0, 7)
    case, rows = score(block_case(masks), outcome_of(masks), NUMBERS, 1.0)
    assert summarise([case], rows).named_from_c2.n == 0


def test_healthy_people_give_specificity_only() -> None:
    masks = block_masks((20, 21, 22, 15, 23, 23, 22))
    case, rows = score(block_case(masks, healthy=True), outcome_of(masks), NUMBERS, 1.0)
    figures = summarise([case], rows)
    assert figures.fracture_sensitivity.n == 0
    assert (figures.fracture_specificity.hits, figures.fracture_specificity.n) == (6, 7)


def test_true_losses_give_sensitivity_and_error() -> None:
    masks = block_masks((20, 21, 22, 15, 23, 23, 22))
    made = block_case(masks)
    lost = Heights(anterior=35.0, middle=35.0, posterior=35.0)
    none = Heights(anterior=0.0, middle=0.0, posterior=0.0)
    bodies = tuple(
        type(b)(b.label, b.level, b.center_mm, b.height_mm, lost if b.level == "L2" else none) for b in made.bodies
    )
    made = type(made)(made.name, made.contrast, made.volumes, bodies, made.masks)
    case, rows = score(made, outcome_of(masks), NUMBERS, 1.0)
    figures = summarise([case], rows)
    assert (figures.fracture_sensitivity.hits, figures.fracture_sensitivity.n) == (1, 1)
    assert figures.loss["posterior"].n == 7
    assert figures.loss["posterior"].mae is not None
    assert figures.loss["posterior"].mae < 4
    assert figures.loss_given.value == 1.0


def test_edema_is_not_asked_for_without_an_edema_series() -> None:
    masks = block_masks()
    made = block_case(masks)
    bodies = tuple(type(b)(b.label, b.level, b.center_mm, b.height_mm, edema_fraction=0.5) for b in made.bodies)
    made = type(made)(made.name, made.contrast, made.volumes, bodies, made.masks)
    case, rows = score(made, outcome_of(masks), NUMBERS, 1.0)
    assert [r.edema_true for r in rows] == [True] * len(LEVELS)
    assert summarise([case], rows).edema_sensitivity.n == 0


def test_the_visible_part_of_a_body_that_is_cut_is_not_false() -> None:
    masks = block_masks()
    case = block_case(masks, exhaustive=True)
    cut = replace(case, bodies=case.bodies[1:])  # painted, but its middle is out of view and so it is not listed
    assert score(cut, outcome_of(masks), NUMBERS, 1.0)[0].false_bodies == 0


def test_what_lies_on_no_body_is_false() -> None:
    masks = block_masks()
    case = block_case(np.where(masks == 18, 0, masks), exhaustive=True)
    assert score(case, outcome_of(masks), NUMBERS, 1.0)[0].false_bodies == 1


def test_the_second_half_of_a_split_body_is_false() -> None:
    masks = block_masks()
    split = masks.copy()
    rows = np.flatnonzero((masks == 18).any(axis=(0, 2)))
    top = split[:, rows[:6], :]
    top[top == 18] = 17
    split[:, rows[:6], :] = top
    case, _ = score(block_case(masks, exhaustive=True), outcome_of(split), NUMBERS, 1.0)
    assert case.false_bodies == 1
