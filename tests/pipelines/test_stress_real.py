"""What is done to a real volume stays true to its mask."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.stress_real import ALTERATIONS, AS_THEY_ARE, COLLAPSED, THICK_MM, fractures, moved_mm, table
from vcfimg.evaluation.case import Case, TrueBody
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.imaging.raw import Heights
from vcfimg.loaders.volume import Volume

KEY = "1.2"


@pytest.fixture
def case() -> Case:
    affine = np.eye(4)
    affine[:3, :3] = [[0, 0, 1], [1, 0, 0], [0, -1, 0]]
    mask = np.zeros((8, 60, 40), np.uint16)
    for label, top in ((23, 5), (24, 30)):
        mask[:, top : top + 20, 10:30] = label
    image = np.full(mask.shape, 100.0, np.float32)
    image[mask > 0] = 200.0
    volume = Volume(image, affine, KEY, "t2")
    bodies = (TrueBody(23, "L4", (0, 20, -15)), TrueBody(24, "L5", (0, 20, -40)))
    return Case("name", "T2", (volume,), bodies, {KEY: mask}, exhaustive=False, sacrum_in_view=True)


def altered(case: Case, name: str) -> Case:
    return ALTERATIONS[name](case, np.random.default_rng(1))


@pytest.mark.parametrize("name", ALTERATIONS)
def test_image_and_mask_keep_one_shape(case: Case, name: str) -> None:
    changed = altered(case, name)
    assert changed.volumes[0].shape == changed.masks[KEY].shape
    assert np.isfinite(changed.volumes[0].array).all()


def test_thick_slices_stay_where_they_were(case: Case) -> None:
    thick = altered(case, "4 mm slices").volumes[0]
    assert float(thick.spacing[2]) == THICK_MM
    first = case.volumes[0].to_lps(np.array([[0.0, 0.0, 1.5]]))
    np.testing.assert_allclose(thick.to_lps(np.array([[0.0, 0.0, 0.0]])), first)


def test_one_body_in_three_is_darkened(case: Case) -> None:
    image, mask = altered(case, "a third of the bodies dark (x 0.4)").volumes[0].array, case.masks[KEY]
    middles = sorted(float(np.median(image[mask == label])) for label in (23, 24))
    assert middles == pytest.approx([80.0, 200.0], abs=0.5)


def test_a_collapsed_body_has_its_loss_and_the_other_none(case: Case) -> None:
    heights = Heights(anterior=20.0, middle=20.0, posterior=20.0)
    case = replace(case, bodies=tuple(replace(b, height_mm=heights) for b in case.bodies))
    low = altered(case, COLLAPSED)
    losses = sorted(b.index_loss or 0.0 for b in low.bodies)
    assert losses[0] == 0
    assert 20 < losses[1] <= 65
    assert not low.healthy
    for body in low.bodies:
        own = low.masks[KEY] == body.label
        rows, center = np.flatnonzero(own.any((0, 2))), low.volumes[0].to_lps(np.argwhere(own).mean(0)[::-1])
        assert (len(rows) < 20) == ((body.index_loss or 0) > 0)
        np.testing.assert_allclose(center, body.center_mm)
    image = low.volumes[0].array
    assert image[low.masks[KEY] > 0].mean() > 180


def test_fractures_are_told_by_number() -> None:
    rows = [
        BodyRow("a", "T2", "L3", True, True, measured=True, fractured=True, fractured_true=True),
        BodyRow("a", "T2", "L4", True, True, measured=True, fractured=False, fractured_true=True),
        BodyRow("a", "T2", "L5", True, True, measured=True, fractured=False, fractured_true=False),
    ]
    text = fractures([(COLLAPSED, CaseRow(case="a", contrast="T2"), rows)])
    assert "found 1 of 2, none seen in 1 of 1 others" in text


def test_a_smaller_spine_is_smaller_everywhere(case: Case) -> None:
    case = replace(case, bodies=tuple(replace(b, height_mm=Heights(middle=20.0)) for b in case.bodies))
    small = altered(case, "cervical size (x 0.5)")
    np.testing.assert_allclose(small.volumes[0].spacing, 0.5 * np.asarray(case.volumes[0].spacing))
    assert [b.center_mm for b in small.bodies] == [(0, 10, -7.5), (0, 10, -20)]
    assert {b.height_mm for b in small.bodies} == {Heights(middle=10.0)}


@pytest.mark.parametrize(
    ("name", "rows", "sacrum"), [("cut through the middle of L5", 40, False), ("cut through S1", 60, True)]
)
def test_a_cut_ends_where_it_says(case: Case, name: str, rows: int, sacrum: bool) -> None:
    cut = altered(case, name)
    assert cut.volumes[0].shape[1] == pytest.approx(rows, abs=1)
    assert (cut.bodies[-1].complete, cut.sacrum_in_view) == (sacrum, sacrum)
    assert cut.bodies[0].complete


def test_table_counts_right_wrong_and_missing_names() -> None:
    rows = [BodyRow("name", "T2", level, True, True, named=named) for level, named in
            (("L3", "L3"), ("L4", "L5"), ("L5", None))]  # fmt: skip
    row = CaseRow(case="name", contrast="T2", bodies=3, found=3, false_bodies=1)
    text = table([(name, replace(row), rows) for name in ALTERATIONS])
    assert text.count("| 3 of 3 | 1.00 | 1 / 1 / 1 |") == len(ALTERATIONS)


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
