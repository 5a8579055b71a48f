import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine
from vcfimg.imaging.body_axes import Grid, find_bodies
from vcfimg.imaging.reading.endplates import fit_endplates, six_values
from vcfimg.imaging.reading.sections import cut_sections
from vcfimg.imaging.segmentation import LabelMap


def fitted(spine: BoxSpine, *, labels: LabelMap | None = None, body: int = 2):  # type: ignore[no-untyped-def]
    from scipy.ndimage import find_objects

    volume, own = spine.build()
    marks = labels or own
    grid = Grid(volume.geometry)
    bodies = find_bodies(marks, grid, find_objects(marks.instances))
    sections = cut_sections(volume.array, marks, [bodies[body]], grid)
    return sections, fit_endplates(sections, spine.noise, flank_offset_mm=0.4)


@pytest.mark.parametrize(
    "spine",
    [
        BoxSpine(),
        BoxSpine(lean_deg=14.0),
        BoxSpine(offset_px=(0.0, 0.0)),
        BoxSpine(pixel_mm=0.5),
        BoxSpine(pixel_mm=1.0, blur_mm=0.7),
        BoxSpine(marrow=200, disc=60, csf=30),
        BoxSpine(marrow=30, disc=160),
        BoxSpine(disc=20),
        BoxSpine(plate_mm=1.6),
        BoxSpine(disc_mm=3.5),
        BoxSpine(noise=8.0),
    ],
    ids=["plain", "lean", "on-pixel", "fine", "coarse", "t1", "stir", "dark-disc", "thick-plate", "thin-disc", "noisy"],
)
def test_heights_are_read_to_a_fraction_of_a_pixel(spine: BoxSpine) -> None:
    _, plates = fitted(spine)
    assert np.median(plates.heights, axis=0) == pytest.approx(spine.truth(1), abs=0.3)


def test_wedge_keeps_its_three_heights() -> None:
    spine = BoxSpine(anterior_mm=(25, 17, 25))
    _, plates = fitted(spine)
    assert np.median(plates.heights, axis=0) == pytest.approx(spine.truth(1), abs=0.3)


def test_pit_in_the_middle_is_left_out() -> None:
    spine = BoxSpine(pit_mm=5.0)
    _, plates = fitted(spine)
    assert np.median(plates.heights, axis=0) == pytest.approx(spine.truth(1), abs=0.3)


@pytest.mark.parametrize("change_px", [-1, 1])
def test_mask_too_small_or_too_large_changes_nothing(change_px: int) -> None:
    from scipy.ndimage import binary_dilation, binary_erosion

    spine = BoxSpine()
    _, labels = spine.build()
    instances = np.zeros_like(labels.instances)
    cross = np.array([[[0, 1, 0], [1, 1, 1], [0, 1, 0]]], bool)
    for i in (1, 2, 3):
        mask = labels.instances == i
        changed = binary_dilation(mask, cross) if change_px > 0 else binary_erosion(mask, cross)
        instances[changed] = i
    wrong = LabelMap(labels.semantic, instances, labels.geometry)
    _, plates = fitted(spine, labels=wrong)
    assert np.median(plates.heights, axis=0) == pytest.approx(spine.truth(1), abs=0.25)
    assert np.median(plates.mask_heights - plates.heights) == pytest.approx(1.6 * change_px, abs=0.5)


def test_where_nothing_is_seen_the_mask_decides() -> None:
    spine = BoxSpine(marrow=50, disc=50, plate=50, around=50, csf=50, noise=4.0)
    _, plates = fitted(spine)
    assert np.median(plates.heights, axis=0) == pytest.approx(np.median(plates.mask_heights, axis=0), abs=1.0)
    assert plates.confidence.mean() < 0.5
    clear = fitted(BoxSpine())[1]
    assert plates.edge_error.mean() > 2 * clear.edge_error.mean()


def test_corner_is_continued_in_a_straight_line_past_its_rounding() -> None:
    position = np.linspace(0, 1, 101)[None]
    flat = np.full_like(position, 10.0)
    rounded = flat - 40 * np.square(np.clip(0.09 - position, 0, None)) * 100
    values, _ = six_values(position, rounded, np.ones_like(position))
    assert values[0] == pytest.approx([10.0, 10.0, 10.0], abs=1e-6)


def test_middle_is_read_at_mid_depth() -> None:
    position = np.linspace(0, 1, 101)[None]
    values, _ = six_values(position, np.square(position - 0.5) * 8, np.ones_like(position))
    assert values[0, 1] == pytest.approx(0.0, abs=0.05)
    assert values[0, 0] > 0.8
