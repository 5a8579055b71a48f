from dataclasses import replace

import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine, segmentation
from vcfimg.geometry import Geometry
from vcfimg.imaging.measure import measure
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.reading.signal import noise_sd
from vcfimg.imaging.segmentation import LabelMap, Tissue
from vcfimg.policy.load import load_policy


def measured(spine: BoxSpine) -> RawSpine:
    volume, labels = spine.build()
    return measure([volume], segmentation((volume.key, labels)), load_policy())


def test_quantiles_hold_marrow_alone() -> None:
    signal = measured(BoxSpine(role="stir")).vertebrae[1].signals[0]
    assert (signal.role, len(signal.quantiles)) == ("stir", 101)
    assert signal.quantiles[2] == pytest.approx(100, rel=0.06)
    assert signal.quantiles[98] == pytest.approx(100, rel=0.06)


def test_grid_runs_from_head_to_foot() -> None:
    spine = BoxSpine(role="stir")
    volume, labels = spine.build()
    array = volume.array.copy()
    rows = np.flatnonzero((labels.instances == 2).any(axis=(0, 2)))
    upper = (labels.instances == 2) & (np.arange(array.shape[1])[None, :, None] < rows[0] + len(rows) // 3)
    array[upper & (array > 90)] = 300
    bright = type(volume)(array, volume.geometry, volume.key, "stir", "1.2.3", volume.sop_instance_uids)
    grid = measure([bright], segmentation((volume.key, labels)), load_policy()).vertebrae[1].signals[0].grid
    assert len(grid) == len(grid[0]) == 6
    top = [v for v in grid[1] if v is not None]
    bottom = [v for v in grid[4] if v is not None]
    assert min(top) > 2 * max(bottom)


def test_signal_says_what_cuts_the_body() -> None:
    volume, labels = BoxSpine(role="stir").build()
    sides_shown = labels.instances.copy()
    sides_shown[[0, -1]] = 0
    rows = np.flatnonzero((sides_shown == 1).any(axis=(0, 2)))[6:]
    below = slice(int(rows[0]), None)
    geometry = Geometry.of(volume.array[:, below], volume.affine)
    shown = type(volume)(volume.array[:, below], geometry, volume.key, "stir", "1.2.3", volume.sop_instance_uids)
    for instances, expected in ((labels.instances, ("border", "stack")), (sides_shown, ("border",))):
        semantic = np.where((labels.instances > 0) & (instances == 0), 0, labels.semantic).astype(np.uint8)
        cut = LabelMap(semantic[:, below], instances[:, below], geometry)
        found = measure([shown], segmentation((volume.key, cut)), load_policy()).vertebrae
        assert [s.cut_by for s in found[0].signals] == [expected]
        assert [s.cut_by for s in found[1].signals] == [expected[1:]]


def test_csf_and_disc_are_read() -> None:
    series = measured(BoxSpine(role="t2", noise=2.0)).series[0]
    assert series.csf == pytest.approx(220, rel=0.1)
    assert series.disc == pytest.approx(140, rel=0.12)
    assert series.noise == pytest.approx(2.0, rel=0.3)


def test_voxel_spacing_is_reported() -> None:
    assert measured(BoxSpine()).series[0].voxel_mm == pytest.approx((0.8, 0.8, 4.5))


def test_contrast_enhanced_t1_gives_no_marrow_signal() -> None:
    assert measured(BoxSpine(role="t1_post")).vertebrae[1].signals == ()


def test_muscle_is_unknown_without_tissue_beside_the_canal() -> None:
    volume, labels = BoxSpine().build()
    semantic = np.where(labels.semantic == Tissue.CANAL, 0, labels.semantic).astype(np.uint8)
    marks = LabelMap(semantic, labels.instances, labels.geometry)
    assert measure([volume], segmentation((volume.key, marks)), load_policy()).series[0].muscle is None


def test_turned_images_show_the_same_muscle_and_shading() -> None:
    spine = BoxSpine(role="t1", around=60.0, slices=9, shading=0.4)
    volume, labels = spine.build()
    array = volume.array.copy()
    array[:, :, :20] = 150.0  # something else in front
    upright = replace(volume, array=array)
    swapped, turn = volume.geometry.rearranged(array, (1, 0, 2), (False, False, False))
    lying = replace(volume, array=np.ascontiguousarray(swapped), geometry=turn)
    turned = LabelMap(labels.semantic.swapaxes(1, 2), labels.instances.swapaxes(1, 2), turn)
    one = measure([upright], segmentation((volume.key, labels)), load_policy()).series[0]
    other = measure([lying], segmentation((volume.key, turned)), load_policy()).series[0]
    assert one.muscle is not None
    assert other.muscle == pytest.approx(one.muscle, rel=0.03)
    assert other.disc == pytest.approx(one.disc, rel=0.03)


def test_noise_is_estimated_from_a_smooth_image() -> None:
    rng = np.random.default_rng(3)
    ramp = 200 + np.linspace(0, 60, 96)[None, :, None] + np.zeros((3, 96, 96))
    assert noise_sd((ramp + rng.normal(0, 5, ramp.shape)).astype(np.float32), [0, 1, 2]) == pytest.approx(5, rel=0.1)


def test_edema_along_an_endplate_is_counted_whole() -> None:
    spine = BoxSpine(role="stir")
    volume, labels = spine.build()
    array = volume.array.copy()
    rows = np.flatnonzero((labels.instances == 2).any(axis=(0, 2)))
    share = 0.4
    upper = (labels.instances == 2) & (np.arange(array.shape[1])[None, :, None] < rows[0] + round(share * len(rows)))
    array[upper & (array > 90)] = 300
    bright = type(volume)(array, volume.geometry, volume.key, "stir", "1.2.3", volume.sop_instance_uids)
    signal = measure([bright], segmentation((volume.key, labels)), load_policy()).vertebrae[1].signals[0]
    assert np.mean(np.array(signal.quantiles) > 200) == pytest.approx(share, abs=0.05)
