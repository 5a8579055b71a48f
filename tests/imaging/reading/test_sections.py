import numpy as np
import pytest
from scipy.ndimage import find_objects

from tests.imaging.box_spine import BoxSpine
from vcfimg.imaging.body_axes import Grid, find_bodies
from vcfimg.imaging.reading.sections import choose_slices, cut_sections
from vcfimg.imaging.segmentation import LabelMap


def prepared(spine: BoxSpine):  # type: ignore[no-untyped-def]
    volume, labels = spine.build()
    grid = Grid(volume.geometry)
    return volume, labels, grid, find_bodies(labels, grid, find_objects(labels.instances))


def test_thick_slices_give_the_three_nearest() -> None:
    _, _, grid, bodies = prepared(BoxSpine(slices=9, gap_mm=4.5))
    assert choose_slices(bodies[2], grid) == [3, 4, 5]


def test_thin_slices_give_those_within_four_millimetres() -> None:
    _, _, grid, bodies = prepared(BoxSpine(slices=21, gap_mm=1.0))
    chosen = np.array(choose_slices(bodies[2], grid))
    assert np.abs(chosen - 10).max() <= 4
    assert len(chosen) >= 5


def test_outline_is_read_between_pixels_from_a_probability() -> None:
    volume, labels, grid, bodies = prepared(BoxSpine())
    hard = cut_sections(volume.array, labels, [bodies[2]], grid)[0]
    soft_map = np.clip(labels.instances == 2, 0, 1).astype(np.float32)
    soft_map[:, :-1] = 0.5 * (soft_map[:, :-1] + soft_map[:, 1:])
    soft = LabelMap(labels.semantic, labels.instances, labels.geometry, soft_map)
    moved = cut_sections(volume.array, soft, [bodies[2]], grid)[0]
    middle = slice(10, -10)
    assert np.median(hard.top[middle] - moved.top[middle]) == pytest.approx(0.4, abs=0.15)


def test_room_ends_at_the_next_body() -> None:
    volume, labels, grid, bodies = prepared(BoxSpine(disc_mm=5.0))
    section = cut_sections(volume.array, labels, [bodies[2]], grid)[1]
    assert np.median(section.room) == pytest.approx(5.0, abs=1.0)


def test_spur_does_not_lengthen_the_endplate() -> None:
    volume, labels, grid, bodies = prepared(BoxSpine())
    plain = cut_sections(volume.array, labels, [bodies[2]], grid)[1]
    instances = labels.instances.copy()
    rows = np.flatnonzero((instances == 2).any(axis=(0, 2)))
    columns = np.flatnonzero((instances == 2).any(axis=(0, 1)))
    instances[:, rows[0] : rows[0] + 4, columns[0] - 9 : columns[0]] = 2
    spurred = LabelMap(labels.semantic, instances, labels.geometry)
    found = find_bodies(spurred, grid, find_objects(instances))
    section = cut_sections(volume.array, spurred, [found[2]], grid)[1]
    lengths = np.diff(section.ends, axis=1)[:, 0], np.diff(plain.ends, axis=1)[:, 0]
    assert lengths[0] == pytest.approx(lengths[1], abs=1.8)


def test_spurs_on_both_rims_are_noticed() -> None:
    volume, labels, grid, bodies = prepared(BoxSpine())
    plain = cut_sections(volume.array, labels, [bodies[2]], grid)[1]
    instances = labels.instances.copy()
    rows = np.flatnonzero((instances == 2).any(axis=(0, 2)))
    columns = np.flatnonzero((instances == 2).any(axis=(0, 1)))
    for rim in (rows[:7], rows[-7:]):
        instances[:, rim[0] : rim[-1] + 1, columns[0] - 7 : columns[0]] = 2
    spurred = LabelMap(labels.semantic, instances, labels.geometry)
    found = find_bodies(spurred, grid, find_objects(instances))
    section = cut_sections(volume.array, spurred, [found[2]], grid)[1]
    assert not plain.spurs.any()
    assert section.spurs[:, 0].all()
    lengths = np.diff(section.ends, axis=1)[:, 0], np.diff(plain.ends, axis=1)[:, 0]
    assert lengths[0] == pytest.approx(lengths[1], abs=1.8)
