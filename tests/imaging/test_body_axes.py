from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import find_objects

from tests.imaging.box_spine import BoxSpine
from vcfimg.geometry import Geometry
from vcfimg.imaging.body_axes import Grid, field_of_view, find_bodies
from vcfimg.imaging.segmentation import LabelMap


def bodies_of(spine: BoxSpine):  # type: ignore[no-untyped-def]
    volume, labels = spine.build()
    return find_bodies(labels, Grid(volume.geometry), find_objects(labels.instances))


def test_upright_body_has_upright_axes() -> None:
    body = bodies_of(BoxSpine())[2]
    assert body.u == pytest.approx([1, 0], abs=0.02)
    assert body.v == pytest.approx([0, 1], abs=0.02)
    assert body.tilt_deg == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("lean", [-25.0, -8.0, 13.0, 30.0])
def test_axes_lean_with_the_body(lean: float) -> None:
    body = bodies_of(BoxSpine(lean_deg=lean))[2]
    assert np.rad2deg(np.arctan2(-body.v[0], body.v[1])) == pytest.approx(lean, abs=1.5)


@pytest.mark.parametrize("lean", [-15.0, 0.0, 15.0])
@pytest.mark.parametrize("anterior", [10.0, 15.0, 20.0])
def test_a_sunken_upper_endplate_does_not_turn_the_axes(anterior: float, lean: float) -> None:
    """The smallest box around a steep wedge lies along its sunken endplate; its walls still stand."""
    spine = BoxSpine(lean_deg=lean)
    volume, labels = spine.build()
    grid = Grid(volume.geometry)
    body = find_bodies(labels, grid, find_objects(labels.instances))[2]
    instances = labels.instances.copy()
    k, r, c = np.nonzero(instances == 2)
    from_centre = np.stack([c, r], axis=1) * grid.spacing[:2] - body.centre[:2]
    share = from_centre @ body.u / spine.depth_mm + 0.5
    above = -(from_centre @ body.v) > anterior - 12.5 + (27.0 - anterior) * share
    instances[k[above], r[above], c[above]] = 0
    wedge = find_bodies(replace(labels, instances=instances), grid, find_objects(instances))[2]
    assert np.rad2deg(np.arctan2(-wedge.v[0], wedge.v[1])) == pytest.approx(lean, abs=5.0)


@pytest.mark.parametrize("tilt", [-12.0, 10.0])
def test_lateral_tilt_is_found(tilt: float) -> None:
    body = bodies_of(BoxSpine(lateral_deg=tilt, slices=9))[2]
    assert body.tilt_deg == pytest.approx(tilt, abs=3.0)


def test_body_at_the_edge_of_the_image_is_on_the_border() -> None:
    volume, labels = BoxSpine().build()
    rows = np.flatnonzero((labels.instances == 1).any(axis=(0, 2)))
    geometry = volume.geometry.padded(rows=(-int(rows[5]), 0))
    cut = LabelMap(labels.semantic[:, rows[5] :], labels.instances[:, rows[5] :], geometry)
    found = find_bodies(cut, Grid(cut.geometry), find_objects(cut.instances))
    assert (found[1].on_border, found[2].on_border) == (True, False)


@pytest.mark.parametrize("shape", [np.s_[3:8, 3:8], np.s_[3:4, 3:20], np.s_[3:20, 3:4], np.s_[3:4, 3:4]])
def test_splinter_is_listed_as_a_fragment(shape: tuple[slice, slice]) -> None:
    volume, labels = BoxSpine().build()
    instances = labels.instances.copy()
    instances[2][shape] = 4
    found = find_bodies(
        LabelMap(labels.semantic, instances, volume.geometry), Grid(volume.geometry), find_objects(instances)
    )
    assert found[4].fragment
    assert np.isfinite(found[4].v).all()
    assert not found[1].fragment


def test_a_body_that_its_middle_slices_do_not_show_has_axes() -> None:
    volume, labels = BoxSpine(slices=15).build()
    instances = labels.instances.copy()
    where = np.flatnonzero((instances == 2).any(axis=(1, 2)))
    assert len(where) > 4
    instances[where[1:-1]] = np.where(instances[where[1:-1]] == 2, 0, instances[where[1:-1]])
    found = find_bodies(
        LabelMap(labels.semantic, instances, volume.geometry), Grid(volume.geometry), find_objects(instances)
    )
    assert np.isfinite(found[2].v).all()
    assert found[2].v == pytest.approx([0, 1], abs=0.05)


def test_coronal_stack_is_not_sagittal() -> None:
    assert Grid(Geometry((1, 1, 1), np.diag([1.0, 1.0, 1.0, 1.0])[[2, 0, 1, 3]])).sagittal
    assert not Grid(Geometry((1, 1, 1), np.eye(4))).sagittal


def test_rows_and_columns_that_a_scanner_padded_are_outside_the_field_of_view() -> None:
    array = np.zeros((3, 40, 30), np.float32)
    array[:, 6:35, 2:28] = np.random.default_rng(0).random((3, 29, 26))
    assert field_of_view(array) == (slice(6, 35), slice(2, 28))
    noisy = array + np.random.default_rng(1).random(array.shape, np.float32) * 0.01
    noisy[:, 1:3, 1:3] = 1.0
    assert field_of_view(noisy)[0] == slice(6, 35), "noise and a mark in the padding are no image"
    assert field_of_view(noisy.swapaxes(1, 2), along=1)[1] == slice(6, 35)
    noisy[1] = 0.0
    assert field_of_view(noisy)[0] == slice(6, 35), "a slice without signal"
    assert field_of_view(np.zeros((1, 4, 4), np.float32)) == (slice(0, 0), slice(0, 0))
