"""Real volumes are read under every alteration, and the table tells what was read."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.stress.real_volumes import ALTERATIONS, AS_THEY_ARE, COLLAPSED, fractures, moved_mm, table
from tests.pipelines.stress.alterations.altered_cases import KEY, two_bodies
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.imaging.raw import Heights


@pytest.mark.parametrize("name", ALTERATIONS)
def test_image_and_mask_keep_one_shape(name: str) -> None:
    changed = ALTERATIONS[name](two_bodies(), np.random.default_rng(1))
    assert changed.volumes[0].shape == changed.masks[KEY].shape
    assert np.isfinite(changed.volumes[0].array).all()


def test_fractures_are_told_by_number() -> None:
    rows = [
        BodyRow("a", "T2", "L3", True, True, measured=True, fractured=True, fractured_true=True),
        BodyRow("a", "T2", "L4", True, True, measured=True, fractured=False, fractured_true=True),
        BodyRow("a", "T2", "L5", True, True, measured=True, fractured=False, fractured_true=False),
    ]
    text = fractures([(COLLAPSED, CaseRow(case="a", contrast="T2"), rows)], COLLAPSED)
    assert "found 1 of 2, none seen in 1 of 1 others" in text


def test_table_counts_right_wrong_and_missing_names() -> None:
    rows = [
        BodyRow("name", "T2", "L3", True, True, named="L3", measured=True, fractured=True, fractured_true=False),
        BodyRow("name", "T2", "L4", True, True, named="L5", measured=True, fractured=True, fractured_true=True),
        BodyRow("name", "T2", "L5", True, True, named=None),
    ]
    row = CaseRow(case="name", contrast="T2", bodies=3, found=3, false_bodies=1)
    text = table([(name, replace(row), rows) for name in ALTERATIONS])
    assert text.count("| 3 of 3 | 1.00 | 1 / 1 / 1 |") == len(ALTERATIONS)
    assert text.count("| 2 | 1 |") == len(ALTERATIONS)


def test_heights_are_compared_with_those_of_the_volume_as_it_is() -> None:
    def read(name: str, level: str, anterior: float, middle: float | None = None) -> tuple[str, CaseRow, list[BodyRow]]:
        heights = Heights(anterior=anterior, middle=middle)
        row = BodyRow("name", "T2", level, True, True, measured=True, height_mm=heights)
        return name, CaseRow(case="name", contrast="T2"), [row]

    plain = [read(AS_THEY_ARE, "L3", 25.0, 23.0), read(AS_THEY_ARE, "L4", 26.0)]
    thick = [
        read("4 mm slices", "L3", 25.5, 22.0),
        read("4 mm slices", "L4", 26.0, 24.0),
        read("4 mm slices", "L5", 9.0),
    ]
    assert moved_mm([*plain, *thick], "4 mm slices") == pytest.approx((0.5 + 1.0 + 0.0) / 3)
    assert moved_mm(plain, AS_THEY_ARE) == 0
    assert moved_mm(plain, "4 mm slices") is None
