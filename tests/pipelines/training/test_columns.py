"""Columns whose levels are known, from SPIDER masks and the bank."""

from pathlib import Path

import numpy as np
import pytest
from skimage.io import imsave

from pipelines.training.columns import L5_INSTANCE, bank_column, spider_column, spider_columns
from tests.pipelines.training.made_slices import Map, bank_slice, spider_mask
from vcfimg.imaging.segmentation import Tissue


@pytest.fixture
def mask() -> Map:
    return spider_mask()


@pytest.fixture
def bank() -> tuple[Map, Map]:
    return bank_slice()


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


def test_patients_are_told_apart(tmp_path: Path, mask: Map) -> None:
    for kind in ("images", "masks"):
        (tmp_path / kind).mkdir()
        for name in ("7_slice3", "7_slice4", "12_slice1"):
            imsave(tmp_path / kind / f"{name}.png", mask, check_contrast=False)
    assert {p: len(c) for p, c in spider_columns(tmp_path).items()} == {"7": 2, "12": 1}
