import numpy as np
import pytest

from vcfimg.reports.pictures.slice_codec import expected_bytes, pack, unpack


@pytest.mark.parametrize("steps", [64, 96, 256, 1024, 4096, 65536])
def test_every_value_comes_back(steps: int) -> None:
    values = np.random.default_rng(steps).integers(0, steps, (23, 17))
    values[0, 0], values[-1, -1] = 0, steps - 1
    assert np.array_equal(unpack(pack(values, steps), 23, 17, steps), values)


def test_smooth_image_takes_little() -> None:
    rows, columns = np.mgrid[0:200, 0:150]
    assert len(pack((rows + columns) % 4096, 4096)) < 2000


def test_expectation_is_near_what_is_taken() -> None:
    values = np.clip(np.random.default_rng(1).normal(500, 12, (200, 150)), 0, 4095).astype(int)
    assert expected_bytes(values, 4096) * values.size == pytest.approx(len(pack(values, 4096)), rel=0.08)
