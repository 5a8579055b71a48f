import math

import pytest

from vcfimg.loaders.stacks.plane import extent, normal, plane_of, valid_orientation
from vcfimg.loaders.study import Frame, Header, Orientation


def turned(degrees: float) -> Orientation:
    """A sagittal plane turned about the head-foot axis."""
    angle = math.radians(degrees)
    return (math.sin(angle), math.cos(angle), 0.0, 0.0, 0.0, -1.0)


@pytest.mark.parametrize(
    ("orientation", "plane"),
    [
        ((0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "sagittal"),
        ((0.0, -1.0, 0.0, 0.0, 0.0, 1.0), "sagittal"),
        ((1.0, 0.0, 0.0, 0.0, 0.0, -1.0), "coronal"),
        ((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), "axial"),
    ],
)
def test_plane_of_straight_images(orientation: Orientation, plane: str) -> None:
    assert plane_of(orientation) == (plane, 0.0)


@pytest.mark.parametrize("degrees", [5, 20, 35, 44])
def test_obliquity_is_the_angle_to_the_nearest_plane(degrees: float) -> None:
    plane, obliquity = plane_of(turned(degrees))
    assert plane == "sagittal"
    assert obliquity == pytest.approx(degrees)


def test_beyond_half_a_right_angle_another_plane_is_nearer() -> None:
    assert plane_of(turned(50))[0] == "coronal"


def test_normal_is_row_times_column() -> None:
    assert normal((1.0, 0.0, 0.0, 0.0, 1.0, 0.0)) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("numbers", [(), (1.0, 0, 0), (1.0, 0, 0, 1.0, 0, 0), (0.0,) * 6, (2.0, 0, 0, 0, 2.0, 0)])
def test_impossible_cosines_are_refused(numbers: tuple[float, ...]) -> None:
    assert valid_orientation(numbers) is None


def test_extent_runs_over_pixel_centres() -> None:
    header = Header(rows=11, columns=21, pixel_spacing=(2.0, 1.0))
    frames = [Frame("", "", (x, -10.0, 100.0)) for x in (0.0, 4.0)]
    sagittal = turned(0)
    assert extent(frames, sagittal, header, 0) == (0.0, 4.0)
    assert extent(frames, sagittal, header, 1) == (-10.0, 10.0)
    assert extent(frames, sagittal, header, 2) == (80.0, 100.0)


def test_extent_without_spacing_is_unknown() -> None:
    assert extent([Frame("", "", (0.0, 0.0, 0.0))], turned(0), Header(rows=4, columns=4), 2) is None
