import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine
from vcfimg.imaging.body_axes import Grid
from vcfimg.imaging.reading.shading import by_block_and_signal, estimate_shading
from vcfimg.imaging.segmentation import LabelMap


def body_levels(spine: BoxSpine) -> np.ndarray:
    """Median marrow signal of each body, shading removed."""
    volume, labels = spine.build()
    grid = Grid(volume.geometry)
    shading = estimate_shading(volume.array, labels, grid)
    out = []
    for i in range(1, len(spine.anterior_mm) + 1):
        z, r, c = np.nonzero(labels.instances == i)
        xyz = np.stack([c, r, z], axis=1) * grid.spacing
        out.append(np.median(volume.array[z, r, c] / shading.at(xyz)))
    return np.array(out)


FIVE = {"anterior_mm": (25.0,) * 5, "posterior_mm": (25.0,) * 5, "pixel_mm": 1.0}


def test_fall_off_along_the_coil_is_removed() -> None:
    levels = body_levels(BoxSpine(shading=1.0, noise=2.0, **FIVE))
    assert levels == pytest.approx(np.full(5, levels.mean()), rel=0.06)


def test_bright_body_stays_bright() -> None:
    levels = body_levels(BoxSpine(shading=0.8, noise=2.0, bright=1, bright_signal=250.0, **FIVE))
    assert levels[1] / np.median(np.delete(levels, 1)) == pytest.approx(2.5, rel=0.12)


def test_bright_body_at_the_end_stays_bright() -> None:
    levels = body_levels(BoxSpine(shading=0.8, noise=2.0, bright=4, bright_signal=250.0, **FIVE))
    assert levels[4] / np.median(levels[:4]) == pytest.approx(2.5, rel=0.2)


def test_even_image_stays_even() -> None:
    volume, labels = BoxSpine(noise=2.0, **FIVE).build()
    grid = Grid(volume.geometry)
    field = estimate_shading(volume.array, labels, grid)
    corners = np.array([[20.0, 20.0, 5.0], [70.0, 150.0, 10.0]])
    assert field.at(corners) == pytest.approx(np.ones(2), abs=0.12)


def test_one_key_orders_by_block_and_then_by_signal() -> None:
    rng = np.random.default_rng(3)
    block = rng.integers(0, 9000, 4000)
    signal = rng.choice(np.array([-3e5, -2.5, -1e-9, 0.0, 1e-9, 0.5, 7.0, 3e7], np.float32), 4000)
    order = by_block_and_signal(block, signal)
    expected = np.lexsort((signal, block))
    np.testing.assert_array_equal(block[order], block[expected])
    np.testing.assert_array_equal(signal[order], signal[expected])


def test_empty_labels_give_no_field() -> None:
    volume, labels = BoxSpine().build()
    empty = LabelMap(np.zeros_like(labels.semantic), np.zeros_like(labels.instances), labels.geometry)
    assert estimate_shading(volume.array, empty, Grid(volume.geometry)).at(np.zeros((1, 3))) == pytest.approx([1.0])
