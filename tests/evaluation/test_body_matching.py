"""Which body is which, and what is false."""

import numpy as np

from vcfimg.evaluation.body_matching import false_bodies, match
from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.imaging.raw import Heights, RawVertebra

H = Heights(anterior=24.0, middle=24.0, posterior=24.0)


def true(*depths: float) -> tuple[TrueBody, ...]:
    return tuple(TrueBody(i + 1, None, (0.0, 0.0, -z), H) for i, z in enumerate(depths))


def found(*centers: tuple[float, float]) -> list[RawVertebra]:
    return [
        RawVertebra(
            id=i + 1,
            order=i + 1,
            center_mm=(0.0, y, -z),
            axis_anterior=(0, -1, 0),
            axis_left=(1, 0, 0),
            axis_superior=(0, 0, 1),
        )
        for i, (y, z) in enumerate(centers)
    ]


def case(bodies: tuple[TrueBody, ...], *, exhaustive: bool) -> Case:
    return Case("c", "T2", (), bodies, exhaustive=exhaustive)


def test_nearest_centres_match_one_to_one() -> None:
    assert match(found((0, 2), (1, 31), (0, 63)), true(0, 32, 64)) == {0: 0, 1: 1, 2: 2}


def test_two_bodies_merged_match_neither() -> None:
    assert match(found((0, 16), (0, 64)), true(0, 32, 64)) == {2: 1}


def test_a_second_piece_of_a_body_is_false() -> None:
    pieces, bodies = found((0, 1), (0, 9), (0, 32)), true(0, 32)
    matched = match(pieces, bodies)
    assert matched == {0: 0, 1: 2}
    assert false_bodies(pieces, matched, case(bodies, exhaustive=False), {}) == [2]


def test_a_body_beyond_the_traced_range_is_not_false() -> None:
    bodies = true(0, 32, 64)
    pieces = found((0, -32), (0, 0), (0, 32), (0, 64), (0, 96))
    matched = match(pieces, bodies)
    assert false_bodies(pieces, matched, case(bodies, exhaustive=False), {}) == []
    assert false_bodies(pieces, matched, case(bodies, exhaustive=True), {}) == [1, 5]


def test_a_piece_in_front_of_the_spine_is_false() -> None:
    bodies = true(0, 32, 64)
    pieces = found((0, 0), (0, 32), (0, 64), (-90, 40), (-90, 100))
    assert false_bodies(pieces, match(pieces, bodies), case(bodies, exhaustive=False), {}) == [4, 5]


def test_the_visible_part_of_a_cut_body_is_not_false() -> None:
    """Its middle lies outside the image, so that what was found has another centre."""
    bodies, pieces = true(0, 32), found((0, 0), (30, 50))
    mask = np.zeros((1, 8, 8), np.uint16)
    mask[0, 5:] = 2
    seen = np.where(mask == 2, 2, 0).astype(np.uint16)
    cut = Case("c", "T2", (), bodies, {"key": mask}, exhaustive=True)
    assert false_bodies(pieces, match(pieces, bodies), cut, {"key": seen}) == []
    assert false_bodies(pieces, match(pieces, bodies), cut, {"key": np.roll(seen, -5, axis=1)}) == [2]
