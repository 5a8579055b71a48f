"""Dice and outline distance in the middle third."""

import numpy as np
import pytest

from vcfimg.evaluation.overlap import body_overlap, middle_third


def box(rows: slice, slices: slice = slice(3, 12)) -> np.ndarray:
    mask = np.zeros((15, 40, 40), bool)
    mask[slices, rows, 10:30] = True
    return mask


def test_middle_third_of_nine_slices_is_three() -> None:
    assert middle_third(box(slice(10, 30))) == slice(6, 9)
    assert middle_third(box(slice(10, 30), slice(4, 5))) == slice(4, 5)


def test_equal_masks_agree_fully() -> None:
    found = body_overlap(box(slice(10, 30)), box(slice(10, 30)), (1.0, 1.0))
    assert (found.dice, found.surface_mm) == (1.0, 0.0)


def test_dice_by_hand() -> None:
    assert body_overlap(box(slice(10, 30)), box(slice(15, 35)), (1.0, 1.0)).dice == pytest.approx(0.75)


def test_difference_outside_the_middle_third_does_not_count() -> None:
    found = box(slice(10, 30))
    found[3:6] = False
    assert body_overlap(box(slice(10, 30)), found, (1.0, 1.0)).dice == 1.0


def test_outline_distance_is_in_millimetres() -> None:
    # Shrunk by one row above and below: those edges lie 1 row = 2 mm apart, the side walls partly coincide.
    found = body_overlap(box(slice(10, 30)), box(slice(11, 29)), (1.0, 2.0))
    assert found.surface_mm is not None
    assert 0.5 < found.surface_mm < 2.0


def test_nothing_found_has_no_distance() -> None:
    found = body_overlap(box(slice(10, 30)), np.zeros((15, 40, 40), bool), (1.0, 1.0))
    assert (found.dice, found.surface_mm) == (0.0, None)
