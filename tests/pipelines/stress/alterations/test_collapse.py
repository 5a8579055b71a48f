"""A body made to collapse loses what was asked for, and nothing else changes its shape."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import rotate

from pipelines.stress.alterations.collapse import Collapse, blank_rows, collapse_field, random_collapse, shown

UPPER, LOWER = 7, 8
CRUSH = Collapse(0.5, 0.5, 0.5)


@pytest.fixture
def mask() -> NDArray[np.uint8]:
    """Two bodies 30 rows high, a disc of 10 rows between them."""
    out = np.zeros((2, 140, 100), np.uint8)
    out[:, 30:60, 30:70] = UPPER
    out[:, 70:100, 30:70] = LOWER
    return out


def heights(mask: NDArray[np.uint8], label: int) -> NDArray[np.intp]:
    """Rows of a body at its anterior end, in its middle and at its posterior end."""
    columns = np.flatnonzero((mask[0] == label).any(0))
    at = [columns[2], columns[len(columns) // 2], columns[-3]]
    return (mask[0] == label).sum(0)[at]


@pytest.mark.parametrize(
    ("lost", "left"),
    [(CRUSH, (15, 15, 15)), (Collapse(0.6, 0.3, 0.0), (12, 21, 30)), (Collapse(0, 0.5, 0), (29, 15, 29))],
)
def test_a_body_loses_what_was_asked_for(mask: NDArray[np.uint8], lost: Collapse, left: tuple[int, ...]) -> None:
    after = shown(mask, collapse_field(mask, LOWER, lost, 1.0), order=0, outside=0)
    np.testing.assert_allclose(heights(after, LOWER), left, atol=2.5)


def test_the_body_above_keeps_its_shape_and_follows(mask: NDArray[np.uint8]) -> None:
    after = shown(mask, collapse_field(mask, LOWER, CRUSH, 1.0), order=0, outside=0)
    np.testing.assert_allclose(heights(after, UPPER), 30, atol=1)
    moved = np.argwhere(after == UPPER).mean(0) - np.argwhere(mask == UPPER).mean(0)
    np.testing.assert_allclose(moved, (0, 15, 0), atol=1)


def test_below_the_body_nothing_moves(mask: NDArray[np.uint8]) -> None:
    image = np.random.default_rng(0).uniform(size=mask.shape).astype(np.float32)
    after = shown(image, collapse_field(mask, LOWER, CRUSH, 1.0), order=1)
    np.testing.assert_array_equal(after[:, 104:, 32:68], image[:, 104:, 32:68])


def test_rows_without_content_are_counted(mask: NDArray[np.uint8]) -> None:
    assert blank_rows(collapse_field(mask, LOWER, CRUSH, 1.0)) == pytest.approx(15, abs=1)


def test_a_leaning_body_is_pressed_along_its_own_axis(mask: NDArray[np.uint8]) -> None:
    leaning = rotate(mask, 25, axes=(1, 2), reshape=False, order=0)
    after = shown(leaning, collapse_field(leaning, LOWER, CRUSH, 1.0), order=0, outside=0)
    upright = rotate(after, -25, axes=(1, 2), reshape=False, order=0)
    np.testing.assert_allclose(heights(upright, LOWER), 15, atol=2)
    np.testing.assert_allclose(heights(upright, UPPER), 30, atol=2)


def test_the_displacement_has_no_jump(mask: NDArray[np.uint8]) -> None:
    rows = collapse_field(mask, LOWER, Collapse(0.2, 0.6, 0.1), 1.0)[:, 0]
    assert np.abs(np.diff(rows, axis=1)).max() < 4
    assert np.diff(rows, axis=1).min() >= 0


def test_a_body_that_is_not_there_is_refused(mask: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="no body 9"):
        collapse_field(mask, 9, CRUSH, 1.0)


def test_random_collapses_are_fractures() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        lost = random_collapse(rng)
        assert 0.25 <= max(lost.anterior, lost.middle, lost.posterior) <= 0.65
        assert min(lost.anterior, lost.middle, lost.posterior) >= 0
