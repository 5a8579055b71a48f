"""Names counted from the sacrum say where size and shape of the column, or a slip, leave doubt of the count."""

import pytest

from tests.imaging.raw_spines import NUMBERS, change, levels_between, spine, with_shape
from vcfimg.imaging.levels.guess import counter_evidence
from vcfimg.imaging.levels.naming import name_levels
from vcfimg.imaging.raw import RawSpine


def told(raw: RawSpine) -> set[str]:
    return {warning.code for warning in name_levels(raw, None, NUMBERS).report.warnings}


@pytest.mark.parametrize(("first", "last", "doubt"), [("T12", "L5", False), ("T11", "L4", True), ("L1", "S1", True)])
def test_a_column_that_looks_like_another_count_is_told(first: str, last: str, doubt: bool) -> None:
    """A slipped L5 taken for S1, or the reverse: the count from the sacrum is one off, and nothing there shows it."""
    raw = with_shape(spine(levels_between("T12", "L5"), scale=1.08), levels_between(first, last), sure=0.9)
    naming = name_levels(raw, None, NUMBERS)
    assert list(naming.levels.values()) == levels_between("T12", "L5")
    assert ("column_disagrees" in told(raw)) == doubt


def test_the_direction_is_told() -> None:
    raw = with_shape(spine(levels_between("T12", "L5"), scale=1.08), levels_between("T11", "L4"), sure=0.9)
    counted = dict(enumerate(levels_between("T12", "L5"), start=1))
    steps, gain = counter_evidence(raw.vertebrae, counted, NUMBERS)
    assert steps == -1
    assert gain > 3.0


def test_one_odd_body_is_no_doubt() -> None:
    raw = with_shape(spine(levels_between("T12", "L5"), scale=1.08), levels_between("T12", "L5"), sure=0.9)
    odd = with_shape(spine(levels_between("T12", "L5"), scale=1.08), levels_between("T11", "L4"), sure=0.9).vertebrae[
        -1
    ]
    raw = change(raw, odd.id, level_log_likelihood=odd.level_log_likelihood)
    assert "column_disagrees" not in told(raw)


@pytest.mark.parametrize(("mm", "slipped"), [(0.0, False), (-5.0, False), (-12.0, True), (12.0, True)])
def test_a_slip_on_the_sacrum_is_told(mm: float, slipped: bool) -> None:
    """The posterior wall of the last body lies at y = 0; anterior is -y. The sacral endplate is 36 mm deep."""
    raw = spine(levels_between("T12", "L5"))
    z = raw.anchors[0].center_mm[2]
    plate = ((0.0, -36.0 - mm, z), (0.0, -mm, z))
    anchor = raw.anchors[0].model_copy(update={"points_mm": plate})
    raw = raw.model_copy(update={"anchors": (anchor,)})
    assert ("slip_above_sacrum" in told(raw)) == slipped
