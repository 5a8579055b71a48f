"""A body read much taller than its neighbours allow is not a measurement."""

import pytest

from tests.imaging.raw_spines import POLICY, levels_between, spine
from vcfimg.imaging.derive import derive


def reading(gain: float, position: int):
    lost = [0.0, 0.0, 0.0]
    lost[position] = -gain
    raw = spine(levels_between("T11", "L5"), losses={"L3": tuple(lost)})
    return {v.level: v for v in derive(raw, None, POLICY).vertebrae}


@pytest.mark.parametrize("position", [0, 1, 2])
def test_much_too_tall_is_not_measured(position):
    body = reading(42.0, position)["L3"]
    assert not body.quality.measured
    assert "taller_than_possible" in body.quality.reasons
    assert body.loss_percent.index is None


def test_its_neighbours_are_hardly_affected():
    found = reading(42.0, 2)
    assert all(found[level].loss_percent.index == pytest.approx(0.0, abs=3.0) for level in ("L1", "L2", "L4", "L5"))


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_somewhat_taller_body_is_measured(position):
    assert reading(15.0, position)["L3"].quality.measured


def test_height_among_collapsed_neighbours_is_no_error():
    lost = dict.fromkeys(("T12", "L1", "L2"), (45.0, 45.0, 40.0))
    found = {v.level: v for v in derive(spine(levels_between("T8", "L5"), losses=lost), None, POLICY).vertebrae}
    assert all(v.quality.measured for v in found.values())
