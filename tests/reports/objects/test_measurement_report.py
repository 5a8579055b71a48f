import math
from typing import Any

import pytest

from tests.reports.objects.written import Written
from vcfimg.imaging.raw import POSITIONS, at

hd = pytest.importorskip("highdicom", reason="the extra objects is not installed")


def sr_of(written: Written) -> Any:
    return hd.sr.srread(written.folder / "sr.dcm")


def test_numbers_read_back_are_those_of_the_result(written: Written) -> None:
    report = sr_of(written)
    segments = {one.SegmentNumber: one for one in written.read("seg.dcm").SegmentSequence}
    groups = report.content.get_volumetric_roi_measurement_groups()
    assert len(groups) == len(written.result.vertebrae)
    for one, group in zip(written.result.vertebrae, groups, strict=True):
        number = group.referenced_segment.referenced_segment_numbers[0]
        assert segments[number].TrackingUID == group.tracking_uid
        read = [(item.name.value, item.value) for item in group.get_measurements()]
        heights = [value for name, value in read if name == "121207"]
        assert heights == [at(one.height_mm, place) for place in POSITIONS if at(one.height_mm, place) is not None]
        losses = [value for name, value in read if name == "height_loss"]
        assert losses == [one.loss_percent.index] * (one.loss_percent.index is not None)
        assert [v for name, v in read if name == "wedge_angle"] == [one.wedge_angle_deg] * (
            one.wedge_angle_deg is not None
        )


def test_lines_are_as_long_as_the_heights(written: Written) -> None:
    """Drawn on the image, a line is its height to within what leaving the plane costs."""
    groups = sr_of(written).content.get_planar_roi_measurement_groups()
    assert len(groups) == 3 * sum(one.measured_on is not None for one in written.result.vertebrae)
    for group in groups:
        (x0, y0), (x1, y1) = group.roi.value
        height = group.get_measurements()[0].value
        assert math.hypot(x1 - x0, y1 - y0) * 1.15 == pytest.approx(height, rel=0.12)


def test_conclusion_and_statement_are_in_it(written: Written) -> None:
    texts = [element.value for element in written.read("sr.dcm").iterall() if element.keyword == "TextValue"]
    text = "\n".join(texts)
    assert "Proposed priority" in text
    assert "not a medical device" in text.lower()
    assert "Missing:" in text
