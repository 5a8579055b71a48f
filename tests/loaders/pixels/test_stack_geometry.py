"""Slice positions decide: the affine where they are regular, a named refusal where they are not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.loaders.written_stacks import SAGITTAL, stack_of_slices, tilted_affine
from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.slices import Slice
from vcfimg.loaders.pixels.stack_geometry import obliquity_deg, stack_geometry

REGULAR = [0.0, 4.4, 8.8, 13.2, 17.6]


def refusal(slices):
    with pytest.raises(LoadError) as caught:
        stack_geometry(slices)
    return caught.value


def test_affine_maps_first_voxels_to_their_positions():
    slices = stack_of_slices(REGULAR)
    geometry = stack_geometry(slices)
    for index, (group,) in enumerate(geometry.order):
        np.testing.assert_allclose(geometry.geometry.affine[:3] @ [0, 0, index, 1], slices[group].position, atol=1e-9)


def test_affine_is_right_handed():
    assert np.linalg.det(stack_geometry(stack_of_slices(REGULAR)).geometry.affine[:3, :3]) > 0


def test_column_axis_uses_the_second_pixel_spacing():
    affine = stack_geometry(stack_of_slices(REGULAR, pixel_spacing=(0.5, 0.8))).geometry.affine
    np.testing.assert_allclose(affine[:3, :2].T, [[0, 0.8, 0], [0, 0, -0.5]], atol=1e-12)


def test_order_of_files_does_not_matter():
    slices = stack_of_slices(REGULAR)
    shuffled = [slices[index] for index in (3, 0, 4, 2, 1)]
    geometry = stack_geometry(shuffled)
    assert geometry.order == ((1,), (4,), (3,), (0,), (2,))
    np.testing.assert_allclose(geometry.geometry.affine, stack_geometry(slices).geometry.affine, atol=1e-12)


@given(
    start=st.floats(-200, 200),
    spacing=st.floats(0.5, 12),
    count=st.integers(2, 40),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=50, deadline=None)
def test_any_regular_stack_gets_its_spacing(start, spacing, count, order):
    slices = stack_of_slices(start + spacing * index for index in range(count))
    order.shuffle(slices)
    affine = stack_geometry(slices).geometry.affine
    assert np.linalg.norm(affine[:3, 2]) == pytest.approx(spacing, abs=1e-9)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_missing_slice_is_named_by_its_neighbours(lost):
    heights = [height for index, height in enumerate(REGULAR) if index != lost]
    error = refusal(stack_of_slices(heights))
    assert error.code == "missing_slice"
    assert f"between z={REGULAR[lost - 1]:.2f} and z={REGULAR[lost + 1]:.2f}" in error.message
    assert error.message.startswith("slice missing")


def test_several_missing_slices_are_counted():
    error = refusal(stack_of_slices([0, 4, 8, 20, 24, 32]))
    assert error.code == "missing_slice"
    assert error.message.startswith("3 slices missing")


def test_missing_slice_of_three_is_found():
    assert refusal(stack_of_slices([0.0, 4.4, 13.2])).code == "missing_slice"


@pytest.mark.parametrize(
    ("heights", "code"),
    [
        ([0.0, 4.4, 8.8, 14.0, 18.4], "non_uniform_spacing"),
        ([0.0, 4.0, 8.5, 13.5, 19.0], "non_uniform_spacing"),
        (
            [0.0, 4.0, 8.1, 12.2, 16.4, 20.6, 24.8, 29.0, 33.2, 37.4, 41.6, 45.7, 49.8, 53.8, 57.8],
            "non_uniform_spacing",
        ),
        ([0.0, 0.0, 0.0], "too_few_slices"),
        ([0.0], "too_few_slices"),
        ([0.0, 0.05], "invalid_spacing"),
        ([0.0, 60.0, 120.0], "invalid_spacing"),
    ],
)
def test_irregular_positions_are_refused(heights, code):
    assert refusal(stack_of_slices(heights)).code == code


def test_positions_written_with_one_decimal_are_accepted():
    affine = stack_geometry(stack_of_slices([round(4.44 * index, 1) for index in range(15)])).geometry.affine
    assert np.linalg.norm(affine[:3, 2]) == pytest.approx(4.44, abs=0.01)


def test_slices_at_one_position_are_grouped():
    geometry = stack_geometry(stack_of_slices([0.0, 4.4, 4.4, 8.8]))
    assert geometry.order == ((0,), (1, 2), (3,))


def test_rounding_of_repeated_positions_is_no_gap_between_slices():
    jittered = [height + shift for height in REGULAR for shift in (0.0, 0.02)]
    geometry = stack_geometry(stack_of_slices(jittered))
    assert [len(group) for group in geometry.order] == [2] * len(REGULAR)


def test_sheared_stack_is_refused_with_its_angle():
    slices = [
        replace(each, position=(each.position[0], each.position[1], each.position[2] + 0.5 * index))
        for index, each in enumerate(stack_of_slices(REGULAR))
    ]
    error = refusal(slices)
    assert error.code == "sheared_stack"
    assert "6.5 degrees" in error.message


def test_displaced_slice_is_named():
    slices = stack_of_slices(REGULAR)
    slices[2] = replace(slices[2], position=(-8.8, -48.0, 60.0))
    error = refusal(slices)
    assert error.code == "displaced_slice"
    assert "z=8.80" in error.message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rows": 47}, "mixed_size"),
        ({"columns": 41}, "mixed_size"),
        ({"pixel_spacing": (0.7, 0.72)}, "mixed_spacing"),
        ({"orientation": (0.0, 1.0, 0.0, 0.0, 0.002, -1.0)}, "mixed_orientation"),
        ({"frame_of_reference_uid": "1.3"}, "mixed_frame_of_reference"),
    ],
)
def test_odd_slice_is_refused(change, code):
    slices = stack_of_slices(REGULAR)
    slices[3] = replace(slices[3], **change)
    error = refusal(slices)
    assert error.code == code
    assert "instance 1.2.3," in error.message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"orientation": (0.0, 1.0, 0.0, 0.0, 0.0, -2.0)}, "invalid_orientation"),
        ({"orientation": (0.0, 1.0, 0.0, 0.0, 1.0, 0.0)}, "invalid_orientation"),
        ({"orientation": (0.0,) * 6}, "invalid_orientation"),
        ({"orientation": (0.0, 1.0, 0.0, 0.0, 0.1, -0.995)}, "invalid_orientation"),
        ({"pixel_spacing": (0.0, 0.7)}, "invalid_spacing"),
        ({"pixel_spacing": (-0.7, 0.7)}, "invalid_spacing"),
        ({"pixel_spacing": (700.0, 700.0)}, "invalid_spacing"),
    ],
)
def test_impossible_geometry_is_refused(change, code):
    assert refusal(stack_of_slices(REGULAR, **change)).code == code


def test_declared_spacing_never_decides_but_is_compared():
    geometry = stack_geometry(stack_of_slices(REGULAR, declared_spacing=8.8))
    assert np.linalg.norm(geometry.geometry.affine[:3, 2]) == pytest.approx(4.4)
    assert "8.80" in geometry.warnings[0].text
    assert stack_geometry(stack_of_slices(REGULAR, declared_spacing=4.4)).warnings == ()


@pytest.mark.parametrize(("normal", "degrees"), [((-1, 0, 0), 0), ((0, 0, 1), 0), ((0.8, 0.6, 0), 36.87)])
def test_obliquity_is_the_angle_to_the_nearest_axis(normal, degrees):
    assert obliquity_deg(np.array(normal, dtype=float)) == pytest.approx(degrees, abs=0.01)


def test_sagittal_constant_is_sagittal():
    assert obliquity_deg(np.cross(SAGITTAL[:3], SAGITTAL[3:])) == 0


@pytest.mark.parametrize(("shift", "told"), [(0.6, True), (0.9, False)])
def test_slight_shear_is_told_and_read_as_straight(shift, told):
    slices = stack_of_slices([0.0, 5.0, 10.0, 15.0])
    sheared = [
        replace(each, position=(each.position[0], each.position[1] + shift * number / 3, each.position[2]))
        for number, each in enumerate(slices)
    ]
    if told:
        (note,) = stack_geometry(sheared).warnings
        assert "straight stack" in note.text
        assert "gantry" not in note.text
    else:
        with pytest.raises(LoadError, match=r"0\.90 mm") as caught:
            stack_geometry(sheared)
        assert caught.value.code == "sheared_stack"


def test_cosines_of_two_decimals_are_read():
    affine = tilted_affine(degrees=7.0)
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    cosines = tuple(np.round([*axes[:, 0], *axes[:, 1]], 2))
    positions = [tuple(affine[:3, 3] + number * affine[:3, 2]) for number in range(6)]
    slices = [
        Slice(f"1.2.{number}", 0, position, cosines, (0.7, 0.75), 48, 40) for number, position in enumerate(positions)
    ]
    assert abs(stack_geometry(slices).geometry.affine[:3, 2] - affine[:3, 2]).max() < 0.05
