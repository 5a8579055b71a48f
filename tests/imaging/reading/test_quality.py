import numpy as np
import pytest

from vcfimg.imaging.raw import Heights, SeriesHeights
from vcfimg.imaging.reading.quality import (
    as_array,
    as_heights,
    contrasts_disagree,
    hides_collapse,
    reading_reasons,
    void_fraction,
)
from vcfimg.series_id import SeriesId

EVEN = np.array([25.0, 24.0, 25.0])


def reasons(**changes: object) -> list[str]:
    given = {
        "heights": EVEN,
        "mask_heights": EVEN,
        "spread": np.full(3, 0.3),
        "confidence": 0.9,
        "sharpness": 1.5,
        "on_border": False,
    }
    return reading_reasons(**{**given, **changes})  # type: ignore[arg-type]


def test_good_reading_has_no_reason() -> None:
    assert reasons() == []


def test_each_fault_has_its_code() -> None:
    assert reasons(on_border=True) == ["border"]
    assert reasons(confidence=0.1) == ["low_contrast"]
    assert reasons(sharpness=6.0) == ["motion"]
    assert reasons(spread=np.full(3, 4.0)) == ["slices_disagree"]
    assert reasons(hidden_collapse=True) == ["slices_disagree"]
    assert reasons(mask_heights=EVEN + 6) == ["edge_far_from_mask"]


@pytest.mark.parametrize(
    ("left_out", "hidden"),
    [([], False), ([[25, 24, 25]], False), ([[25, 12, 25]], True), ([[25, 36, 25]], False), ([[22, 21, 22]], False)],
)
def test_a_much_lower_slice_is_not_outvoted_in_silence(left_out: list[list[float]], hidden: bool) -> None:
    assert hides_collapse(EVEN, np.array(left_out, float).reshape(-1, 3)) is hidden


def test_unknown_sharpness_and_single_slice_are_no_fault() -> None:
    assert reasons(sharpness=float("nan"), spread=None) == []


def reading(uid: str, shift: float, *codes: str) -> SeriesHeights:
    return SeriesHeights(
        series_instance_uid=uid, role="t2", height_mm=as_heights(EVEN + shift), slice_spread_mm=Heights(), reasons=codes
    )


ERRORS = {
    SeriesId(series_instance_uid="a"): np.full(3, 1.5),
    SeriesId(series_instance_uid="b"): np.full(3, 2.0),
}


def test_contrasts_that_differ_beyond_their_errors_disagree() -> None:
    assert contrasts_disagree([reading("a", 0), reading("b", 4)], ERRORS)
    assert contrasts_disagree([reading("a", 0), reading("b", 2.6)], ERRORS)
    assert not contrasts_disagree([reading("a", 0), reading("b", 2.4)], ERRORS)


def test_an_untrusted_reading_contradicts_nobody() -> None:
    assert not contrasts_disagree([reading("a", 0), reading("b", 4, "low_contrast")], ERRORS)


def test_void_is_counted_against_usual_marrow() -> None:
    assert void_fraction(np.array([1.0, 2.0, 90.0, 110.0]), 100.0) == 0.5
    assert void_fraction(np.array([1.0]), 0.0) == 0.0


def test_unknown_height_is_none_and_never_zero() -> None:
    heights = as_heights(np.array([1.0, np.nan, 3.0]))
    assert (heights.anterior, heights.middle, heights.posterior) == (1.0, None, 3.0)
    assert np.isnan(as_array(heights)[1])
