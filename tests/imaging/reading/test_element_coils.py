"""The field of a coil of several elements is followed along the spine, and edema is not taken for it."""

import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine
from vcfimg.imaging.body_axes import Grid
from vcfimg.imaging.reading.shading import estimate_shading

SEVEN = {"anterior_mm": (25.0,) * 7, "posterior_mm": (25.0,) * 7, "pixel_mm": 1.0, "noise": 2.0}


def levels(spine: BoxSpine, period_mm: float, swing: float, phase: float) -> np.ndarray:
    """Median marrow signal of each body under such a coil, the field removed."""
    volume, labels = spine.build()
    grid = Grid(volume.geometry)
    rows = np.arange(volume.shape[1]) * grid.spacing[1]
    coil = 1 + swing * np.cos(2 * np.pi * (rows / period_mm + phase))
    array = (volume.array * coil[:, None]).astype(np.float32)
    field = estimate_shading(array, labels, grid)
    out = []
    for body in range(1, 8):
        z, r, c = np.nonzero(labels.instances == body)
        xyz = np.stack([c, r, z], axis=1) * grid.spacing
        out.append(np.median(array[z, r, c] / field.at(xyz)))
    return np.array(out)


@pytest.mark.parametrize("period_mm", [80.0, 120.0, 160.0])
@pytest.mark.parametrize("phase", [0.0, 0.4])
def test_swing_along_the_spine_is_removed(period_mm: float, phase: float) -> None:
    found = levels(BoxSpine(**SEVEN), period_mm, 0.35, phase)
    assert found == pytest.approx(np.full(7, found.mean()), rel=0.15)


@pytest.mark.parametrize("bright", [1, 3, 5])
def test_bright_body_under_such_a_coil_stays_bright(bright: int) -> None:
    found = levels(BoxSpine(bright=bright, bright_signal=250.0, **SEVEN), 110.0, 0.35, 0.2)
    assert found[bright] / np.median(np.delete(found, bright)) == pytest.approx(2.5, rel=0.25)
