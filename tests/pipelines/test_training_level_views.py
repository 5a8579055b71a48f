"""Training views of the level network: what they show, and what they must not show."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the training extra is not installed")
from numpy.typing import NDArray
from skimage.io import imsave

from pipelines.training.level_views import (
    BODY,
    L5_INSTANCE,
    LAST_BANK_SEED,
    OUTSIDE,
    SIZE,
    Column,
    LevelViews,
    bank_column,
    collapsed,
    spider_column,
    spider_columns,
    view,
    views,
)
from vcfimg.imaging.segmentation import Tissue

Map = NDArray[np.uint8]


@pytest.fixture
def mask() -> Map:
    """SPIDER labels: five vertebrae, each with a disc below it, and the canal."""
    out = np.zeros((260, 160), np.uint8)
    out[5:255, 90:104] = 3
    for top in range(15, 215, 42):
        out[top : top + 30, 50:88] = 1
        out[top + 31 : top + 39, 52:86] = 2
        out[top + 5 : top + 20, 110:130] = 1
    return out


def bank_slice() -> tuple[Map, Map]:
    """Labels and instances of a slice of the bank."""
    label, instance = np.zeros((300, 160), np.uint8), np.zeros((300, 160), np.uint8)
    label[5:290, 90:104] = Tissue.CANAL
    for k, top in enumerate(range(15, 215, 42)):
        label[top : top + 30, 50:88] = Tissue.BODY
        instance[top : top + 30, 50:88] = L5_INSTANCE - 4 + k
        label[top + 31 : top + 39, 52:86] = Tissue.DISC
    label[225:280, 50:88] = Tissue.SACRUM
    return label, instance


@pytest.fixture
def bank() -> tuple[Map, Map]:
    return bank_slice()


def write_bank(folder: Path, *seeds: int) -> None:
    """People of the bank who all look the same."""
    label, instance = bank_slice()
    arrays = {f"{name}{k}": a for k in (0, 1) for name, a in (("label", label), ("instance", instance))}
    for seed in seeds:
        np.savez(folder / f"{seed:06d}.npz", **arrays)


def test_spider_bodies_are_counted_from_the_lowest_disc(mask: Map) -> None:
    column = spider_column(mask)
    assert column is not None
    spots = column.spots()
    assert [column.places[k] for k in spots] == [0, 1, 2, 3, 4]
    rows = [centre[0] for centre, _ in spots.values()]
    assert rows == sorted(rows, reverse=True)


def test_a_spider_slice_without_the_disc_below_l5_tells_no_levels(mask: Map) -> None:
    mask[200:] = 0
    assert spider_column(mask) is None


def test_a_spider_slice_that_misses_a_body_tells_no_levels(mask: Map) -> None:
    mask[99:129, 50:88] = 0
    assert spider_column(mask) is None


def test_bank_bodies_have_their_places(bank: tuple[Map, Map]) -> None:
    column = bank_column(*bank)
    assert column is not None
    assert column.places == {L5_INSTANCE - k: k for k in range(5)}


@pytest.mark.parametrize("shift", [-1, 1], ids=["four lumbar", "six lumbar"])
def test_people_with_another_count_are_left_out(bank: tuple[Map, Map], shift: int) -> None:
    label, instance = bank
    assert bank_column(label, np.where(instance > 0, instance.astype(int) + shift, 0).astype(np.uint8)) is None


def test_slices_beside_the_canal_are_left_out(bank: tuple[Map, Map]) -> None:
    label, instance = bank
    label[label == Tissue.CANAL] = 0
    assert bank_column(label, instance) is None


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


def test_no_bone_below_the_lowest_body_is_shown(bank: tuple[Map, Map]) -> None:
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


def test_patients_are_told_apart(tmp_path: Path, mask: Map) -> None:
    for kind in ("images", "masks"):
        (tmp_path / kind).mkdir()
        for name in ("7_slice3", "7_slice4", "12_slice1"):
            imsave(tmp_path / kind / f"{name}.png", mask, check_contrast=False)
    assert {p: len(c) for p, c in spider_columns(tmp_path).items()} == {"7": 2, "12": 1}
