from dataclasses import replace

import numpy as np
import pydicom
import pytest

from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.intensity import is_padding, padding_range, to_signal
from vcfimg.loaders.pixels.pixel_format import PixelFormat
from vcfimg.loaders.pixels.slices import Slice

FORM = PixelFormat("PixelData", "1.2.840.10008.1.2.1", 1, 4, 1, 16, 12, 11, False, False, False, False)
SIGNED = replace(FORM, signed=True)
FLOAT = replace(FORM, keyword="FloatPixelData", bits_allocated=32, bits_stored=32)
HEADER = Slice("1.2", 0, (0, 0, 0), (0, 1, 0, 0, 0, -1), (1, 1), 1, 4)
STORED = np.array([[0, 1, 2000, 4095]])


def test_rescale_is_applied():
    signal = to_signal(STORED, FORM, replace(HEADER, slope=0.5, intercept=-10))
    np.testing.assert_array_equal(signal, [[-10, -9.5, 990, 2037.5]])
    assert signal.dtype == np.float32


def test_monochrome1_is_the_same_image_mirrored_in_its_range():
    header = replace(HEADER, slope=0.25, intercept=3)
    plain = to_signal(STORED, FORM, header)
    np.testing.assert_array_equal(to_signal(4095 - STORED, replace(FORM, inverted=True), header), plain)


def test_signed_monochrome1_is_mirrored_about_minus_one_half():
    stored = np.array([[-2048, -1, 0, 2047]])
    np.testing.assert_array_equal(to_signal(-1 - stored, replace(SIGNED, inverted=True), HEADER), stored)


def test_float_monochrome1_is_negated():
    np.testing.assert_array_equal(to_signal(-STORED.astype(float), replace(FLOAT, inverted=True), HEADER), STORED)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_values_that_are_not_finite_are_refused(value):
    with pytest.raises(LoadError) as caught:
        to_signal(np.array([[value]]), FLOAT, HEADER)
    assert caught.value.code == "invalid_pixel_values"


def dataset(**facts):
    result = pydicom.Dataset()
    for keyword, value in facts.items():
        setattr(result, keyword, value)
    return result


@pytest.mark.parametrize(
    ("facts", "form", "expected"),
    [
        ({}, FORM, None),
        ({"PixelPaddingValue": 0}, FORM, (0, 0)),
        ({"PixelPaddingValue": 63536}, SIGNED, (-2000, -2000)),
        ({"PixelPaddingValue": -2000}, FORM, (63536, 63536)),
        ({"PixelPaddingValue": 0, "PixelPaddingRangeLimit": 20}, FORM, (0, 20)),
        ({"PixelPaddingValue": 20, "PixelPaddingRangeLimit": 0}, FORM, (0, 20)),
        ({"FloatPixelPaddingValue": -1.5}, FLOAT, (-1.5, -1.5)),
        ({"PixelPaddingValue": 5}, FLOAT, None),
    ],
)
def test_padding_range(facts, form, expected):
    assert padding_range(dataset(**facts), form) == expected


def test_padding_is_found_in_stored_values():
    np.testing.assert_array_equal(is_padding(STORED, (0, 1)), [[True, True, False, False]])
    assert not is_padding(STORED, None).any()
