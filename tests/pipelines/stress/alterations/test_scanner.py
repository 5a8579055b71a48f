"""Grey values change as a scanner changes them; what is shown stays where it was."""

import numpy as np
import pytest

from pipelines.stress.alterations import scanner
from tests.pipelines.stress.alterations.altered_cases import BODY, KEY, SOFT, two_bodies

RNG = np.random.default_rng(1)


def test_thick_slices_stay_where_they_were():
    case = two_bodies()
    thick = scanner.thick_slices(4.0, case, RNG)
    volume = thick.volumes[0]
    assert float(volume.spacing[2]) == 4.0
    assert volume.shape == thick.masks[KEY].shape == (2, 60, 40)
    first = case.volumes[0].to_lps(np.array([[0.0, 0.0, 1.5]]))
    np.testing.assert_allclose(volume.to_lps(np.array([[0.0, 0.0, 0.0]])), first)


def test_large_pixels_blur_borders_alone():
    image = scanner.coarse_pixels(2.0, two_bodies(), RNG).volumes[0].array
    assert image[4, 15, 20] == pytest.approx(BODY, abs=2)
    assert image[4, 15, 3] == pytest.approx(SOFT, abs=2)
    assert SOFT + 10 < image[4, 4:6, 20].mean() < BODY - 10


def test_noise_has_the_size_asked_for():
    image = scanner.noisy(0.08, two_bodies(), RNG).volumes[0].array
    assert image[:, 8:22, 12:28].std() == pytest.approx(0.08 * BODY, rel=0.1)


def test_the_coil_lies_at_the_back():
    image = scanner.steep_coil(two_bodies(), RNG).volumes[0].array
    assert image[4, 57, 39] / image[4, 57, 9] == pytest.approx(np.exp(30 / scanner.FALL_OFF_MM), rel=1e-3)


@pytest.mark.parametrize(("reach", "column"), [(-6.0, 4), (6.0, 16)])
def test_a_saturation_band_ends_where_it_says(reach: float, column: int):
    case = two_bodies()
    left = scanner.saturation_band(reach, case, RNG).volumes[0].array / case.volumes[0].array
    half = (1 + scanner.SATURATED) / 2
    np.testing.assert_allclose(left[:, :, column], half, atol=1e-3)
    assert (left[:, :, 0] < half).all()
    assert (left[:, :, -1] > 0.95).all()


@pytest.mark.parametrize("axis", [1, 2])
def test_a_ghost_is_a_part_of_the_signal(axis: int):
    case = two_bodies()
    image = scanner.ghosts(axis, case, RNG).volumes[0].array
    assert image.mean() == pytest.approx(case.volumes[0].array.mean(), rel=1e-4)
    assert not np.allclose(image, case.volumes[0].array)


def test_ends_are_wrapped_and_the_middle_is_not():
    case = two_bodies()
    image, before = scanner.wrapped(case, RNG).volumes[0].array, case.volumes[0].array
    np.testing.assert_array_equal(image[:, 10:50], before[:, 10:50])
    np.testing.assert_allclose(image[:, 50:], before[:, 50:] + scanner.WRAPPED_SIGNAL * before[:, :10])
    assert (case.volumes[0].array == before).all()
