import pytest

from vcfimg.reports.wording.numbers import number, percent, plus_minus


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(None, 1, ""), (0.0, 1, "0.0"), (-0.04, 1, "0.0"), (-3.26, 1, "−3.3"), (47.6, 0, "48"), (float("nan"), 1, "")],
)
def test_numbers_are_rounded_and_unknown_is_empty(value, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_an_unknown_value_has_no_uncertainty() -> None:
    assert plus_minus(None, 3.0) == ""
    assert plus_minus(48.2, None, 0) == "48"
    assert percent(plus_minus(48.2, 5.9, 0)) == "48 ± 6 %"
    assert percent("") == ""
