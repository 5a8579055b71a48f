from dataclasses import replace

import numpy as np
import pytest

from tests.reports import examples
from vcfimg.geometry import Geometry
from vcfimg.loaders.volume import Volume
from vcfimg.reports.pictures.slice_codec import unpack
from vcfimg.reports.pictures.stack_pictures import BUDGET_BYTES, render_stacks


def rendered(volume=None, shift=(0.0, 0.0, 0.0), **changes):
    made, labels = examples.spine_volume("t2", examples.T2)
    volume = volume or made
    segmentation = replace(
        examples.segmentation({examples.T2: replace(labels, geometry=volume.geometry)}), shifts_mm={examples.T2: shift}
    )
    return render_stacks([volume], segmentation, examples.measurement_of(examples.result()), **changes)


def values_of(stack, index: int) -> np.ndarray:
    return unpack(stack.slices[index], stack.rows, stack.columns, stack.steps)


def test_whole_numbers_of_a_small_range_are_kept_as_they_are() -> None:
    volume, _ = examples.spine_volume("t2", examples.T2)
    (stack,) = rendered(volume)
    affine = np.array(stack.affine)
    index = np.array([stack.columns // 2, stack.rows // 2, 3])
    column, row, slice_ = np.rint(volume.to_index(affine[:, :3] @ index + affine[:, 3])).astype(int)
    assert stack.exact
    assert values_of(stack, 3)[index[1], index[0]] == volume.array[slice_, row, column] - volume.array.min()


def test_every_slice_of_the_spine_is_there_and_none_beside_it() -> None:
    (stack,) = rendered()
    # slices lie 4 mm apart, the bodies at slice 6 of 13: nothing lies further than 32 mm away
    assert stack.numbers == tuple(range(1, 14))
    volume, _ = examples.spine_volume("t2", examples.T2)
    wide = np.pad(volume.array, ((10, 10), (0, 0), (0, 0)))
    (stack,) = render_stacks(
        [replace(volume, array=wide, geometry=volume.geometry.padded(slices=(10, 10)))],
        None,
        examples.measurement_of(examples.result()),
    )
    assert (stack.numbers[0], stack.numbers[-1], stack.slice_count) == (9, 25, 33)


def test_outlines_and_points_lie_on_the_bodies() -> None:
    (stack,) = rendered()
    body = next(one for one in stack.bodies if one.vertebra_id == 2)
    assert body.points_slice == pytest.approx(6.0)
    on = {one.slice: one.polygons for one in body.outlines}
    x, y = np.array(on[6][0]).T
    values = values_of(stack, 6)
    inside = values[int(y.mean()) - 3 : int(y.mean()) + 4, int(x.mean()) - 5 : int(x.mean()) + 6]
    assert (inside == inside.max()).all()
    points = np.array(body.points)
    assert x.min() - 1 < points[:, 0].min() < points[:, 0].max() < x.max() + 1


def test_movement_between_series_is_taken_out() -> None:
    volume, _ = examples.spine_volume("t2", examples.T2)
    still = rendered(volume)[0]
    moved = replace(volume, geometry=volume.geometry.moved(np.array([0.0, 6.0, -9.0])))
    (stack,) = rendered(moved, shift=(0.0, -6.0, 9.0))
    assert np.allclose(stack.affine, still.affine, atol=1e-3)
    assert stack.bodies == still.bodies


def test_a_large_study_is_rounded_and_says_so() -> None:
    volume, _ = examples.spine_volume("t2", examples.T2)
    noisy = volume.array + np.random.default_rng(3).normal(0, 30, volume.array.shape).astype(np.float32)
    (fine,) = rendered(replace(volume, array=noisy))
    (coarse,) = rendered(replace(volume, array=noisy), budget=70_000)
    (tiny,) = rendered(replace(volume, array=noisy), budget=8_000)
    assert (fine.steps, fine.exact) == (4096, False)
    assert coarse.steps < fine.steps
    assert sum(map(len, coarse.slices)) < 76_000
    assert tiny.averaged > 1
    assert sum(map(len, fine.slices)) < BUDGET_BYTES
    # a pixel of the averaged picture lies where its four did
    for stack in (coarse, tiny):
        affine = np.array(stack.affine)
        center = affine @ [stack.columns / 2 - 0.5, stack.rows / 2 - 0.5, 6, 1]
        expected = np.array(fine.affine) @ [fine.columns / 2 - 0.5, fine.rows / 2 - 0.5, 6, 1]
        assert np.allclose(center, expected, atol=1.6)


def test_axial_slices_are_cut_out_around_the_spine() -> None:
    affine = np.eye(4)
    affine[:3, 2] = (0.0, 0.0, 10.0)
    affine[:3, 3] = (-97.0, -90.0, -400.0)
    array = np.arange(60 * 200 * 200, dtype=np.float32).reshape(60, 200, 200) % 700
    axial = Volume(array=array, geometry=Geometry.of(array, affine), series_instance_uid="1.2.3", role="t2")
    stack = rendered(axial=[axial])[1]
    assert stack.plane == "axial"
    assert (stack.rows, stack.columns) == (120, 120)
    heights = [stack.affine[2][2] * k + stack.affine[2][3] for k in range(len(stack.slices))]
    centers = [vertebra.center_mm[2] for vertebra in examples.result().vertebrae]
    assert min(heights) == pytest.approx(min(centers) - 40, abs=10)
    assert max(heights) == pytest.approx(max(centers) + 40, abs=10)
    far = replace(axial, geometry=axial.geometry.moved(np.array([0.0, 0.0, 2000.0])))
    assert len(rendered(axial=[far])) == 1


def test_without_measurement_all_slices_are_shown_bare() -> None:
    volume, _ = examples.spine_volume("t2", examples.T2)
    (stack,) = render_stacks([volume], None, None)
    assert len(stack.slices) == 13
    assert stack.bodies == ()
