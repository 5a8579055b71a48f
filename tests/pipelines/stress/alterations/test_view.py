"""Size, position and field of view change, and mask and truth with them."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.stress.alterations import view
from tests.pipelines.stress.alterations.altered_cases import BODY, KEY, two_bodies
from vcfimg.imaging.raw import Heights

RNG = np.random.default_rng(1)


def test_a_smaller_spine_is_smaller_everywhere():
    case = two_bodies()
    case = replace(case, bodies=tuple(replace(b, height_mm=Heights(middle=20.0)) for b in case.bodies))
    small = view.sized(0.5, case, RNG)
    np.testing.assert_allclose(small.volumes[0].spacing, 0.5 * np.asarray(case.volumes[0].spacing))
    assert [b.center_mm for b in small.bodies] == [(1.75, 9.75, -7.25), (1.75, 9.75, -19.75)]
    assert {b.height_mm for b in small.bodies} == {Heights(middle=10.0)}


@pytest.mark.parametrize(("shown", "rows", "sacrum"), [(0.5, 40, False), (1.0, 60, True)])
def test_a_cut_ends_where_it_says(shown: float, rows: int, sacrum: bool):
    cut = view.cut(shown, two_bodies(), RNG)
    assert cut.volumes[0].shape[1] == cut.masks[KEY].shape[1] == pytest.approx(rows, abs=1)
    assert (cut.bodies[-1].complete, cut.sacrum_in_view) == (sacrum, sacrum)
    assert cut.bodies[0].complete


@pytest.mark.parametrize("degrees", [25.0, -25.0])
def test_image_mask_and_centres_turn_together(degrees: float):
    case = two_bodies()
    turned = view.turned(degrees, case, RNG)
    volume, mask = turned.volumes[0], turned.masks[KEY]
    assert volume.array[mask > 0].mean() > 0.95 * BODY
    for before, after in zip(case.bodies, turned.bodies, strict=True):
        np.testing.assert_allclose(volume.to_lps(np.argwhere(mask == after.label).mean(0)[::-1]), after.center_mm)
        assert before.height_mm == after.height_mm
    a, b = (np.subtract(c.bodies[0].center_mm, c.bodies[1].center_mm)[1:] for c in (case, turned))
    angle = np.degrees(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b))
    assert abs(angle) == pytest.approx(25, abs=3)
    assert np.sign(angle) == -np.sign(degrees)


def test_a_scoliosis_moves_rows_sideways_alone():
    case = two_bodies()
    mask = np.zeros_like(case.masks[KEY])
    mask[3:5] = case.masks[KEY][3:5]
    case = replace(case, masks={KEY: mask})
    curved = view.curved(2.0, case, np.random.default_rng(4))
    at = np.argwhere(curved.masks[KEY] > 0)
    middles = np.array([at[at[:, 1] == row, 0].mean() for row in np.unique(at[:, 1])])
    assert 2.0 < np.ptp(middles) <= 4.5
    assert set(np.unique(at[:, 2])) == set(range(10, 30))
