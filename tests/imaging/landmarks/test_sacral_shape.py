"""The depth of the sacrum's segments tells of a sacralised L5 or a lumbarised S1."""

import numpy as np
import pytest

from vcfimg.imaging.landmarks.sacral_shape import NARROW, SQUARED, Sections, is_divided, transitional_sign


def sections(depths_mm: dict[tuple[int, int], float], *, slices: int = 3, pixel: float = 1.0) -> Sections:
    """Blocks of the given depths between two heights, from the front at zero, in every slice."""
    u, v = [], []
    for (top, bottom), depth in depths_mm.items():
        across, along = np.meshgrid(np.arange(0, depth, pixel), np.arange(top, bottom, pixel))
        u.append(across.ravel())
        v.append(along.ravel())
    u, v = np.tile(np.concatenate(u), slices), np.tile(np.concatenate(v), slices)
    of = np.repeat(np.arange(slices), len(u) // slices)
    return Sections(u, v, of, np.zeros(len(u), np.bool_), pixel)


L5 = sections({(-12, 12): 34})


@pytest.mark.parametrize(
    ("first", "second", "sign"),
    [(40, 18, None), (34, 23, None), (34, 31, SQUARED), (22, 16, NARROW), (30, 20, None)],
    ids=["usual", "slender", "L5 sacralised", "S1 lumbarised", "small"],
)
@pytest.mark.parametrize("pixel", [0.5, 1.0])
def test_signs(first: float, second: float, sign: str | None, pixel: float) -> None:
    assert transitional_sign(sections({(0, 28): first, (30, 52): second}, pixel=pixel), L5) == sign


def test_what_is_left_of_the_disc_does_not_make_the_second_segment_shallow() -> None:
    squared = sections({(0, 28): 34, (28, 37): 10, (37, 60): 32})
    assert transitional_sign(squared, L5) == SQUARED


def test_nothing_is_said_where_the_second_segment_is_not_seen() -> None:
    assert transitional_sign(sections({(0, 40): 22}), L5) is None


def test_nothing_is_said_where_the_image_cuts_the_sacrum() -> None:
    whole = sections({(0, 28): 34, (30, 52): 33})
    cut = Sections(whole.u, whole.v, whole.slices, whole.v > 40, 1.0)
    assert transitional_sign(cut, L5) is None
    below = Sections(whole.u, whole.v, whole.slices, whole.v > 50, 1.0)
    assert transitional_sign(below, L5) == SQUARED, "cut below what is asked for"


def test_most_slices_have_to_show_it() -> None:
    whole = sections({(0, 28): 34, (30, 52): 33})
    for shown, sign in ((1, None), (2, SQUARED)):
        kept = (whole.slices < shown) | (whole.v < 30)
        few = Sections(whole.u[kept], whole.v[kept], whole.slices[kept], whole.edge[kept], 1.0)
        assert transitional_sign(few, L5) == sign


def test_a_last_body_that_cannot_be_measured_is_not_compared() -> None:
    assert transitional_sign(sections({(0, 28): 22, (30, 52): 16}), sections({(0, 12): 34})) is None


@pytest.mark.parametrize(
    ("top", "thick", "divided"),
    [(28, 8, True), (28, 1.5, False), (-10, 8, False), (60, 8, False)],
    ids=["whole disc", "remnant", "above", "far below"],
)
def test_a_whole_disc_below_the_first_segment_is_seen(top: float, thick: float, divided: bool) -> None:
    disc = sections({(top, top + thick): 30}, pixel=0.5)
    centred = Sections(disc.u - 15, disc.v, disc.slices, disc.edge, disc.pixel_mm)
    assert is_divided(centred, np.arange(3), 33.0, 800.0) == divided


def test_a_disc_in_few_slices_does_not_divide_the_sacrum() -> None:
    disc = sections({(28, 36): 30}, slices=1)
    assert not is_divided(disc, np.arange(3), 33.0, 800.0)
    assert not is_divided(disc, np.arange(0), 33.0, 800.0)
