import csv
import io

import pytest

from vcfimg.reports.tables.csv_table import cell_text, neutralise, write_rows


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_a_formula_start_gets_an_apostrophe(start: str) -> None:
    assert neutralise(f"{start}cmd()") == f"'{start}cmd()"


def test_a_nul_cannot_hide_a_formula() -> None:
    assert neutralise("\0=1+1") == "'=1+1"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("T12;=cmd()", "T12;'=cmd()"),
        ("a; +1;-2", "a;' +1;'-2"),
        ('a;"=1', "a;'\"=1"),
        (" =1+1", "' =1+1"),
        ("a\u202eb\x1b[31m", "a\ufffdb\ufffd[31m"),
        ("a\x07b\u2066", "a\ufffdb\ufffd"),
    ],
)
def test_parts_and_unseen_characters_are_harmless_too(text: str, safe: str) -> None:
    assert neutralise(text) == safe


@pytest.mark.parametrize("text", ["T12", "1.2.3", "Ωλ 東京", "a=b", "'quoted'", ""])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutralise(text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-3, "-3"),
        (-2.5, "-2.5"),
        (0.123456, "0.1235"),
        (1234567.5, "1234567.5"),
        (float("nan"), ""),
        ("-2.5", "'-2.5"),
    ],
)
def test_numbers_stay_numbers_and_unknown_is_empty(value, text: str) -> None:
    assert cell_text(value) == text


def test_the_table_is_read_back_by_any_csv_reader() -> None:
    rows = [('say "hi", now', "two\nlines", -1.5), ("東京", None, True)]
    stream = io.BytesIO()
    assert write_rows(stream, ("a", "b", "c"), rows) == 2
    data = stream.getvalue()
    assert data.startswith(b"a,b,c\r\n")
    assert list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""))) == [
        ["a", "b", "c"],
        ['say "hi", now', "two\nlines", "-1.5"],
        ["東京", "", "true"],
    ]
