"""Training views of the level network: what they show, and what they must not show."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

from pipelines.training.columns import Column, bank_column
from pipelines.training.level_views import BODY, LAST_BANK_SEED, OUTSIDE, SIZE, LevelViews, collapsed, view, views
from tests.pipelines.training.made_slices import Map, bank_slice, write_bank
from vcfimg.imaging.segmentation import Tissue


@pytest.fixture
def bank() -> tuple[Map, Map]:
    return bank_slice()


def test_views_have_every_level_and_end_below_the_lowest_body(bank: tuple[Map, Map]) -> None:
    column = bank_column(*bank)
    assert column is not None
    rng = np.random.default_rng(0)
    found = [v for _ in range(60) for v in views(column, rng)]
    assert {place for _, place in found} == {0, 1, 2, 3, 4}
    for x, _ in found:
        assert x.shape == (5, SIZE, SIZE)
        assert not (x[:4].any(0) & (x[4] == 0)).any()
    assert all((x[4] == 0).any() for x, place in found if place == 0)


def test_the_sacrum_is_not_shown(bank: tuple[Map, Map]) -> None:
    """L5 looks the same with and without the sacrum below it."""
    label, instance = bank
    without = label.copy()
    without[label == Tissue.SACRUM] = 0
    with_sacrum, other = bank_column(label, instance), bank_column(without, instance)
    assert with_sacrum is not None
    assert other is not None
    for seed in range(20):
        pairs = zip(
            views(with_sacrum, np.random.default_rng(seed)), views(other, np.random.default_rng(seed)), strict=True
        )
        assert all(np.array_equal(a, b) and p == q for (a, p), (b, q) in pairs)


def test_a_view_is_centred_on_its_body() -> None:
    codes = np.full((200, 200), OUTSIDE, np.uint8)
    codes[90:110, 90:110] = BODY
    seen = view(codes, np.array([99.5, 99.5]), 20.0, np.random.default_rng(1))
    at = np.argwhere(seen == BODY).mean(0)
    assert np.abs(at - SIZE / 2).max() < 6


def test_collapse_keeps_the_places(bank: tuple[Map, Map]) -> None:
    column = bank_column(*bank)
    assert column is not None
    rng = np.random.default_rng(3)
    changed = [c for _ in range(40) if (c := collapsed(column, rng)) is not column]
    assert changed
    assert all(c.places == column.places for c in changed)
    assert any((c.instances > 0).sum() < 0.95 * (column.instances > 0).sum() for c in changed)


def test_a_column_that_shows_nothing_gives_no_views() -> None:
    empty = Column(np.zeros((9, 9), np.uint8), np.zeros((9, 9), np.uint8), {})
    assert views(empty, np.random.default_rng(0)) == []


def test_only_people_to_learn_from_are_drawn(tmp_path: Path) -> None:
    write_bank(tmp_path, 3, LAST_BANK_SEED, LAST_BANK_SEED + 7)
    (tmp_path / "000004.partial.npz").touch()
    data = LevelViews(tmp_path, [], 0)
    assert [f.name for f in data.files] == ["000003.npz"]
    x, place = next(iter(data))
    assert tuple(x.shape) == (5, SIZE, SIZE)
    assert place in range(5)
