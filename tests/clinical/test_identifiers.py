"""The normal form of identifiers."""

import pytest

from vcfimg.clinical.identifiers import normal_form, normal_uid, without_lost_zeros


@pytest.mark.parametrize(
    "written", ["Mü-1a", " mü-1A ", "MÜ - 1 a", "Mu\u0308-1a", "\uff2dü-1a", "Mü-1a\u00a0"], ids=ascii
)
def test_spellings_of_one_identifier_are_equal(written: str) -> None:
    assert normal_form(written) == normal_form("MÜ-1A")


@pytest.mark.parametrize("nothing", [None, "", "  ", "\u00a0"])
def test_nothing_is_empty(nothing: str | None) -> None:
    assert normal_form(nothing) == ""


@pytest.mark.parametrize(("first", "second"), [("P1", "P2"), ("A-1", "A1"), ("01", "1")])
def test_others_differ(first: str, second: str) -> None:
    assert normal_form(first) != normal_form(second)


def test_a_uid_may_carry_its_prefix() -> None:
    assert normal_uid("urn:oid:1.2.3") == normal_uid(" 1.2.3") == "1.2.3"


@pytest.mark.parametrize("written", ["0815", "815", "815.0", "000815"])
def test_what_a_spreadsheet_leaves(written: str) -> None:
    assert without_lost_zeros(written) == "815"
