import numpy as np
import pytest

from vcfimg.geometry import Geometry
from vcfimg.loaders.volume import Volume


def volume(affine=None, shape=(3, 4, 5), **facts):
    affine = np.diag([0.7, 0.8, 4.4, 1.0]) if affine is None else affine
    array = np.zeros(shape, np.float32)
    return Volume(array, Geometry.of(array, affine), "1.2.3", "t2", **facts)


def test_spacing_is_column_row_slice():
    np.testing.assert_allclose(volume().spacing, [0.7, 0.8, 4.4])


def test_shape_is_slice_row_column():
    assert volume().shape == (3, 4, 5)


def test_index_and_lps_are_inverse():
    index = np.array([[0.0, 0, 0], [4, 3, 2], [1.5, 0.25, 1]])
    affine = np.array([[0, 0, -4.4, 7], [0.7, 0, 0, -8], [0, -0.8, 0, 9], [0, 0, 0, 1]])
    found = volume(affine).to_lps(index)
    np.testing.assert_allclose(found[0], [7, -8, 9])
    np.testing.assert_allclose(found[1], [7 - 8.8, -8 + 2.8, 9 - 2.4])
    np.testing.assert_allclose(volume(affine).to_index(found), index, atol=1e-12)


@pytest.mark.parametrize(("stack", "key"), [(None, "1.2.3"), ("e2", "1.2.3#e2")])
def test_key_names_the_stack(stack, key):
    assert volume(stack=stack).key == key


def test_must_have_three_axes():
    with pytest.raises(ValueError, match=r"got shape \(4, 5\)"):
        volume(shape=(4, 5))


@pytest.mark.parametrize(
    "affine",
    [np.eye(3), np.diag([0.7, 0.0, 4.4, 1]), np.diag([0.7, np.nan, 4.4, 1]), np.eye(4) + np.eye(4, k=1) * 0.1],
)
def test_affine_must_be_orthogonal_and_finite(affine):
    with pytest.raises(ValueError, match="affine"):
        volume(affine)
