"""However a sagittal volume is stored, the network sees the same slices, head up and anterior to the left."""

import numpy as np
import pytest

from vcfimg.geometry import Geometry
from vcfimg.imaging.segmenters.embedded.canonical_slices import canonical_slices, head_up
from vcfimg.loaders.volume import Volume

SHAPE = (3, 60, 40)


def upright(pixel=1.0):
    """A stack stored head up, anterior to the left, with nothing symmetric in it."""
    affine = np.array([[0, 0, 4.0, -4], [pixel, 0, 0, -20], [0, -pixel, 0, 30], [0, 0, 0, 1.0]])
    rows, columns = np.mgrid[0 : SHAPE[1], 0 : SHAPE[2]]
    image = 300 + 3 * rows + 7 * columns + 120 * np.exp(-((rows - 15) ** 2 + (columns - 9) ** 2) / 20)
    return np.stack([image * (1 + 0.1 * k) for k in range(SHAPE[0])]).astype(np.float32), affine


def stored(transpose, flip_rows, flip_columns, pixel=1.0):
    """The same voxels at the same places, stored in another in-plane order."""
    array, affine = upright(pixel)
    affine = affine.copy()
    if transpose:
        array = array.transpose(0, 2, 1)
        affine[:3, [0, 1]] = affine[:3, [1, 0]]
    for flip, axis, column in ((flip_rows, 1, 1), (flip_columns, 2, 0)):
        if flip:
            array = np.flip(array, axis)
            affine[:3, 3] += affine[:3, column] * (array.shape[axis] - 1)
            affine[:3, column] *= -1
    return Volume(np.ascontiguousarray(array), Geometry.of(array, affine), "1.2", "t2")


ORDERS = [(t, r, c) for t in (False, True) for r in (False, True) for c in (False, True)]


@pytest.mark.parametrize(("transpose", "flip_rows", "flip_columns"), ORDERS)
def test_all_eight_orders_give_the_same_slices(transpose, flip_rows, flip_columns):
    found = canonical_slices(stored(transpose, flip_rows, flip_columns))
    expected = canonical_slices(stored(False, False, False))
    assert found.images.shape == SHAPE
    assert np.allclose(found.images, expected.images, atol=1e-5)
    assert np.allclose(found.geometry.affine, expected.geometry.affine)


@pytest.mark.parametrize(("transpose", "flip_rows", "flip_columns"), ORDERS)
def test_turning_keeps_every_voxel_where_it_is(transpose, flip_rows, flip_columns):
    volume = stored(transpose, flip_rows, flip_columns)
    array, geometry = head_up(volume.array, volume.geometry)
    turned = Volume(np.ascontiguousarray(array), geometry, "1.2", "t2")
    at = np.array([7.0, 22.0, 1.0])
    column, row, k = np.round(volume.to_index(turned.to_lps(at))).astype(int)
    assert array[1, 22, 7] == volume.array[k, row, column]


def test_columns_run_posterior_and_rows_to_the_feet():
    affine = canonical_slices(stored(True, True, True)).geometry.affine
    assert affine[1, 0] > 0
    assert affine[2, 1] < 0


@pytest.mark.parametrize("pixel", [0.5, 0.75, 1.0, 1.6])
def test_pixels_become_one_millimetre_and_the_scene_stays_in_place(pixel):
    volume = stored(False, False, False, pixel)
    slices = canonical_slices(volume)
    assert np.allclose(slices.geometry.spacing, [1.0, 1.0, 4.0])
    last_row = (SHAPE[1] - 1) * pixel
    assert last_row <= slices.images.shape[1] - 1 < last_row + 1
    assert np.allclose(slices.geometry.affine[:3, 3], volume.affine[:3, 3])


def test_slices_are_kept_as_they_are():
    found = canonical_slices(stored(False, False, False))
    assert len(found.images) == SHAPE[0]
    # Each slice is normalised on its own: the gain of a slice does not matter.
    assert np.allclose(found.images[0], found.images[2], atol=1e-4)


def test_the_volume_is_not_changed():
    volume = stored(True, False, True)
    array, affine = volume.array.copy(), volume.affine.copy()
    canonical_slices(volume)
    assert np.array_equal(volume.array, array)
    assert np.array_equal(volume.affine, affine)
