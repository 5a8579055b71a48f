"""Patterns of bright marrow on the 6 x 6 map."""

import pytest

from tests.imaging.raw_spines import NUMBERS
from vcfimg.imaging.findings.edema_pattern import edema_pattern


def grid(*rows: str) -> list[list[float | None]]:
    """``#`` bright, ``.`` normal, ``-`` no marrow."""
    return [[{"#": 200.0, ".": 100.0, "-": None}[cell] for cell in row] for row in rows]


DARK = "......"


@pytest.mark.parametrize(
    ("rows", "pattern"),
    [
        ((DARK,) * 6, None),
        (("######",) * 6, "diffuse"),
        (("######",) * 4 + (DARK,) * 2, "diffuse"),
        ((DARK, "######", "#####.", DARK, DARK, DARK), "band"),
        (("######", "######", DARK, DARK, DARK, DARK), "band"),
        ((DARK, DARK, "..##..", "..##..", DARK, DARK), "focal"),
        (("######", DARK, DARK, DARK, DARK, DARK), "endplate"),
        (("####..", DARK, DARK, DARK, DARK, "..####"), "endplate"),
        (("------", "###---", "###---", "###---", "###---", "------"), "diffuse"),
    ],
)
def test_patterns(rows: tuple[str, ...], pattern: str | None) -> None:
    assert edema_pattern(grid(*rows), 150.0, 0.3, NUMBERS) == pattern


def test_a_fraction_free_of_edema_has_no_pattern() -> None:
    assert edema_pattern(grid(*("######",) * 6), 150.0, 0.05, NUMBERS) == "none"
