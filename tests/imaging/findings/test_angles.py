"""Endplate angles: kyphosis and anterior wedging are positive."""

from math import atan, degrees

import pytest

from tests.imaging.raw_spines import body
from vcfimg.imaging.findings.angles import cobb_angle, wedge_angle
from vcfimg.imaging.raw import Heights


def test_wedge_angle_by_hand() -> None:
    wedge = body(1, 0.0, Heights(anterior=14.0, middle=17.0, posterior=20.0), depth=30.0)
    assert wedge_angle(wedge) == pytest.approx(2 * degrees(atan(3 / 30)))


def test_lordotic_wedge_is_negative() -> None:
    found = wedge_angle(body(1, 0.0, Heights(anterior=26.0, middle=24.0, posterior=22.0), depth=30.0))
    assert found is not None
    assert found < 0


def test_cobb_angle_adds_the_outer_endplates() -> None:
    # Each body's plates tilt by atan(3 / 30) towards the other.
    upper = body(1, 30.0, Heights(anterior=14.0, middle=17.0, posterior=20.0), depth=30.0)
    lower = body(2, 0.0, Heights(anterior=14.0, middle=17.0, posterior=20.0), depth=30.0)
    assert cobb_angle(upper, lower) == pytest.approx(2 * degrees(atan(3 / 30)))


def test_parallel_plates_have_no_angle() -> None:
    square = Heights(anterior=20.0, middle=20.0, posterior=20.0)
    assert cobb_angle(body(1, 30.0, square), body(2, 0.0, square)) == pytest.approx(0.0)


def test_without_points_there_is_no_angle() -> None:
    bare = body(1, 0.0, Heights(), points_mm=None)
    assert wedge_angle(bare) is None
    assert cobb_angle(bare, body(2, -30.0, Heights())) is None
