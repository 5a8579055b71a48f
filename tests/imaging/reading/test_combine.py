import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine
from vcfimg.imaging.reading.combine import combine_heights, reference_series
from vcfimg.imaging.reading.series import SeriesReading, read_series

FOUR = {"anterior_mm": (25.0,) * 4, "posterior_mm": (25.0,) * 4}


def read(**changes: object) -> SeriesReading:
    volume, labels = BoxSpine(**{**FOUR, **changes}).build()  # type: ignore[arg-type]
    return read_series(volume, labels, np.zeros(3), flank_offset_mm=0.4)


def test_the_series_with_the_smallest_errors_leads() -> None:
    clear, poor = read(key="1.1"), read(key="1.2", noise=25.0, blur_mm=1.2)
    assert reference_series([poor, clear]) == "1.1"


def test_no_readings_no_reference() -> None:
    assert reference_series([]) is None


def test_constant_difference_between_contrasts_is_no_contradiction() -> None:
    one, two = read(key="1.1"), read(key="1.2", plate_mm=1.6, disc=20)
    gap = np.mean([two.bodies[i].values - one.bodies[i].values for i in one.bodies])
    key, values, error = combine_heights(2, [one, two], "1.1")
    assert abs(gap) > 0.2
    assert key == "1.1"
    assert values == pytest.approx(one.bodies[2].values, abs=0.1)
    assert (error <= one.bodies[2].error + 1e-9).all()


def test_a_single_series_keeps_its_heights_and_is_less_certain() -> None:
    one = read(key="1.1")
    key, values, error = combine_heights(3, [one], "1.1")
    assert key == "1.1"
    assert values == pytest.approx(one.bodies[3].values)
    assert (error > one.bodies[3].error).all()
