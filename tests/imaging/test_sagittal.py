"""Any orientation becomes sagittal slices without moving a voxel in the patient."""

from itertools import permutations, product

import numpy as np
import pytest

from vcfimg.imaging.sagittal import to_sagittal


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("signs", list(product((1, -1), repeat=3)))
def test_every_voxel_keeps_its_place(order: tuple[int, ...], signs: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    array = rng.random((3, 4, 5))
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, order] * np.array(signs) * np.array([0.5, 2.0, 3.0])
    affine[:3, 3] = (10, -20, 30)
    turned, turned_affine = to_sagittal(array, affine)
    for k, row, column in product(range(3), range(4), range(5)):
        point = affine @ [column, row, k, 1]
        c, r, s = np.round(np.linalg.solve(turned_affine, point)[:3]).astype(int)
        assert turned[s, r, c] == array[k, row, column]
    assert turned_affine[1, 0] > 0, "columns run to the back"
    assert turned_affine[2, 1] < 0, "rows run to the feet"
