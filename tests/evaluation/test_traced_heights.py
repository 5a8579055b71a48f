"""Reference heights of traced bodies."""

import importlib.util

import numpy as np
import pytest
from scipy import ndimage

from tests.real_data import DATA
from vcfimg.evaluation.nifti_pairs import find_pairs
from vcfimg.evaluation.traced_heights import slice_heights, traced_heights
from vcfimg.imaging.raw import Heights
from vcfimg.policy import load_policy


def box(height: int = 24, depth: int = 34) -> np.ndarray:
    mask = np.zeros((60, 70), bool)
    mask[18 : 18 + height, 16 : 16 + depth] = True
    return mask


def test_a_box_has_its_own_height_everywhere() -> None:
    assert slice_heights(box()) == pytest.approx({"anterior": 24, "middle": 24, "posterior": 24})


def test_a_wedge_is_lower_in_front() -> None:
    mask = np.zeros((60, 70), bool)
    for column in range(34):
        mask[20 + (33 - column) // 4 : 44, 16 + column] = True
    found = slice_heights(mask)
    assert found is not None
    assert found["anterior"] < found["middle"] < found["posterior"]
    assert found["posterior"] - found["anterior"] == pytest.approx(0.9 * 33 / 4, abs=1.5)


@pytest.mark.parametrize("turn", [-30, -12, 20])
def test_a_turned_box_keeps_its_height(turn: float) -> None:
    big = np.kron(box(), np.ones((4, 4)))
    turned = ndimage.rotate(big, turn, order=1, reshape=False)[2::4, 2::4] >= 0.5
    found = slice_heights(turned)
    assert found is not None
    assert list(found.values()) == pytest.approx([24, 24, 24], abs=0.9)


def test_too_little_of_a_body_has_no_heights() -> None:
    assert slice_heights(box(5, 10)) is None
    assert traced_heights(np.zeros((3, 9, 9), bool), (1, 1, 1)) == Heights()


def test_only_slices_near_the_centre_count() -> None:
    mask = np.stack([box(10 if k < 3 or k > 17 else 24) for k in range(21)])
    assert traced_heights(mask, (1.0, 1.0, 1.0)).middle == pytest.approx(24)


def test_other_pixel_sizes_are_brought_to_millimetres() -> None:
    mask = np.stack([np.kron(box(), np.ones((2, 2))).astype(bool)] * 3)
    found = traced_heights(mask, (0.5, 0.5, 3.0))
    assert found.anterior == pytest.approx(24, abs=0.6)


@pytest.mark.real_data
@pytest.mark.skipif(not (DATA / "six_points.py").is_file(), reason="development MRI is not beside the checkout")
def test_agrees_with_the_acceptance_function_on_traced_bodies() -> None:
    spec = importlib.util.spec_from_file_location("six_points", DATA / "six_points.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    case = find_pairs(DATA / "vertebral_bodies")[20].load(load_policy())
    masks = next(iter(case.masks.values()))
    compared = 0
    for body in case.bodies:
        mask = masks == body.label
        middle = round(float(np.argwhere(mask)[:, 0].mean()))
        for k in (middle - 3, middle, middle + 3):
            expected = module.six_points(mask[k])
            assert slice_heights(mask[k]) == pytest.approx(expected)
            compared += 1
    assert compared == 3 * len(case.bodies) > 0
